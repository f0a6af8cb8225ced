"""Asking how it went, and what follows: the end, another go, or a panel (H-110…H-116)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from common.crypto import scrub
from common.errors import BadInput, WrongState
from hotline import events
from hotline.models import (
    HotlineOrder,
    PanelDecision,
    Supervision,
    SurveyAttempt,
)
from hotline.rules import ending as rules
from hotline.selectors import parameter
from hotline.selectors.people import head_of, posted_at
from hotline.services.acting import Act, allowed_verbs, begin, refuse_now, refuse_unless
from hotline.services.closing import archive_answered, conclude, exclude
from hotline.services.complainant import begin_as_complainant
from hotline.services.measuring import keep_round
from hotline.services.stages import reopen_part, rework_due
from hotline.services.supervising import supervise
from hotline.states import (
    CloseReason,
    ContactOutcome,
    ExclusionCode,
    OrderStatus,
    SupervisionCause,
    SupervisionLevel,
)
from identity.models import Account

__all__ = [
    "answer_survey",
    "ask_reconsideration",
    "conclude_bad",
    "conclude_good",
    "conclude_panel",
    "reconsider",
    "record_survey_attempt",
    "reopen",
]

_FAILED = (ContactOutcome.NO_ANSWER, ContactOutcome.REFUSED, ContactOutcome.WRONG)


@transaction.atomic
def record_survey_attempt(
    order_id: int,
    *,
    by: Account,
    outcome: str,
    way: SurveyAttempt.Way = SurveyAttempt.Way.PHONE,
    note: str = "",
) -> HotlineOrder:
    """One attempt to ask; the third telephone call in vain ends it as not reached, never as satisfied (H-110, H-112)."""
    act = _begin_to_call_back(order_id, by)
    if outcome not in ContactOutcome.values:
        raise BadInput(_("请选择回访结果"))
    _refuse_after_answer(act)
    calls = _calls(act)
    if way == SurveyAttempt.Way.PHONE:
        earlier = [one.at for one in calls]
        most, hours = parameter("survey_attempts"), parameter("survey_hours")
        refuse_now(rules.objections_to_attempt(act.now, earlier, hours, most))
    _keep_attempt(act, outcome, way, note)
    if way == SurveyAttempt.Way.PHONE and outcome in _FAILED:
        _give_up(act, [*(one.outcome for one in calls), outcome])
    return act.finish()


def _begin_to_call_back(order_id: int, by: Account) -> Act:
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_calling_back(act.hotline_order.host_id, act.who))
    act.ready_for("conclude_good")
    return act


def _refuse_after_answer(act: Act) -> None:
    """Whoever has answered is not asked again, and never archived as not reached (H-72, H-112)."""
    refuse_now([_("这一次已经评价过了，谢谢")] if act.hotline_order.survey_level is not None else [])


def _calls(act: Act) -> list[SurveyAttempt]:
    rows = SurveyAttempt.objects.filter(hotline_order=act.hotline_order, way=SurveyAttempt.Way.PHONE)
    return list(rows.filter(rework_no=act.hotline_order.rework_no))


def _keep_attempt(act: Act, outcome: str, way: SurveyAttempt.Way, note: str) -> None:
    SurveyAttempt.objects.create(
        hotline_order=act.hotline_order,
        rework_no=act.hotline_order.rework_no,
        way=way,
        by=act.by,
        at=act.now,
        outcome=outcome,
        note=scrub(note),
    )
    act.tell(events.SurveyAttempted, outcome=outcome)


def _give_up(act: Act, outcomes: Sequence[str]) -> None:
    if sum(one in _FAILED for one in outcomes) >= parameter("survey_attempts"):
        end_unreached(act)


def end_unreached(act: Act) -> None:
    """Nobody could be asked, or nobody answered: archived as such, no level is made up (H-112)."""
    act.hotline_order.survey_reached = False
    conclude(act, CloseReason.NO_CONTACT)


@transaction.atomic
def answer_survey(
    order_id: int,
    *,
    by: Account | None,
    level: int | None,
    responded: bool | None,
    solved: str = "",
    text: str = "",
    query_code: str = "",
    way: SurveyAttempt.Way = SurveyAttempt.Way.PHONE,
) -> HotlineOrder:
    """
    What the complainant says: to a call-back officer, or by themselves with login or query code (H-111).

    Who acts decides the way: an officer has asked by telephone, the complainant never has. What they said stays
    with this attempt, whatever a rework begins anew (H-113).
    """
    act, way = _begin_to_answer(order_id, by, query_code, way)
    own = way != SurveyAttempt.Way.PHONE
    act.ready_for("conclude_good")
    _refuse_after_answer(act)
    answer = rules.Answer(level=level, responded=responded, solved=solved, text=scrub(text.strip()))
    if wrong := rules.objections_to_answer(answer, act.hotline_order.order_type):
        raise BadInput([one for reasons in wrong.values() for one in reasons], fields=wrong)
    _keep_attempt(act, ContactOutcome.REACHED, way, answer.text)
    _keep_answer(act, answer)
    if own and not rules.is_bad(act.hotline_order):
        conclude(act, CloseReason.GOOD_REVIEW)
    return act.finish()


def _begin_to_answer(
    order_id: int, by: Account | None, query_code: str, way: SurveyAttempt.Way
) -> tuple[Act, SurveyAttempt.Way]:
    if query_code or by is None or _is_own(order_id, by):
        act = begin_as_complainant(order_id, by=by, query_code=query_code)
        return act, SurveyAttempt.Way.WEB if way == SurveyAttempt.Way.PHONE else way
    return _begin_to_call_back(order_id, by), SurveyAttempt.Way.PHONE


def _is_own(order_id: int, by: Account) -> bool:
    person = by.person_id
    return person is not None and HotlineOrder.objects.filter(pk=order_id, person_id=person).exists()


def _keep_answer(act: Act, answer: rules.Answer) -> None:
    order = act.hotline_order
    order.survey_reached, order.surveyed_at = True, act.now
    order.survey_level, order.survey_responded = answer.level, answer.responded
    order.survey_solved, order.survey_text = answer.solved, answer.text
    order.claim_mismatch = order.claim_mismatch or rules.is_mismatch(order)
    act.tell(
        events.OrderSurveyed,
        level=answer.level,
        solved=answer.solved,
        responded=answer.responded,
        rework_no=order.rework_no,
    )


@transaction.atomic
def conclude_good(order_id: int, *, by: Account) -> HotlineOrder:
    """T-28: 好评办结; not where the answer was bad, and not without an answer (H-72, H-112)."""
    act = _begin_to_call_back(order_id, by)
    refuse_now(_objections_to_good_end(act.hotline_order))
    conclude(act, CloseReason.GOOD_REVIEW)
    return act.finish()


def _objections_to_good_end(order: HotlineOrder) -> list[str]:
    if order.survey_level is None:
        return [_("还没有回访结果；联系不上的，记满次数后自动归档")]
    return [_("诉求人不满意，要重办或者提请认定")] if rules.is_bad(order) else []


@transaction.atomic
def conclude_bad(order_id: int, *, by: Account) -> HotlineOrder:
    """T-29: 差评重办 by the same host; the second one is watched from above (H-114)."""
    act = _begin_to_call_back(order_id, by)
    order = act.hotline_order
    refuse_now([] if rules.is_bad(order) else [_("没有不满意的回访结果，不能重办")])
    refuse_now([_("已经重办两次，请提请认定")] if order.rework_no >= parameter("reworks_at_most") else [])
    order.conclude_bad()
    _begin_rework(act)
    if order.rework_no == parameter("reworks_at_most"):
        _raise_above(act)
    return act.finish()


def _begin_rework(act: Act) -> None:
    order, due = act.hotline_order, rework_due(act)
    keep_round(order, order.rework_no - 1, at=act.now)
    reopen_part(act, due)
    order.survey_level = order.survey_responded = order.survey_reached = None
    order.survey_solved = order.survey_text = order.done_differently = ""
    order.result_at = order.callback_at = None
    act.enter(due)
    act.tell(events.OrderReworked, rework_no=order.rework_no, due_at=due.isoformat())


def _raise_above(act: Act) -> None:
    """提级办理: the second bad answer opens 督办 at level 2, with the head named (H-114)."""
    host = act.host
    if host is not None:
        supervise(
            act,
            host.department,
            SupervisionCause.BAD_REVIEWS,
            level=SupervisionLevel.HEAD,
            leader=head_of(host.department_id),
        )


@transaction.atomic
def conclude_panel(
    order_id: int,
    *,
    by: Account,
    members: Sequence[int],
    is_unreasonable: bool,
    reasons: str,
    ground: str = "",
) -> HotlineOrder:
    """T-30: three people decide; ``members`` are accounts. Unreasonable ones are left out of metrics, X6 (H-115)."""
    act = begin(order_id, by=by)
    order = act.hotline_order
    refuse_unless(rules.objections_to_heading_the_hotline(act.who))
    act.ready_for("conclude_panel")
    panel = rules.Panel(
        members=members,
        of_host=posted_at(order.host_id, members),
        is_unreasonable=is_unreasonable,
        ground=ground,
        reasons=reasons,
    )
    if wrong := rules.objections_to_panel(panel):
        raise BadInput([one for words in wrong.values() for one in words], fields=wrong)
    refuse_now(_objections_to_ending(order, is_unreasonable))
    decision = PanelDecision.objects.create(
        hotline_order=order,
        ground=ground if is_unreasonable else "",
        is_unreasonable=is_unreasonable,
        reasons=reasons.strip(),
        members=list(members),
        by=by,
        at=act.now,
    )
    reason = rules.close_reason(is_unreasonable)
    order.conclude_panel(at=act.now, reason=reason)
    if is_unreasonable:
        exclude(order, ExclusionCode.X6, act=act, reason=decision.reasons, evidence=f"panel:{decision.pk}")
    act.tell(events.PanelDecided, is_unreasonable=is_unreasonable)
    archive_answered(act, reason)
    return act.finish()


def _objections_to_ending(order: HotlineOrder, is_unreasonable: bool) -> list[str]:
    """Without calling it unreasonable: only after two reworks, and the 督办 of them closed (T-30)."""
    if not rules.is_bad(order):
        return [_("没有不满意的回访结果，不需要认定")]
    if is_unreasonable:
        return []
    if order.rework_no < parameter("reworks_at_most"):
        return [_("还可以重办，不能这样终结")]
    opened = Supervision.objects.filter(hotline_order=order, cause=SupervisionCause.BAD_REVIEWS)
    return [_("两次不满意的督办还没有办结")] if opened.filter(closed_at__isnull=True).exists() else []


@transaction.atomic
def reopen(order_id: int, *, by: Account | None, query_code: str = "") -> HotlineOrder:
    """T-33: whoever could not be reached comes back within fifteen days, once."""
    act = begin_as_complainant(order_id, by=by, query_code=query_code)
    act.ready_for("reopen")
    order = act.hotline_order
    limits = {"days": parameter("reopen_days"), "reworks": parameter("reworks_at_most")}
    refuse_now(rules.objections_to_reopening(order, act.now, **limits))
    order.reopen()
    order.reopened_at = act.now
    _begin_rework(act)
    act.tell(events.OrderReopened)
    return act.finish()


@transaction.atomic
def ask_reconsideration(order_id: int, *, by: Account | None, query_code: str = "") -> PanelDecision:
    """The citizen asks once, within fifteen days, that the decision be looked at again (H-115)."""
    act = begin_as_complainant(order_id, by=by, query_code=query_code)
    decision = _last_decision(act)
    days = parameter("reconsider_days")
    refuse_now(rules.objections_to_reconsidering(decision, act.now, days=days))
    decision.reconsidered_at = act.now
    decision.save(update_fields=["reconsidered_at"])
    act.finish()
    return decision


def _last_decision(act: Act) -> PanelDecision:
    decision = act.hotline_order.panels.order_by("-id").first()
    if decision is None or act.hotline_order.status != OrderStatus.ARCHIVED:
        raise WrongState(_("这个工单没有可以复核的认定"), allowed=allowed_verbs(act.hotline_order))
    return decision


@transaction.atomic
def reconsider(order_id: int, *, by: Account, conclusion: str) -> PanelDecision:
    """The written answer to the one review that was asked for; by somebody else than who decided (H-115, H-05)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_heading_the_hotline(act.who))
    decision = _last_decision(act)
    waits = decision.reconsidered_at is not None and not decision.reconsideration
    refuse_now([] if waits else [_("没有等待复核的认定")])
    refuse_unless(
        [_("作出认定的人不能复核自己的决定")] if by.pk in [decision.by_id, *decision.members] else []
    )
    if not conclusion.strip():
        raise BadInput(_("请写明复核结论"), fields={"conclusion": [_("请写明复核结论")]})
    decision.reconsideration = conclusion.strip()
    decision.save(update_fields=["reconsideration"])
    act.finish()
    return decision
