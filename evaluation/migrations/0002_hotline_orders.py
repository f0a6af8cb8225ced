import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Handlings of hotline orders and calls are services too (H-113); old rows are looked at by the next one."""

    dependencies = [
        ('evaluation', '0001_initial'),
        ('hotline', '0002_guards'),
        ('identity', '0001_initial'),
        ('workflow', '0012_choices_have_a_first_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='serviceevent',
            name='hotline_order',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='service_events', to='hotline.hotlineorder'),
        ),
        migrations.AddField(
            model_name='serviceevent',
            name='rework_no',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='重办次数'),
        ),
        migrations.AlterField(
            model_name='serviceevent',
            name='application',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='service_events', to='workflow.application'),
        ),
        AddConstraintNotValid(
            model_name='serviceevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', False), ('hotline_order__isnull', True)), models.Q(('application__isnull', True), ('hotline_order__isnull', False)), _connector='OR'), name='evaluation_of_one_service'),
        ),
    ]
