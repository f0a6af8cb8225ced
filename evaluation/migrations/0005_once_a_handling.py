from django.db import migrations, models


class Migration(migrations.Migration):
    """One rating a handling (E-50); built beside the running portal, which never writes the new columns."""

    atomic = False

    dependencies = [("evaluation", "0004_longer_objects")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY evaluation_once_a_handling"
                    " ON evaluation_serviceevent (hotline_order_id, object, rework_no)",
                    migrations.RunSQL.noop,
                ),
                migrations.RunSQL(
                    "ALTER TABLE evaluation_serviceevent ADD CONSTRAINT evaluation_once_a_handling"
                    " UNIQUE USING INDEX evaluation_once_a_handling",
                    "ALTER TABLE evaluation_serviceevent DROP CONSTRAINT evaluation_once_a_handling",
                ),
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
