import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the applicant replaced during handling is held by a foreign key as well."""

    dependencies = [
        ("files", "0004_who_names_these_bytes"),
        ("workflow", "0016_files_named_before"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "former",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="workflow.formeranswers",
                    ),
                ),
            ],
            options={
                "verbose_name": "修改前的文件",
                "verbose_name_plural": "修改前的文件",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("former", "file"), name="workflow_a_former_file_is_kept_once"
                    )
                ],
            },
        ),
    ]
