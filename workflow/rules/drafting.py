"""What a draft amounts to: the answers that count, what to ask next, what is missing, what has changed. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from bundles.conditions import keys_in
from bundles.planning import Plan, misread_cells, plan
from bundles.planning.reading import is_blank
from bundles.spec import Definition, FieldType, Question, Source, Specimen
from common.speaking import COMMA, kept, local_text
from workflow.rules.submission import Bars, choices_for
from workflow.states import DeliveryMethod
from workflow.states import MaterialMode as Mode

#: Boxes of a form that already ask how the results are to arrive, and what their choices mean.
DELIVERY_KEYS = ("result_delivery", "delivery_method")
DELIVERY_CHOICES: Mapping[str, DeliveryMethod] = {
    "electronic": DeliveryMethod.ELECTRONIC,
    "window": DeliveryMethod.WINDOW,
    "pickup": DeliveryMethod.WINDOW,
    "locker": DeliveryMethod.LOCKER,
    "post": DeliveryMethod.EMS,
    "mail": DeliveryMethod.EMS,
    "ems": DeliveryMethod.EMS,
}
DELIVERY_ADDRESS = "delivery_address"
#: What a new version means for a draft, as the draft keeps it (I-41).
_NEW_MATTERS, _GONE_MATTERS = kept("新增事项：%(names)s"), kept("不再需要办理：%(names)s")
_NEW_PAPERS, _GONE_PAPERS = kept("新增材料：%(names)s"), kept("不再需要材料：%(names)s")
_NEW_BOXES, _GONE_BOXES = kept("新增填写内容：%(names)s"), kept("不再需要填写：%(names)s")
_ASKED_AGAIN = kept("需要再回答：%(names)s")
_OTHER_DAYS = kept("承诺时限由%(before)s个工作日变为%(after)s个工作日")


@dataclass(frozen=True)
class Counted:
    """The answers that count, and the plan they make."""

    answers: dict[str, Any]
    plan: Plan


@dataclass(frozen=True)
class Delivery:
    """How the results are to reach the applicant; ``asked`` where the form itself asks it."""

    method: str = ""
    address: str = ""
    together: bool = True
    asked: bool = False

    @property
    def answers(self) -> dict[str, str]:
        """As the boxes of the form hold it."""
        return {
            "delivery.method": self.method,
            "delivery.address": self.address,
            "delivery.together": str(self.together).lower(),
        }

    @classmethod
    def of(cls, answers: Mapping[str, str]) -> Self:
        """The same, read back."""
        method, address, together = (
            answers[f"delivery.{name}"] for name in ("method", "address", "together")
        )
        return cls(str(method), address, together != "false")


@dataclass(frozen=True)
class Paper:
    """One paper of a draft: how it will be there, why, and what the applicant chose."""

    name: str
    status: str
    source: Source
    needed_by: tuple[str, ...]
    licence_type: str | None
    awaited_from: str | None
    commitment_allowed: bool
    deferrable: bool
    deferrable_days: int
    reason: str | None = None
    mode: str = ""
    upload_id: str = ""
    signed: bool = False
    sample: str = ""
    specimen: Specimen | None = None

    @property
    def is_open(self) -> bool:
        """The applicant has to do something, or may."""
        return self.status in {"upload", "promise", "offered"}

    @property
    def needs_answer(self) -> bool:
        """Nothing has been brought, chosen or signed, and it must be."""
        if self.status not in {"upload", "promise"}:
            return False
        return not self.mode or self.needs_signature

    @property
    def needs_signature(self) -> bool:
        """A promise was chosen and not yet read and signed."""
        return self.mode in {Mode.COMMITMENT, Mode.DEFERRED} and not self.signed


def counted(definition: Definition, answers: Mapping[str, Any]) -> Counted:
    """
    The answers that count: those to questions and boxes that the answers before them lead to.

    What was answered on a way since left is kept by the draft and counts again when
    the person comes back to that way.
    """
    bound: dict[str, Any] = {}
    while True:
        planned = plan(definition, bound)
        following = _next_bound(definition, planned, answers, bound)
        if not following:
            return Counted(bound, planned)
        bound |= following


def _next_bound(
    definition: Definition, planned: Plan, answers: Mapping[str, Any], bound: Mapping[str, Any]
) -> dict[str, Any]:
    """One question at a time, in order, as they are asked; then all boxes to be seen."""
    for question in definition.questions:
        if question.key in planned.undetermined and question.key in answers:
            return {question.key: answers[question.key]}
    boxes = [*planned.undetermined, *(box.field.key for box in planned.visible_fields)]
    return {key: answers[key] for key in boxes if key in answers and key not in bound}


def open_questions(planned: Plan) -> list[Question]:
    """Questions whose answer still decides something, in order."""
    return [one for one in planned.definition.questions if one.key in planned.undetermined]


def asked_questions(counting: Counted) -> list[Question]:
    """Questions answered so far, in the order in which they were asked; boxes of the form left out."""
    questions = {one.key: one for one in counting.plan.definition.questions}
    return [questions[key] for key in counting.answers if key in questions]


def delivery_of(planned: Plan, answers: Mapping[str, Any], chosen: Delivery) -> Delivery:
    """What the form's own box says; where the form has none, what was chosen."""
    for box in planned.visible_fields:
        choices = {choice.value for choice in box.field.choices}
        if box.field.key in DELIVERY_KEYS and choices and choices <= DELIVERY_CHOICES.keys():
            method = DELIVERY_CHOICES.get(str(answers.get(box.field.key)), "")
            address = str(answers.get(DELIVERY_ADDRESS, "")) if method == DeliveryMethod.EMS else ""
            return Delivery(str(method), address, chosen.together, asked=True)
    return chosen


def objections_to_delivery(delivery: Delivery) -> dict[str, list[str]]:
    """What is missing of the delivery, beside its field; the form's own box answers for itself."""
    if delivery.asked:
        return {}
    if delivery.method not in DeliveryMethod.values:
        return {"delivery.method": [_("请选择结果怎么给您")]}
    if delivery.method == DeliveryMethod.EMS and not delivery.address.strip():
        return {"delivery.address": [_("选择邮寄的，请填写收件地址")]}
    return {}


def papers_of(
    planned: Plan,
    offers: Mapping[str, Mapping[str, Any]],
    checks: Mapping[str, Mapping[str, Any]],
    bars: Bars,
) -> list[Paper]:
    """Every paper of the plan, each once, with its state and reason (I-07, I-46, I-60)."""
    names = {matter.code: matter.name for matter in planned.matters}
    papers = []
    for material in planned.materials:
        check, offer = checks.get(material.name), offers.get(material.name, {})
        choices = choices_for(material, bars)
        promise = Mode.COMMITMENT in choices
        papers.append(
            Paper(
                name=material.name,
                status=_status(material.source, material.awaited_from, check, promise=promise),
                source=material.source,
                needed_by=tuple(names[code] for code in material.needed_by),
                licence_type=material.licence_type,
                awaited_from=material.awaited_from and names[material.awaited_from],
                commitment_allowed=promise,
                deferrable=Mode.DEFERRED in choices,
                deferrable_days=material.deferrable_days,
                reason=_reason(material.awaited_from and names[material.awaited_from], check),
                mode=_mode(offer, choices),
                upload_id=offer.get("upload_id") or "",
                signed=bool(offer.get("signed")),
                sample=material.sample,
                specimen=material.specimen,
            )
        )
    return papers


def _mode(offer: Mapping[str, Any], choices: Collection[Mode]) -> str:
    """What was chosen, if it may still be chosen; an upload without its file is none."""
    mode = offer.get("mode", "")
    return mode if mode in choices and (mode != Mode.UPLOAD or offer.get("upload_id")) else ""


def _status(source: Source, awaited: str | None, check: Mapping[str, Any] | None, *, promise: bool) -> str:
    """The words of the HTTP contract, and ``offered``: what could not be fetched may be uploaded, or left (I-07)."""
    if awaited:
        return "awaited"
    if source in {Source.LICENCE, Source.SHARED}:
        if check and not check["found"]:
            return "offered"
        return "fetched" if source is Source.LICENCE else "shared"
    if source is Source.FORM:
        return "form"
    return "promise" if source is Source.COMMITMENT and promise else "upload"


def _reason(awaited: str | None, check: Mapping[str, Any] | None) -> str | None:
    if awaited:
        return _("“%(awaited)s”办好后自动带过来。") % {"awaited": local_text(awaited)}
    return check["detail"] if check and check["detail"] else None


def changes_between(before: Plan, after: Plan) -> list[str]:
    """What a new version of the requirements means for this draft, one sentence a change (I-41)."""
    return [
        *_told(_NEW_MATTERS, before.codes, {one.code: one.name for one in after.matters}),
        *_told(_GONE_MATTERS, after.codes, {one.code: one.name for one in before.matters}),
        *_told(_NEW_PAPERS, before.materials_by_name, {name: name for name in after.materials_by_name}),
        *_told(_GONE_PAPERS, after.materials_by_name, {name: name for name in before.materials_by_name}),
        *_told(_NEW_BOXES, _boxes(before), _boxes(after)),
        *_told(_GONE_BOXES, _boxes(after), _boxes(before)),
        *_told(_ASKED_AGAIN, before.undetermined, {one.key: one.text for one in open_questions(after)}),
        *_days(before, after),
    ]


def _told(sentence: str, known: Collection[str], there: Mapping[str, str]) -> list[str]:
    names = [name for key, name in there.items() if key not in known]
    return [sentence % {"names": COMMA.join(names)}] if names else []


def _boxes(planned: Plan) -> dict[str, str]:
    return {box.field.key: box.field.label for box in planned.visible_fields}


def _days(before: Plan, after: Plan) -> list[str]:
    if before.promised_days == after.promised_days:
        return []
    return [_OTHER_DAYS % {"before": before.promised_days, "after": after.promised_days}]


def by_cell(
    planned: Plan, values: Mapping[str, Any], errors: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[str]]:
    """What is wrong with a table, cell by cell: `owners.0.name` is column `name` in row 0 of `owners`."""
    tables = {box.field.key: box.field for box in planned.visible_fields if box.field.columns}
    told: dict[str, Sequence[str]] = {}
    for key, reasons in errors.items():
        cells = misread_cells(tables[key], values.get(key)) if key in tables else []
        for cell in cells:
            told[f"{key}.{cell.at}.{cell.column.key}"] = [cell.told]
        if not cells:
            told[key] = reasons
    return told


def file_keys(planned: Plan) -> Sequence[str]:
    """Boxes that take a file."""
    return [box.field.key for box in planned.visible_fields if box.field.type is FieldType.FILE]


def deciding_keys(definition: Definition) -> frozenset[str]:
    """Answers that decide what else is asked: the page asks again when one of them changes."""
    seen_when = [field.visible_when for field in definition.fields]
    applies_when = [matter.applies_when for matter in definition.matters]
    return frozenset(keys_in(*seen_when, *applies_when))


def is_answered(answers: Mapping[str, Any], key: str) -> bool:
    """Something is there, even no or zero."""
    return not is_blank(answers.get(key))
