import json
from collections.abc import Sequence
from uuid import UUID

from django.db import migrations

AT_ONCE = 500


def catch_up(apps, schema_editor) -> None:
    """What stood in a box is encrypted, so that the database cannot look for itself."""
    using = schema_editor.connection.alias
    rows, reached = apps.get_model("workflow", "FormerAnswers").objects.using(using).order_by("pk"), 0
    while some := list(rows.filter(pk__gt=reached).only("said")[:AT_ONCE]):
        _hold(apps, using, [(row.pk, one) for row in some for one in _ids_in(row.said)])
        reached = some[-1].pk


def _hold(apps, using: str, named: Sequence[tuple[int, UUID]]) -> None:
    stored = apps.get_model("files", "StoredFile").objects.using(using)
    here = set(stored.filter(pk__in={one for _row, one in named}).values_list("pk", flat=True))
    kept = apps.get_model("workflow", "FormerFile")
    held = [kept(former_id=row, file_id=one) for row, one in named if one in here]
    kept.objects.using(using).bulk_create(held, ignore_conflicts=True)


def _ids_in(said: str) -> set[UUID]:
    return {found for value in json.loads(said).values() if (found := _uuid(value)) is not None}


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


class Migration(migrations.Migration):
    """Beside the running portal, some rows at a time; may be stopped and run again."""

    atomic = False

    dependencies = [("workflow", "0017_former_files")]

    operations = [migrations.RunPython(catch_up, migrations.RunPython.noop)]
