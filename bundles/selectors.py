"""What is offered, read from published versions; kept in the process, so that asking costs no SQL while nothing changed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max

from bundles.models import Bundle, BundleVersion
from bundles.spec import Definition, Kind, read

__all__ = [
    "Current",
    "bundles",
    "bundles_with",
    "current",
    "definition_of",
    "forget_offers",
    "offered_codes",
    "offers",
]

#: How long a process may go on with what it knows before it looks whether something was published.
CHECK_SECONDS: float = getattr(settings, "CATALOGUE_CHECK_SECONDS", 5.0)


@dataclass(frozen=True, slots=True)
class Current:
    """The version that new applications are pinned to."""

    version_id: int
    number: int
    definition: Definition


class _Kept:
    """Which version is current of what, the moment of the last change it knows of, and when it last looked."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.changed_at: object = None
        self.looked = float("-inf")
        self.offers: dict[tuple[str, str], tuple[int, int]] = {}

    def refresh(self) -> None:
        now = time.monotonic()
        if now - self.looked < CHECK_SECONDS:
            return
        changed_at = Bundle.objects.aggregate(at=Max("changed_at"))["at"]
        if changed_at != self.changed_at or not self.offers:
            rows = Bundle.objects.offered().values_list("kind", "code", "current_id", "current__number")
            self.offers = {(kind, code): (version_id, number) for kind, code, version_id, number in rows}
            self.changed_at = changed_at
        self.looked = now


_kept = _Kept()


def forget_offers() -> None:
    """Look again at the next question: after a change in this process, and between tests."""
    _kept.forget()


#: Definitions by version; a version never changes, so what is here stays right.
_definitions: dict[int, Definition] = {}
MOST_DEFINITIONS = 2048


def definition_of(version_id: int) -> Definition:
    """The definition of a version, read once in a process."""
    return _definitions_of([version_id])[0]


def _definitions_of(version_ids: Sequence[int]) -> list[Definition]:
    """Those not read yet in one query."""
    if unread := [version_id for version_id in version_ids if version_id not in _definitions]:
        if len(_definitions) + len(unread) > MOST_DEFINITIONS:
            _definitions.clear()
            unread = list(version_ids)
        rows = BundleVersion.objects.filter(pk__in=unread).values_list("pk", "definition")
        _definitions.update((pk, read(raw)) for pk, raw in rows)
    try:
        return [_definitions[version_id] for version_id in version_ids]
    except KeyError as missing:
        raise BundleVersion.DoesNotExist(f"no version {missing}") from None


def current(kind: str, code: str) -> Current | None:
    """What one applies for under this code today; None when it is not offered."""
    _kept.refresh()
    found = _kept.offers.get((kind, code))
    return Current(*found, definition_of(found[0])) if found else None


def offers(kind: str) -> list[Current]:
    """Everything offered of a kind, by code."""
    _kept.refresh()
    found = [ids for (of_kind, _code), ids in sorted(_kept.offers.items()) if of_kind == kind]
    definitions = _definitions_of([version_id for version_id, _number in found])
    return [Current(*ids, definition) for ids, definition in zip(found, definitions, strict=True)]


def offered_codes(kind: str) -> set[str]:
    """The codes on offer, without reading what they stand for."""
    _kept.refresh()
    return {code for of_kind, code in _kept.offers if of_kind == kind}


def bundles() -> list[Current]:
    """The bundles on offer (一件事清单)."""
    return offers(Kind.BUNDLE)


def bundles_with(matter_code: str) -> list[Current]:
    """The bundles on offer that this matter is part of."""
    return [offer for offer in bundles() if matter_code in offer.definition.matters_by_code]
