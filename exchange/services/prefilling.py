"""Answers the applicant need not type, each with the source it came from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from exchange import gateways
from exchange.services.calling import Calls, logged_calls
from exchange.services.subjects import Known, Subject

#: One field of a form: its key, its type, the source its bundle names.
Wanted = tuple[str, str, str]


@dataclass(frozen=True)
class Prefilled:
    """A value and where it came from, in the words of the bundle."""

    value: Any
    source: str


@dataclass(frozen=True)
class Target:
    """An attribute of one gateway."""

    gateway: str
    attribute: str
    #: Only whether the register has it counts: yes, or nobody knows.
    whether: bool = False


def known_source(source: str, key: str, kind: str) -> bool:
    """Whether fixtures/prefill_sources.yaml speaks of this source for this field key, or for its type."""
    entry = _sources().get(source, {})
    return key in entry.get("keys", {}) or kind in entry.get("types", {})


def prefill(subject: Subject, wanted: Sequence[Wanted]) -> dict[str, Prefilled]:
    """
    What the registers know of the wanted fields, by field key.

    Each register is asked once for all its attributes; one that is away costs its
    fields and nothing else.
    """
    targets = {key: target for key, kind, source in wanted if (target := _target(source, key, kind))}
    by_gateway: dict[str, list[str]] = {}
    for target in targets.values():
        by_gateway.setdefault(target.gateway, []).append(target.attribute)
    known = Known(subject)
    with logged_calls() as calls:
        facts = {name: ASK[name](known, calls, sorted(set(asked))) for name, asked in by_gateway.items()}
    sources = {key: source for key, _kind, source in wanted}
    return {
        key: Prefilled(True if target.whether else value, sources[key])
        for key, target in targets.items()
        if (value := facts[target.gateway].get(target.attribute)) not in (None, "", [])
    }


def _target(source: str, key: str, kind: str) -> Target | None:
    entry = _sources().get(source, {})
    text = entry.get("keys", {}).get(key) or entry.get("types", {}).get(kind)
    if not text:
        return None
    gateway, _colon, attribute = text.partition(":")
    return Target(gateway, attribute.removesuffix("?"), attribute.endswith("?"))


@cache
def _sources() -> Mapping[str, Mapping[str, Mapping[str, str | None]]]:
    path = Path(settings.BASE_DIR) / "fixtures" / "prefill_sources.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _identity(known: Known, calls: Calls, attributes: Sequence[str]) -> Mapping[str, Any]:
    return known.facts()


def _answers(known: Known, calls: Calls, attributes: Sequence[str]) -> Mapping[str, Any]:
    return {}


def _population(known: Known, calls: Calls, attributes: Sequence[str]) -> Mapping[str, Any]:
    person = known.person
    if person is None:
        return {}
    outcome = calls.make(
        "population",
        "facts",
        about=person.id_number,
        asked=attributes,
        call=lambda: gateways.population().facts(person.id_number, person.name, attributes),
    )
    return outcome.answer or {}


def _enterprise_registry(known: Known, calls: Calls, attributes: Sequence[str]) -> Mapping[str, Any]:
    organisation = known.organisation
    if organisation is None:
        return {}
    outcome = calls.make(
        "enterprise_registry",
        "facts",
        about=organisation.credit_code,
        asked=attributes,
        call=lambda: gateways.enterprise_registry().facts(
            organisation.credit_code, organisation.name, attributes
        ),
    )
    return outcome.answer or {}


def _licence_store(known: Known, calls: Calls, attributes: Sequence[str]) -> Mapping[str, Any]:
    type_names = sorted({attribute.partition(".")[0] for attribute in attributes})
    number, name = known.named()
    outcome = calls.make(
        "licence_store",
        "fetch",
        about=number,
        asked=type_names,
        call=lambda: gateways.licence_store().fetch(number, name, type_names),
    )
    facts: dict[str, Any] = {}
    for held in outcome.answer or ():
        face = {**held.facts, "number": held.number, "holder_name": held.holder_name, "issuer": held.issuer}
        facts |= {f"{held.type_name}.{attribute}": value for attribute, value in face.items()}
    return facts


ASK: Mapping[str, Callable[[Known, Calls, Sequence[str]], Mapping[str, Any]]] = {
    "identity": _identity,
    "answers": _answers,
    "population": _population,
    "enterprise_registry": _enterprise_registry,
    "licence_store": _licence_store,
}
