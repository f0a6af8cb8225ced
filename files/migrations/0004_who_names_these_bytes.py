from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built beside the running portal: nobody waits for it."""

    atomic = False

    dependencies = [("files", "0003_waiting_for_the_scanner")]

    operations = [
        AddIndexConcurrently(
            model_name="storedfile",
            index=models.Index(fields=["file"], name="files_of_these_bytes"),
        ),
    ]
