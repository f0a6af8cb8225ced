from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built beside the running portal: nobody waits for it."""

    atomic = False

    dependencies = [("files", "0002_pages_scans_and_arrivals")]

    operations = [
        AddIndexConcurrently(
            model_name="storedfile",
            index=models.Index(
                condition=models.Q(("scan", "waiting")), fields=["created_at"], name="files_waiting_for_scan"
            ),
        ),
    ]
