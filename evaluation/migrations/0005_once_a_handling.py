from django.db import migrations


class Migration(migrations.Migration):
    """
    One rating a handling (E-50); built beside the running portal, which never writes the new columns.

    The index alone, which takes its time; 0006 makes it the constraint that the model declares.
    """

    atomic = False

    dependencies = [("evaluation", "0004_longer_objects")]

    operations = [
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY evaluation_once_a_handling"
            " ON evaluation_serviceevent (hotline_order_id, object, rework_no)",
            "DROP INDEX CONCURRENTLY evaluation_once_a_handling",
        )
    ]
