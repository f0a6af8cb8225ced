import django.db.models.deletion
from django.db import migrations, models

#: The rows follow the JSON; FOR KEY SHARE waits for a sweep that is removing one of the files just now.
FOLLOW = """
CREATE FUNCTION workflow_files_named_in(said jsonb, drafted jsonb) RETURNS SETOF uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT found[1]::uuid FROM regexp_matches(
        said::text || ' ' || drafted::text,
        '"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"', 'g'
    ) AS found
$$;
CREATE FUNCTION workflow_name_files() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named uuid[] := ARRAY(SELECT workflow_files_named_in(NEW.answers, NEW.draft));
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM workflow_namedfile WHERE application_id = NEW.id AND file_id <> ALL (named);
    END IF;
    IF cardinality(named) > 0 THEN
        INSERT INTO workflow_namedfile (application_id, file_id)
            SELECT NEW.id, stored.id FROM files_storedfile AS stored WHERE stored.id = ANY (named)
            ORDER BY stored.id FOR KEY SHARE
            ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER workflow_files_are_named_at_first AFTER INSERT ON workflow_application
    FOR EACH ROW EXECUTE FUNCTION workflow_name_files();
CREATE TRIGGER workflow_files_are_named_after AFTER UPDATE OF answers, draft ON workflow_application
    FOR EACH ROW WHEN (OLD.answers IS DISTINCT FROM NEW.answers OR OLD.draft IS DISTINCT FROM NEW.draft)
    EXECUTE FUNCTION workflow_name_files();
"""

FORGET = """
DROP TRIGGER workflow_files_are_named_after ON workflow_application;
DROP TRIGGER workflow_files_are_named_at_first ON workflow_application;
DROP FUNCTION workflow_name_files();
DROP FUNCTION workflow_files_named_in(jsonb, jsonb);
"""


class Migration(migrations.Migration):
    """
    A file that stands only in the JSON of an application is held by a foreign key too.

    What was named before is caught up with in 0016: here every write on applications waits.
    """

    dependencies = [
        ("files", "0004_who_names_these_bytes"),
        ("workflow", "0012_choices_have_a_first_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="NamedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workflow.application",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
            options={
                "verbose_name": "填报内容里的文件",
                "verbose_name_plural": "填报内容里的文件",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "file"), name="workflow_a_file_is_named_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(FOLLOW, FORGET),
    ]
