from collections.abc import Iterator

from django.db import migrations, models

#: So many applications in one statement, which is a transaction of its own: who writes waits for one of them at most.
AT_ONCE = 2000

#: What was named before the triggers of 0013 were there; what is named since, they have written.
CATCH_UP = """
INSERT INTO workflow_namedfile (application_id, file_id)
    SELECT application.id, stored.id
    FROM (
        SELECT id, answers, draft FROM workflow_application WHERE id >= %s AND id < %s ORDER BY id FOR SHARE
    ) AS application,
        workflow_files_named_in(application.answers, application.draft) AS named
        JOIN files_storedfile AS stored ON stored.id = named
    FOR KEY SHARE OF stored
    ON CONFLICT DO NOTHING
"""


def _ranges(last: int) -> Iterator[tuple[int, int]]:
    return ((first, first + AT_ONCE) for first in range(0, last + 1, AT_ONCE))


def catch_up(apps, schema_editor) -> None:
    applications = apps.get_model("workflow", "Application").objects.using(schema_editor.connection.alias)
    last = applications.aggregate(last=models.Max("id"))["last"] or 0
    with schema_editor.connection.cursor() as cursor:
        for within in _ranges(last):
            cursor.execute(CATCH_UP, within)


class Migration(migrations.Migration):
    """Beside the running portal, some applications at a time; may be stopped and run again."""

    atomic = False

    dependencies = [("workflow", "0015_returned_parcels")]

    operations = [migrations.RunPython(catch_up, migrations.RunPython.noop)]
