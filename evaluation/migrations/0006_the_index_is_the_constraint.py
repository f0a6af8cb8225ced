from django.db import migrations, models


class Migration(migrations.Migration):
    """
    The unique index becomes the constraint of the same name (E-50): nothing is built, read or waited for.

    So the database holds what the model declares, and a later RemoveConstraint finds something to drop.
    """

    dependencies = [("evaluation", "0005_once_a_handling")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE evaluation_serviceevent ADD CONSTRAINT evaluation_once_a_handling"
                    " UNIQUE USING INDEX evaluation_once_a_handling",
                    # Dropping the constraint drops its index; the migration before this one expects it.
                    "ALTER TABLE evaluation_serviceevent DROP CONSTRAINT evaluation_once_a_handling;"
                    " CREATE UNIQUE INDEX evaluation_once_a_handling"
                    " ON evaluation_serviceevent (hotline_order_id, object, rework_no)",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="serviceevent",
                    constraint=models.UniqueConstraint(
                        fields=("hotline_order", "object", "rework_no"), name="evaluation_once_a_handling"
                    ),
                )
            ],
        )
    ]
