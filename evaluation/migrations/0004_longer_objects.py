from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for "hotline_order" (E-50): a wider varchar rewrites nothing and troubles no running version (decision 21)."""

    dependencies = [("evaluation", "0003_of_one_service")]

    operations = [
        migrations.AlterField(
            model_name="serviceevent",
            name="object",
            field=models.CharField(
                choices=[("case", "办件"), ("bundle", "一件事"), ("hotline_order", "热线工单"), ("call", "热线话务")],
                max_length=20,
                verbose_name="评价对象",
            ),
        ),
    ]
