from django.db import migrations, models


class Migration(migrations.Migration):
    """Once to a number (H-191); built beside the running portal, whose messages all have a person."""

    atomic = False

    dependencies = [("notifications", "0003_to_a_number")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY notifications_said_once_to_a_number"
                    " ON notifications_message (channel, key) WHERE person_id IS NULL",
                    "DROP INDEX CONCURRENTLY notifications_said_once_to_a_number",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="message",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("person__isnull", True)),
                        fields=("channel", "key"),
                        name="notifications_said_once_to_a_number",
                    ),
                )
            ],
        )
    ]
