from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built beside the running portal: nobody waits for it."""

    atomic = False

    dependencies = [("workflow", "0013_files_named_in_json")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                fields=["photo"], name="workflow_delivery_photo", condition=models.Q(photo__isnull=False)
            ),
        ),
        AddIndexConcurrently(
            model_name="specialprocedure",
            index=models.Index(
                fields=["result_file"],
                name="workflow_procedure_result",
                condition=models.Q(result_file__isnull=False),
            ),
        ),
    ]
