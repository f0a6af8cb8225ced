"""The search entries: one a matter or bundle, rewritten when its subject is published."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from matters.models import SearchEntry
from matters.rules.wording import lexemes
from matters.states import Audience, EntryKind


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What of a matter or bundle people may look for, and what the list of results shows."""

    kind: str
    code: str
    name: str
    department: str
    audience: str
    plain_name: str = ""
    theme: str = ""
    result_name: str = ""
    promised_days: int | None = None
    online: bool = True
    keywords: Sequence[str] = ()
    description: str = ""


def index(entries: Sequence[Entry]) -> None:
    """Write the entries, new and old, in one statement."""
    SearchEntry.objects.bulk_create(
        [_row(entry) for entry in entries],
        update_conflicts=True,
        unique_fields=["kind", "code"],
        update_fields=_COLUMNS,
    )


def index_entry(kind: str, code: str, **facts: object) -> None:
    """Write one entry; `facts` are the fields of `Entry`."""
    index([Entry(kind=kind, code=code, **facts)])  # type: ignore[arg-type]


def remove_entries(kind: str, codes: Sequence[str]) -> None:
    """Take away what is no longer offered."""
    SearchEntry.objects.filter(Q(kind=kind) & Q(code__in=codes)).delete()


_COLUMNS = [
    "name", "plain_name", "department", "audience", "theme", "promised_days", "online", "keywords", "tokens",
]  # fmt: skip


def _row(entry: Entry) -> SearchEntry:
    return SearchEntry(
        kind=EntryKind(entry.kind),
        code=entry.code,
        name=entry.name,
        plain_name=entry.plain_name,
        department=entry.department,
        audience=Audience.worded(entry.audience),
        theme=entry.theme,
        promised_days=entry.promised_days,
        online=entry.online,
        keywords=list(entry.keywords),
        tokens=lexemes(
            [
                ("A", [*entry.keywords, entry.plain_name]),
                ("B", [entry.name]),
                ("C", [entry.result_name, entry.theme]),
                ("D", [entry.department, entry.description]),
            ]
        ),
    )
