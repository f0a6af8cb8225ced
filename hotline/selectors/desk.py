"""One order as a desk works on it: what this reader may see, who holds it, what is asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone

from hotline.models import (
    Assignment,
    Dispute,
    ExtensionRequest,
    HotlineOrder,
    JointPlan,
    ReturnRequest,
    ShelveRequest,
    Supplement,
)
from hotline.rules.clock import Limit, lamp
from hotline.rules.dispatching import Candidate
from hotline.rules.quality import Hints, inspect_reply
from hotline.rules.seeing import Seen, View
from hotline.selectors.dispatching import candidates_for
from hotline.selectors.duties import Duty, duties_of
from hotline.selectors.history import Happened, history_for_staff
from hotline.selectors.parameters import parameter
from hotline.selectors.seeing import SeenFile, files_seen_by, order_for, seen_by
from hotline.selectors.tree import current_tree
from hotline.states import AssignmentRole, AssignmentState, Lamp, OrderStatus, RequestState, Unit
from identity.models import Account, Post
from identity.roles import Permission, Role
from identity.selectors import Standing, departments, standing
from matters.selectors import centre_calendar

__all__ = ["Named", "OnDesk", "on_desk"]

#: Who may sit on a ruling or a panel: not those who handle orders (H-91, H-115).
_JUDGES = (Role.HOTLINE_HEAD, Role.SUPERVISOR, Role.LEADER, Role.AUDITOR, Role.DISPATCHER)


@dataclass(frozen=True)
class Named:
    """A candidate as the dispatcher chooses it."""

    code: str
    name: str
    score: float
    why: Sequence[str]
    basis: str


@dataclass
class OnDesk:
    """The order, and everything its page and its verbs ask for."""

    hotline_order: HotlineOrder
    seen: Seen
    who: Standing
    category_name: str
    lamp: Lamp | None
    parts: list[Assignment]
    history: list[Happened]
    files: list[SeenFile]
    candidates: list[Named] = field(default_factory=list)
    returns: list[ReturnRequest] = field(default_factory=list)
    extension: ExtensionRequest | None = None
    shelving: ShelveRequest | None = None
    supplements: list[Supplement] = field(default_factory=list)
    #: What is still owed on it, by whom, with a lamp each (H-122).
    duties: list[Duty] = field(default_factory=list)
    #: What this reader typed into its forms and did not send.
    kept: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @property
    def is_summary(self) -> bool:
        """An assist reads a summary and its own part, nothing that others wrote (H-02)."""
        return self.seen.view is View.ASSIST

    @property
    def hints(self) -> Hints | None:
        """What an inspector should look at twice; None where nobody is to inspect (H-97)."""
        order = self.hotline_order
        if order.status != OrderStatus.CLOSE_REVIEW or not self.who.may(Permission.CHECK_RESULTS):
            return None
        own = (order.contact_name, order.phone, order.id_number)
        phrases = parameter("result_boilerplate")
        found = inspect_reply(order.redacted, order.result_text, phrases=phrases, said=own)
        return found if found.any else None

    @property
    def open_parts(self) -> list[Assignment]:
        """The parts of those who work on it now, the host's first."""
        rows = [one for one in self.parts if one.state == AssignmentState.OPEN]
        return sorted(rows, key=lambda one: one.role != AssignmentRole.HOST)

    @cached_property
    def dispute(self) -> Dispute | None:
        """The dispute that waits for its ruling, with the meeting on the spot (H-92)."""
        if self.hotline_order.status != OrderStatus.DISPUTED or self.is_summary:
            return None
        return self.hotline_order.disputes.filter(closed_at__isnull=True).first()

    @cached_property
    def plan(self) -> JointPlan | None:
        """Who does what until when, where units work on it together (H-103)."""
        order = self.hotline_order
        return getattr(order, "joint_plan", None) if order.is_joint and not self.is_summary else None

    @property
    def host(self) -> Assignment | None:
        """The part of the department that holds it."""
        open_ones = (one for one in self.parts if one.state == AssignmentState.OPEN)
        return next((one for one in open_ones if one.role == AssignmentRole.HOST), None)

    @property
    def holds_it(self) -> bool:
        """The reader's department is the host."""
        host = self.host
        return host is not None and host.department_id in self.who.departments(Permission.HANDLE_ORDERS)

    @property
    def assists_in_it(self) -> bool:
        """The reader's department still owes its part."""
        own = self.who.departments(Permission.HANDLE_ORDERS)
        return any(
            one.role == AssignmentRole.ASSIST
            and one.state == AssignmentState.OPEN
            and one.replied_at is None
            and one.department_id in own
            for one in self.parts
        )

    @property
    def judges(self) -> list[tuple[str, str]]:
        """Who may be named as a judge or a member of a panel; read when a form asks for it."""
        posts = Post.objects.on(timezone.localdate()).filter(role__in=_JUDGES)
        rows = posts.select_related("account__person").order_by("account_id").distinct("account_id")
        return [
            (str(one.account_id), f"{one.account.display_name}（{one.get_role_display()}）") for one in rows
        ]


def on_desk(account: Account, order_no: str) -> OnDesk:
    """The order for this account's desk; NotFound where it is not theirs to see (H-02)."""
    order, who = order_for(account, order_no), standing(account)
    view = seen_by(order, account)
    whole = view.view is not View.ASSIST
    parts = order.assignments.select_related("department").order_by("round", "role", "id")
    if not whole:
        parts = parts.filter(department__in=who.departments(Permission.HANDLE_ORDERS))
    known = current_tree().categories.get(order.category_l2)
    desk = OnDesk(
        hotline_order=order,
        seen=view,
        who=who,
        category_name=known.name if known else order.category_l2,
        lamp=lamp_of(order),
        parts=list(parts),
        history=history_for_staff(order) if whole else [],
        files=files_seen_by(order, account),
        returns=list(order.return_requests.select_related("department", "suggested")) if whole else [],
        supplements=list(order.supplements.all()) if whole else [],
        extension=order.extensions.filter(state=RequestState.PENDING).first(),
        shelving=order.shelvings.filter(state=RequestState.PENDING).first(),
    )
    desk.duties = duties_of(order, desk.parts, extension=desk.extension)
    if order.status == OrderStatus.ACCEPTED and who.may(Permission.DISPATCH):
        desk.candidates = [_named(one) for one in candidates_for(order)]
    return desk


def lamp_of(order: HotlineOrder) -> Lamp | None:
    """The lamp of the public promise; none before acceptance and after the end."""
    basis, due = order.due_basis, order.public_due_at
    if due is None or order.archived_at or not basis:
        return None
    limit = Limit(float(basis.get("value", 0)), Unit(basis.get("unit", Unit.WORKING_DAYS)))
    return lamp(centre_calendar(), timezone.now(), due, limit, paused=order.paused_at is not None)


def _named(one: Candidate) -> Named:
    code = departments()[one.department_id].code
    return Named(code, one.name, one.score, one.why, one.row.legal_basis)
