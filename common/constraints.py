"""Facts that belong together, held together by the database."""

from collections.abc import Iterator

from django.db.models import CheckConstraint, Q


def both_or_neither(*fields: str, name: str) -> CheckConstraint:
    """All of the fields are set, or none is."""
    unset = Q(**{f"{field}__isnull": True for field in fields})
    given = Q(**{f"{field}__isnull": False for field in fields})
    return CheckConstraint(condition=unset | given, name=name)


def exactly_one(*fields: str, name: str) -> CheckConstraint:
    """One of the fields is set, and no other."""
    alone = _each_alone(fields)
    condition = next(alone)
    for other in alone:
        condition |= other
    return CheckConstraint(condition=condition, name=name)


def _each_alone(fields: tuple[str, ...]) -> Iterator[Q]:
    for chosen in fields:
        yield Q(**{f"{field}__isnull": field != chosen for field in fields})
