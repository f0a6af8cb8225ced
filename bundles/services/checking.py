"""Checking a definition against the city it is to work in."""

from collections.abc import Iterable, Mapping

from bundles.planning.soundness import Finding, SharedFacts, Surroundings, findings
from bundles.selectors import bundles
from bundles.spec import Definition, Field, Kind, Question
from exchange.services import known_source
from identity.models import Department
from matters.models import Matter


def check(definition: Definition, among: Iterable[Definition] = ()) -> list[Finding]:
    """Everything that is wrong, offenders named; `among` are definitions about to be published with it."""
    return check_in(definition, surroundings(among))


def check_in(definition: Definition, around: Surroundings) -> list[Finding]:
    """The same for many definitions in a row, with the surroundings read once."""
    return findings(definition, around) + _unknown_prefills(definition)


def surroundings(among: Iterable[Definition] = ()) -> Surroundings:
    """Departments, risky matters, and what every other bundle says of a matter it may share."""
    theirs = {offer.definition.code: offer.definition for offer in bundles()}
    theirs |= {definition.code: definition for definition in among if definition.kind is Kind.BUNDLE}
    return Surroundings(
        departments=frozenset(Department.objects.values_list("name", flat=True)),
        high_risk=frozenset(Matter.objects.filter(high_risk=True).values_list("code", flat=True)),
        shared=_shared(theirs),
    )


def _shared(definitions: Mapping[str, Definition]) -> dict[str, dict[str, SharedFacts]]:
    shared: dict[str, dict[str, SharedFacts]] = {}
    for code, definition in definitions.items():
        for matter in definition.matters:
            shared.setdefault(matter.code, {})[code] = SharedFacts.of(matter)
    return shared


def _unknown_prefills(definition: Definition) -> list[Finding]:
    """A source nobody can ask means no prefill: told, never refused."""
    every: tuple[Question | Field, ...] = (*definition.questions, *definition.fields)
    return [
        Finding(asked.key, f"没有人认识预填来源“{asked.prefill}”，这一项不会预填", blocking=False)
        for asked in every
        if asked.prefill and not known_source(asked.prefill, asked.key, asked.type)
    ]
