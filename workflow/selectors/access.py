"""Who has looked at what is mine: people, registers that were asked about me, and strangers I showed a licence to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.crypto import keyed_hash
from common.keyset import page_of
from exchange.models import CallLog, CallOutcome
from identity.models import Account, Organisation
from identity.selectors import Standing, standing
from licences.models import Licence, Presentation
from workflow.models import Reading
from workflow.states import ReadThing, ReadWhy

__all__ = ["Access", "Accesses", "Looks", "accesses", "looks", "watch"]

PEOPLE, REGISTERS, SHOWN = "people", "registers", "shown"

#: Whom we asked, as the exchange names it.
SYSTEMS = {
    "population": gettext_noop("公安人口信息库"),
    "enterprise_registry": gettext_noop("市场主体登记库"),
    "shared_registers": gettext_noop("部门数据共享平台"),
    "licence_store": gettext_noop("电子证照库"),
    "national_platform": gettext_noop("国家政务服务平台"),
}


@dataclass(frozen=True)
class Access:
    """One look: when, by whom as far as it is anybody's business, at what, and why."""

    at: datetime
    by: str
    what: str
    why: str
    reference: str = ""
    #: Of what was looked at, for its owner.
    url: str = ""


@dataclass(frozen=True)
class Accesses:
    """One page of one kind."""

    rows: Sequence[Access]
    next: str


@dataclass(frozen=True)
class Looks:
    """One kind of look: what people call it, and its pages of one account, the newest first, by key."""

    kind: str
    label: str
    page: Callable[[Account, str], Accesses]


_more: dict[str, Looks] = {}


def watch(more: Looks) -> None:
    """An app above this one notes looks of its own; said once, when it is ready."""
    _more[more.kind] = more


def looks() -> Sequence[Looks]:
    """Every kind there is; the first is what is shown unasked."""
    return [*_OURS, *_more.values()]


def accesses(account: Account, kind: str, *, after: str = "") -> Accesses:
    """One page; a kind that is none is the first."""
    known = {one.kind: one for one in looks()}
    return known.get(kind, _OURS[0]).page(account, after)


def _people(account: Account, after: str) -> Accesses:
    readings = page_of(_readings(account, standing(account)), key="-id", after=after)
    return Accesses([_of_reading(row) for row in readings.rows], readings.next)


def _registers(account: Account, after: str) -> Accesses:
    calls = page_of(_calls(account, standing(account)), key="-at", after=after)
    return Accesses([_of_call(row) for row in calls.rows], calls.next)


def _licences(account: Account, after: str) -> Accesses:
    shown = page_of(_shown(standing(account)), key="-created_at", after=after)
    return Accesses([_of_presentation(row) for row in shown.rows], shown.next)


_OURS = (
    Looks(PEOPLE, gettext_noop("部门和窗口"), _people),
    Looks(REGISTERS, gettext_noop("数据查询"), _registers),
    Looks(SHOWN, gettext_noop("我的亮证"), _licences),
)


def _readings(account: Account, who: Standing) -> QuerySet[Reading]:
    """Of what is one's own or one's organisations'; what one does for a principal is the principal's to see."""
    own = Q(application__applicant_organisation_id__in=who.organisation_ids)
    if who.person_id:
        own |= Q(application__applicant_person_id=who.person_id)
    rows = Reading.objects.filter(own).exclude(account=account)
    return rows.select_related("department", "application").only(
        "at", "thing", "name", "why", "department__name", "application__reference", "application__name"
    )


def _of_reading(row: Reading) -> Access:
    return Access(
        at=row.at,
        by=row.department.name if row.department else _("您委托的代理人"),
        what=f"{ReadThing(row.thing).label}：{row.name}",
        why=str(ReadWhy(row.why).label),
        reference=row.application.reference or "",
        url=reverse("workflow:application", args=[row.application.reference])
        if row.application.reference
        else "",
    )


def _calls(account: Account, who: Standing) -> QuerySet[CallLog]:
    numbers = [account.person.id_number] if account.person else []
    numbers += Organisation.objects.filter(pk__in=who.organisation_ids).values_list("credit_code", flat=True)
    return CallLog.objects.filter(subject_hash__in=[keyed_hash(number) for number in numbers])


def _of_call(row: CallLog) -> Access:
    return Access(
        at=row.at,
        by=_("本平台向%(system)s查询") % {"system": SYSTEMS.get(row.system, row.system)},
        what="、".join(_names(row.asked)) or _("登记的基本信息"),
        why=_("办事时核对，免您提交") + ("" if row.outcome == CallOutcome.ANSWERED else _("（没有查成）")),
    )


def _names(asked: Any) -> list[str]:
    """Names of papers; attributes of a register have names for machines and are told together."""
    return [one for one in asked if isinstance(one, str) and not one.isascii()]


def _shown(who: Standing) -> QuerySet[Presentation]:
    held = Licence.objects.of_holder(who).values("pk")
    return (
        Presentation.objects.filter(licence__in=held).select_related("licence__type").defer("licence__facts")
    )


def _of_presentation(row: Presentation) -> Access:
    seen = row.seen_at is not None
    return Access(
        at=row.seen_at or row.created_at,
        by=_("您出示二维码的对方") if seen else _("没有人看过"),
        what=row.licence.type.name,
        why=_("您亮证") if seen else _("您亮证，二维码没有用过"),
    )
