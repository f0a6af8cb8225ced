"""The search box: everyday words in, matters and bundles out, in one ranking."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from common.fixtures import read
from matters.models import SearchEntry
from matters.rules.wording import asked, quoted
from matters.states import EntryKind

#: How many results a question gets at most.
LIMIT = 50


@dataclass(frozen=True)
class Hit:
    """One line of the result list."""

    kind: str
    code: str
    name: str
    plain_name: str
    department: str
    audience: str
    theme: str
    promised_days: int | None
    online: bool
    score: float


#: A token counts by what it says ({D, C, B, A}: where it stands), by how rare it is, and by its own worth.
RANKED = """
WITH asked AS (
    SELECT term::tsquery, worth FROM unnest(%(terms)s::text[], %(worths)s::float8[]) AS given(term, worth)
), found AS (
    SELECT entry.id, asked.term, asked.worth * ts_rank('{0.2,0.4,0.7,1.0}', entry.tokens, asked.term) AS rank
    FROM asked JOIN matters_searchentry AS entry ON entry.tokens @@ asked.term
), rarity AS (
    SELECT term, ln(1 + (SELECT count(*) FROM matters_searchentry)::float8 / count(*)) AS rare
    FROM found GROUP BY term
), scored AS (
    SELECT found.id, sum(found.rank * rarity.rare) AS score FROM found JOIN rarity USING (term) GROUP BY found.id
)
SELECT entry.kind, entry.code, entry.name, entry.plain_name, entry.department, entry.audience, entry.theme,
       entry.promised_days, entry.online,
       scored.score * CASE WHEN entry.kind = %(bundle)s THEN 1.1 ELSE 1 END AS score
FROM scored JOIN matters_searchentry AS entry USING (id)
WHERE (%(audience)s = '' OR entry.audience IN (%(audience)s, 'both'))
  AND (%(department)s = '' OR entry.department = %(department)s)
  AND (%(theme)s = '' OR entry.theme = %(theme)s)
ORDER BY score DESC, entry.kind, entry.code
LIMIT %(limit)s
"""


def search(
    q: str, audience: str | None = None, department: str | None = None, theme: str | None = None
) -> list[Hit]:
    """What answers the question, best first; without a question everything that passes the filters, by name."""
    wanted = asked(q, synonyms())
    if not wanted:
        return _listed(audience, department, theme) if not q.strip() else []
    hits = _ranked(wanted, audience or "", department or "", theme or "")
    return [hit for hit in hits if hit.score >= hits[0].score * 0.15]


def _ranked(wanted: dict[str, float], audience: str, department: str, theme: str) -> list[Hit]:
    given: dict[str, Any] = {
        "terms": [quoted(token) for token in wanted],
        "worths": list(wanted.values()),
        "bundle": EntryKind.BUNDLE.value,
        "audience": audience,
        "department": department,
        "theme": theme,
        "limit": LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(RANKED, given)
        return [Hit(*row) for row in cursor.fetchall()]


def _listed(audience: str | None, department: str | None, theme: str | None) -> list[Hit]:
    filters = {"department": department, "theme": theme, "audience__in": audience and [audience, "both"]}
    rows = SearchEntry.objects.filter(**{name: value for name, value in filters.items() if value})
    columns = [name for name in Hit.__dataclass_fields__ if name != "score"]
    return [Hit(**row, score=0.0) for row in rows.order_by("kind", "name").values(*columns)]


@lru_cache(maxsize=1)
def synonyms() -> dict[str, frozenset[str]]:
    """Everyday words that mean the same, both ways, from fixtures/search/synonyms.yaml."""
    path = Path(settings.BASE_DIR) / "fixtures" / "search" / "synonyms.yaml"
    return {word: frozenset(group) - {word} for group in read(path) for word in group}
