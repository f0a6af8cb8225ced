"""The seven digits in every application's number (申办流水号); gaps are fine."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE workflow_reference MAXVALUE 9999999 CYCLE",
            "DROP SEQUENCE workflow_reference",
        ),
    ]
