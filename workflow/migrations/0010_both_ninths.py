from django.db import migrations


class Migration(migrations.Migration):
    """Two changes were made side by side; whatever follows comes after both."""

    dependencies = [
        ("workflow", "0009_personal_copies"),
        ("workflow", "0009_what_officers_owe_and_prove"),
    ]

    operations = []
