from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Built beside the running portal: nobody waits for them."""

    atomic = False

    dependencies = [("workflow", "0010_what_officers_owe_and_prove")]

    operations = [
        AddIndexConcurrently(
            model_name="application",
            index=models.Index(
                condition=models.Q(("choice_due_at__isnull", False)),
                fields=["choice_due_at"],
                name="workflow_to_choose",
            ),
        ),
        AddIndexConcurrently(
            model_name="specialprocedure",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", True)),
                fields=["expected_end"],
                name="workflow_procedure_open",
            ),
        ),
    ]
