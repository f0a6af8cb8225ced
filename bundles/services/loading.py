"""Loading definition files: each is published, unchanged, or refused with the reasons; and never half."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from django.db import transaction

from bundles.planning.soundness import Finding
from bundles.selectors import bundles, offered_codes
from bundles.services.checking import check_in, surroundings
from bundles.services.editions import Edition, edition
from bundles.services.files import definition_files, place_of, read_definition
from bundles.services.publishing import Published, publish_editions
from bundles.services.singles import single_from_catalogue, singles_of_bundles
from bundles.spec import Kind
from common.errors import BadInput
from common.fixtures import Row
from identity.models import Account
from matters.models import Matter


class Outcome(StrEnum):
    PUBLISHED = "已发布"
    UNCHANGED = "未变"
    REFUSED = "拒绝"


@dataclass
class Loaded:
    """What became of one file."""

    path: Path
    code: str = ""
    outcome: Outcome = Outcome.REFUSED
    number: int | None = None
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        version = f" 第{self.number}版" if self.number else ""
        head = f"{self.path.name} {self.code}：{self.outcome}{version}"
        return "\n".join(
            [
                head,
                *(f"  ✗ {reason}" for reason in self.reasons),
                *(f"  ! {warning}" for warning in self.warnings),
            ]
        )


@dataclass
class LoadReport:
    """What loading did; `str()` is what the command prints."""

    files: list[Loaded]
    singles_published: int = 0
    singles_unchanged: int = 0
    refused_singles: list[str] = field(default_factory=list)

    @property
    def refused(self) -> list[Loaded]:
        return [loaded for loaded in self.files if loaded.outcome is Outcome.REFUSED]

    def __str__(self) -> str:
        singles = f"单个事项：新版本 {self.singles_published}，未变 {self.singles_unchanged}"
        return "\n".join(
            [*map(str, self.files), singles, *(f"  ✗ {reason}" for reason in self.refused_singles)]
        )


@dataclass
class _Reading:
    """One file on its way."""

    loaded: Loaded
    content: Row | None = None
    made: Edition | None = None


@transaction.atomic
def load(paths: Sequence[Path] = (), *, by: Account | None = None) -> LoadReport:
    """
    Publish what is sound; the same files again change nothing.

    Files that share a matter are checked against each other, so that both may change at once;
    afterwards their matters are there by themselves too, and without `paths` all matters there are.
    """
    readings = [_read(path) for path in definition_files(paths)]
    _refuse_doubles(readings)
    _refuse_unsound(readings)
    sound = [reading for reading in readings if reading.made]
    published = publish_editions([reading.made for reading in sound if reading.made], by=by)
    for reading, result in zip(sound, published, strict=True):
        _note(reading.loaded, result)
    report = LoadReport([reading.loaded for reading in readings])
    changed = {
        code for result in published if result.is_new for code in result.edition.definition.matters_by_code
    }
    _publish_singles(report, _singles(changed) if paths else _all_singles(), by=by)
    return report


def _read(path: Path) -> _Reading:
    reading = _Reading(Loaded(path))
    try:
        reading.content = read_definition(path)
        reading.made = edition(reading.content)
    except BadInput as error:
        reading.loaded.reasons += error.reasons
    else:
        reading.loaded.code = reading.made.definition.code
        reading.loaded.warnings += reading.made.warnings
    return reading


def _refuse(reading: _Reading, reasons: Iterable[str]) -> None:
    reading.loaded.reasons += reasons
    reading.made = None


def _refuse_doubles(readings: Sequence[_Reading]) -> None:
    first: dict[str, Path] = {}
    for reading in readings:
        if reading.made:
            earlier = first.setdefault(reading.loaded.code, reading.loaded.path)
            if earlier != reading.loaded.path:
                _refuse(
                    reading,
                    [f"{reading.loaded.path.name}：编码 {reading.loaded.code} 已在 {earlier.name} 里"],
                )


def _refuse_unsound(readings: Sequence[_Reading]) -> None:
    """Again as long as something is refused: what is left must agree without it."""
    unchecked = True
    while unchecked:
        made = {id(reading): reading.made for reading in readings if reading.made}
        around = surroundings([one.definition for one in made.values()])
        checked = [
            (reading, check_in(made[id(reading)].definition, around)) for reading in readings if reading.made
        ]
        unsound = [(reading, found) for reading, found in checked if any(one.blocking for one in found)]
        for reading, found in unsound:
            _refuse(reading, [_told(reading, one) for one in found if one.blocking])
        unchecked = bool(unsound)
    for reading, found in checked:
        reading.loaded.warnings += [_told(reading, one) for one in found]


def _told(reading: _Reading, finding: Finding) -> str:
    place = place_of(reading.content, finding) if reading.content is not None else reading.loaded.path
    return f"{place}：{finding}"


def _note(loaded: Loaded, result: Published) -> None:
    loaded.outcome = Outcome.PUBLISHED if result.is_new else Outcome.UNCHANGED
    loaded.number = result.version.number


def _singles(codes: Collection[str]) -> list[Edition]:
    """These matters of bundles, and what the catalogue has and nobody can apply for yet."""
    known = offered_codes(Kind.SINGLE) | set(codes)
    rows = Matter.objects.published().exclude(code__in=known).select_related("department")
    return [*singles_of_bundles(codes), *(single_from_catalogue(row) for row in rows.order_by("code"))]


def _all_singles() -> list[Edition]:
    """Every matter: from the bundle it is part of, else from its row in the catalogue."""
    in_bundles = {code for offer in bundles() for code in offer.definition.matters_by_code}
    rows = Matter.objects.published().exclude(code__in=in_bundles).select_related("department")
    return [*singles_of_bundles(in_bundles), *(single_from_catalogue(row) for row in rows.order_by("code"))]


def _publish_singles(report: LoadReport, candidates: Sequence[Edition], *, by: Account | None) -> None:
    around = surroundings()
    sound = []
    for made in candidates:
        blocking = [found for found in check_in(made.definition, around) if found.blocking]
        report.refused_singles += [str(found) for found in blocking]
        if not blocking:
            sound.append(made)
    results = publish_editions(sound, by=by)
    report.singles_published = sum(result.is_new for result in results)
    report.singles_unchanged = len(results) - report.singles_published
