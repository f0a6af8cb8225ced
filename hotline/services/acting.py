"""
One verb on one order: everything it changes is saved and told together.

The order's row is the one lock; its assignments and requests are read under it (H-191).
Only changed columns are written, so the words of the appeal are never touched (H-31).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import get_available_FIELD_transitions

from common.errors import NotAllowed, NotFound, Refused, WrongState
from common.speaking import local_text
from common.workdays import Calendar
from events import publish
from hotline.events import OrderFact
from hotline.models import Assignment, HotlineOrder
from hotline.states import AssignmentRole, AssignmentState
from identity.models import Account
from identity.selectors import Standing, departments, standing
from matters.selectors import centre_calendar

__all__ = ["Act", "allowed_verbs", "begin", "refuse_if", "refuse_now", "refuse_unless"]


@dataclass
class Act:
    """The order under its lock, who acts, and when."""

    hotline_order: HotlineOrder
    by: Account | None
    now: datetime
    facts: list[OrderFact] = field(default_factory=list)
    _before: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._before = _columns(self.hotline_order)

    @cached_property
    def who(self) -> Standing:
        """What the acting account may do."""
        return standing(self.by)

    @cached_property
    def calendar(self) -> Calendar:
        """The city's working days."""
        return centre_calendar()

    @cached_property
    def host(self) -> Assignment | None:
        """The open host part, with its department."""
        rows = Assignment.objects.filter(
            hotline_order=self.hotline_order, role=AssignmentRole.HOST, state=AssignmentState.OPEN
        )
        return rows.select_related("department").first()

    def forget_host(self) -> None:
        """This act has changed who holds the order."""
        self.__dict__.pop("host", None)

    def ready_for(self, verb: str) -> None:
        """WrongState (409), with what may be done, unless the machine knows ``verb`` from here (H-70)."""
        allowed = allowed_verbs(self.hotline_order)
        if verb not in allowed:
            at_work, order = bool(self.who.posts), self.hotline_order
            word = order.get_status_display() if at_work else order.public_word
            raise WrongState(
                _("工单现在是“%(word)s”，不能这样办") % {"word": local_text(word)}, allowed=allowed
            )

    def tell(self, fact_type: type[OrderFact], **facts: Any) -> None:
        """Note a fact about this order, to be published with the act."""
        self.facts.append(
            fact_type(order_id=self.hotline_order.pk, order_no=self.hotline_order.order_no, **facts)
        )

    def enter(self, due: datetime | None) -> None:
        """A state was entered: since when, and by when it must be left (H-71, H-157)."""
        self.hotline_order.state_since, self.hotline_order.state_due_at = self.now, due

    def finish(self) -> HotlineOrder:
        """Write what changed and publish the facts; the last line of every verb."""
        changed = [
            name for name, value in _columns(self.hotline_order).items() if self._before.get(name) != value
        ]
        if changed:
            self.hotline_order.save(update_fields=changed)
        publish(*self.facts, by=self.by)
        return self.hotline_order


def begin(order_id: int, *, by: Account | None, now: datetime | None = None, anyone: bool = False) -> Act:
    """
    Take the order's lock; NotFound where the actor may not see it.

    ``by`` None is the system; ``anyone`` is for doors that have proved the right otherwise (query code).
    """
    rows = (
        HotlineOrder.objects.visible_to(by) if by is not None and not anyone else HotlineOrder.objects.all()
    )
    order = rows.filter(pk=order_id).select_for_update(of=("self",)).first()
    if order is None:
        raise NotFound(_("没有找到这个工单"))
    order.host = departments().get(order.host_id) if order.host_id else None
    return Act(order, by, now or timezone.now())


def allowed_verbs(order: HotlineOrder) -> list[str]:
    """The method names of section 5 that lead out of the order's state."""
    machine = order._meta.get_field("status")
    return sorted({one.name for one in get_available_FIELD_transitions(order, machine)})


def refuse_unless(objections: Sequence[str]) -> None:
    """Raise NotAllowed (403) when a rule about who may act answered with objections."""
    if objections:
        raise NotAllowed(objections)


def refuse_now(objections: Sequence[str]) -> None:
    """Raise WrongState (409) when a rule about the state of things answered with objections."""
    if objections:
        raise WrongState(objections)


def refuse_if(objections: Sequence[str]) -> None:
    """Raise Refused (422) when a rule about what was said answered with objections."""
    if objections:
        raise Refused(objections)


def _columns(row: Model) -> dict[str, Any]:
    names = [one.attname for one in row._meta.concrete_fields]
    return {name: row.__dict__[name] for name in names if name in row.__dict__}
