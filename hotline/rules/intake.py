"""What must hold when an appeal is taken in: who may, what is asked, where it is guided, what it is limited by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from stdnum.iso7064 import mod_97_10

from hotline.rules.classifying import normalised
from hotline.rules.clock import Limit, limit_of
from hotline.rules.envelopes import ELEMENTS, OWN_DOORS, IntakeEnvelope
from hotline.states import Channel, Confidentiality, GuideReason, OrderType
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import Category, HotlineOrder
    from identity.selectors import Standing

__all__ = [
    "EMERGENCY_LINES",
    "HandlingLimit",
    "acknowledged_within",
    "confidentiality",
    "earlier",
    "emergency_line",
    "handling_limit",
    "is_agent",
    "is_order_number",
    "missing_for_acceptance",
    "objections_to_answering",
    "objections_to_desk_work",
    "objections_to_elements",
    "objections_to_guiding",
    "objections_to_invalidating",
    "objections_to_registering",
    "objections_to_splitting",
    "objections_to_transferring",
    "order_number",
]

#: Which line each list of danger phrases goes to (H-17); despair is the police's, who bring the doctors.
EMERGENCY_LINES: Mapping[str, str] = {
    "police_110": "110",
    "fire_119": "119",
    "medical_120": "120",
    "traffic_122": "122",
    "self_harm": "110",
}

_ANSWERABLE = frozenset({OrderType.INQUIRY, OrderType.SUGGESTION, OrderType.PRAISE, OrderType.HELP})
_LEAST_ANSWER = 20
#: What each of two categories scores at least to be a matter of its own (H-58).
_LEAST_SCORE = 4


def order_number(day: date, number: int) -> str:
    """
    `HL`, the day, six digits of the sequence, two check digits.

    The check digits are ISO 7064 MOD 97-10 over the fourteen digits before them: whoever misreads one digit or
    swaps two is told so instead of shown somebody else's order.
    """
    body = f"{day:%Y%m%d}{number:06d}"
    return f"HL{body}{mod_97_10.calc_check_digits(body)}"


def is_order_number(text: str) -> bool:
    """Whether the check digits agree."""
    return text.startswith("HL") and text[2:].isdigit() and bool(mod_97_10.is_valid(text[2:]))


def is_agent(who: "Standing") -> bool:
    """Whether somebody takes calls: whom they register for need not be themselves."""
    return who.may(Permission.TAKE_CALLS)


def objections_to_desk_work(who: "Standing") -> list[str]:
    """Accepting, guiding and answering are the agents'."""
    return [] if is_agent(who) else ["这一步由话务员办理"]


def objections_to_transferring(who: "Standing") -> list[str]:
    """The button is on the agents' desk; the words of an appeal press it for everybody (T-02)."""
    return [] if who.may(Permission.TAKE_CALLS) else ["紧急转接由话务员操作"]


def objections_to_invalidating(who: "Standing") -> list[str]:
    """A desk lead marks a call invalid (T-04)."""
    if not who.may(Permission.DISPATCH):
        return ["无效来电要由班长认定"]
    return []


def objections_to_registering(envelope: IntakeEnvelope, who: "Standing | None") -> list[str]:
    """Agents register for anybody, citizens for themselves by the doors that are theirs; the system for channels."""
    if who is None or who.account_id is None or who.may(Permission.TAKE_CALLS):
        return []
    if envelope.channel not in OWN_DOORS:
        return [_("这个渠道的诉求只能由话务员登记")]
    if envelope.person_id not in (None, who.person_id):
        return [_("只能以自己的名义提交诉求")]
    return []


def objections_to_elements(envelope: IntakeEnvelope) -> list[str]:
    """On the telephone each of the five elements is answered, or ticked as asked in vain (H-32)."""
    if envelope.channel != Channel.PHONE:
        return []
    return [
        f"请询问“{label}”；对方没有说明的，勾选“已询问”"
        for key, label in ELEMENTS.items()
        if not ((element := envelope.elements.get(key)) and (element.value or element.asked))
    ]


def missing_for_acceptance(hotline_order: "HotlineOrder", category: "Category | None") -> list[str]:
    """What is still to be asked before it can be accepted (T-06)."""
    placed = hotline_order.location_text or hotline_order.longitude is not None or hotline_order.region_id
    if category is not None and category.site_check and not placed:
        return ["这类诉求要到现场核查，请补充地点"]
    return []


def objections_to_guiding(reason: str, channel: str) -> list[str]:
    """A bare refusal cannot be saved: one of the nine reasons, and the legal channel with its contact (H-21, H-22)."""
    objections = [] if reason in GuideReason.values else ["请从九种情形中选择引导的原因"]
    if not channel.strip():
        objections.append("请写明应当走的法定途径和联系方式")
    return objections


def objections_to_answering(hotline_order: "HotlineOrder", answer: str, *, from_article: bool) -> list[str]:
    """Questions, suggestions, praise and help may be answered at once, with an article or in enough words (T-07)."""
    objections = []
    if hotline_order.order_type not in _ANSWERABLE:
        objections.append("投诉和举报不能直接答复，要派单办理")
    if hotline_order.confidential == Confidentiality.SECRET:
        objections.append("严格保密的工单不能直接答复")
    if not from_article and len(answer.strip()) < _LEAST_ANSWER:
        objections.append(f"没有引用知识的，答复不少于 {_LEAST_ANSWER} 个字")
    return objections


def objections_to_splitting(
    scores: Mapping[str, float], hosts: Mapping[str, str], first: str, second: str, *, confirmed: bool
) -> list[str]:
    """Two matters of different hosts, both clear enough, and the caller says they are two (H-58)."""
    objections = [] if confirmed else ["请先向诉求人确认是两件事"]
    if second == first or second not in scores:
        return [*objections, "没有识别出第二件事"]
    if min(scores.get(first, 0), scores[second]) < _LEAST_SCORE:
        objections.append("两件事都要有足够的依据才能拆单")
    if hosts.get(first) == hosts.get(second):
        objections.append("两件事由同一部门承办，不必拆单")
    return objections


def emergency_line(text: str, phrases: Mapping[str, Iterable[str]]) -> str:
    """
    The line the words call for, before anybody asks what category they are (H-17); empty when none.

    Read as the classifier reads: "我家着 火了" is a fire, however it was typed or transcribed.
    """
    said = normalised(text)
    for kind, listed in phrases.items():
        if any(normalised(phrase) in said for phrase in listed):
            return EMERGENCY_LINES.get(kind, "110")
    return ""


def confidentiality(order_type: str, asked: str, order_types: Iterable[Mapping[str, Any]]) -> Confidentiality:
    """The stricter of what the type of order demands and what was asked for; masked unless said otherwise (H-140)."""
    demanded = next(
        (row.get("default_confidential", "") for row in order_types if row["code"] == order_type), ""
    )
    if demanded:
        return max(Confidentiality(demanded), Confidentiality(asked or demanded), key=_strictness)
    return Confidentiality(asked or Confidentiality.MASKED)


def _strictness(level: Confidentiality) -> int:
    return list(Confidentiality).index(level)


def acknowledged_within(channel: str, hours: float) -> Limit:
    """By telephone at once, by the internet within two hours through night and holiday (H-13)."""
    return limit_of({"value": 0 if channel == Channel.PHONE else hours, "unit": "natural_hours"})


@dataclass(frozen=True)
class HandlingLimit:
    """How long handling may take, and by which row of the tables."""

    limit: Limit
    row: str

    def basis(self, version: str, category: str) -> dict[str, Any]:
        """What is kept beside the due (H-154)."""
        return {
            "version": version,
            "category": category,
            "value": self.limit.value,
            "unit": self.limit.unit.value,
            "row": self.row,
        }


def handling_limit(
    tables: Mapping[str, Any], category: "Category | None", order_type: str, urgency: str
) -> HandlingLimit:
    """Urgency before inquiry before report before the category before the type of order (H-101)."""
    levels = {row["code"]: row for row in tables["urgency_levels"]}
    types = {row["code"]: row for row in tables["order_types"]}
    if levels[urgency]["handle"]:
        return HandlingLimit(limit_of(levels[urgency]["handle"]), f"urgency:{urgency}")
    own = {OrderType.INQUIRY, OrderType.REPORT, OrderType.PRAISE}
    if order_type in own or category is None or category.limit_value is None:
        return HandlingLimit(limit_of(types[order_type]["handle"]), f"order_type:{order_type}")
    given = {"value": category.limit_value, "unit": category.limit_unit}
    return HandlingLimit(limit_of(given), f"category:{category.code}")


def earlier(own: datetime, source: datetime | None) -> datetime:
    """The earlier of the source's deadline and our own applies (H-15)."""
    return min(own, source) if source else own
