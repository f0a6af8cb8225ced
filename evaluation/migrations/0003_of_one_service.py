from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Every service event so far is of one application: looked at without holding anybody up."""

    dependencies = [("evaluation", "0002_hotline_orders")]

    operations = [ValidateConstraint(model_name="serviceevent", name="evaluation_of_one_service")]
