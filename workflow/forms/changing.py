"""What an applicant types when something is to be changed: the facts of the form, the way the results arrive."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from bundles.spec import FieldType
from matters.models import Place
from matters.selectors import places
from workflow.forms.applicant import read_answers, with_rows_changed
from workflow.models import Application
from workflow.rules.changing import Change, changeable
from workflow.rules.ending import PLACES_FOR
from workflow.states import DeliveryMethod

__all__ = ["Wish", "as_typed", "places_by_way", "read_facts", "read_wish", "ways", "wish_of"]

#: Words of the page's own buttons, which are no answers.
_BUTTONS = frozenset({"csrfmiddlewaretoken", "confirmed", "edit", "add_row", "remove_row"})


def read_facts(now: Change, post: QueryDict) -> dict[str, Any]:
    """
    What stands in the boxes: those of the form as it is, and those that came with the last look at it.

    A file chosen on the page before this one is sent on by its id; a box that sends none keeps its file.
    """
    asked = {box.field.key: box.field for box in changeable(now.before)}
    posted = {name.split(".", 1)[0] for name in post} - asked.keys()
    asked |= {key: box for key, box in now.before.definition.inputs.items() if key in posted - _BUTTONS}
    sent_on = {key: post[key] for key, box in asked.items() if box.type is FieldType.FILE and post.get(key)}
    return with_rows_changed(read_answers(asked.values(), post), post) | sent_on


def as_typed(post: QueryDict, files: Mapping[str, str]) -> list[tuple[str, str]]:
    """Everything that was typed, and the new files by their ids, to be sent once more."""
    without = _BUTTONS | files.keys()
    typed = [(name, value) for name, values in post.lists() if name not in without for value in values]
    return [*typed, *files.items()]


# How the results arrive


@dataclass(frozen=True)
class Wish:
    """How somebody wants the results, as the page holds it."""

    method: str
    region: str = ""
    region_name: str = ""
    street: str = ""
    window: str = ""
    locker: str = ""
    together: bool = True

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        place = {DeliveryMethod.WINDOW: self.window, DeliveryMethod.LOCKER: self.locker}
        address = f"{self.region_name} {self.street}".strip() if self.street else ""
        method = DeliveryMethod(self.method)
        return {
            "method": method,
            "address": address,
            "together": self.together,
            "place": place.get(method, ""),
        }

    @property
    def values(self) -> dict[str, str]:
        """By the names of the boxes."""
        together = "true" if self.together else "false"
        return {"method": self.method, "region": self.region, "street": self.street, "together": together}

    @property
    def where_wrong(self) -> str:
        """The box to which a refusal belongs."""
        return "street" if self.method == DeliveryMethod.EMS else "method"


def wish_of(application: Application, regions: Iterable[tuple[str, str]]) -> Wish:
    """As it stands: the region is told apart from the street where it is one of the list."""
    address = application.delivery_address
    code, name = max(
        ((code, name) for code, name in regions if address.startswith(f"{name} ")),
        key=lambda found: len(found[1]),
        default=("", ""),
    )
    place = application.delivery_place.code if application.delivery_place else ""
    return Wish(
        method=application.delivery_method,
        region=code,
        region_name=name,
        street=address.removeprefix(name).strip(),
        window=place if application.delivery_method == DeliveryMethod.WINDOW else "",
        locker=place if application.delivery_method == DeliveryMethod.LOCKER else "",
        together=application.deliver_together,
    )


def read_wish(post: QueryDict, regions: Iterable[tuple[str, str]]) -> Wish:
    """What was chosen; an unknown way counts as electronic, an unknown region as none."""
    method, region = post.get("method", ""), post.get("region", "")
    return Wish(
        method=method if method in DeliveryMethod.values else DeliveryMethod.ELECTRONIC,
        region=region,
        region_name=dict(regions).get(region, ""),
        street=" ".join(post.get("street", "").split())[:240],
        window=post.get("window", "")[:40],
        locker=post.get("locker", "")[:40],
        together=post.get("together", "true") != "false",
    )


def ways() -> list[tuple[str, str]]:
    """The ways, in words."""
    return [(way.value, way.label) for way in DeliveryMethod]


def places_by_way() -> dict[str, Sequence[Place]]:
    """Where results can be fetched at a window and from a locker; one query."""
    kinds = frozenset[str]().union(*PLACES_FOR.values())
    known = list(places(kinds))
    return {way.value: [one for one in known if one.kind in PLACES_FOR[way]] for way in PLACES_FOR}
