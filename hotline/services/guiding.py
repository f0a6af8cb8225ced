"""What ends at the desk: guided to the legal channel, invalid, or answered at once with a week to come back."""

from datetime import timedelta

from django.db import transaction

from common.errors import BadInput
from hotline.events import OrderAnswered, OrderAnswerVoided, OrderGuided, OrderInvalidated
from hotline.models import HotlineOrder, OrderFile
from hotline.rules import intake as rules
from hotline.rules.clock import due_after, limit_of
from hotline.selectors.knowledge import usable_article
from hotline.selectors.parameters import parameter
from hotline.services.acting import Act, begin, refuse_if, refuse_unless
from hotline.services.complainant import begin_as_complainant
from hotline.services.promising import urgency_row
from hotline.services.restricting import keep_mark
from hotline.states import AbuseKind, Channel, GuideReason, InvalidReason, OrderStatus
from identity.models import Account
from identity.selectors import departments

#: Which marks an invalid call leaves on its number (H-137).
_HARASSING = {InvalidReason.SILENT: AbuseKind.SILENT, InvalidReason.ABUSE: AbuseKind.ABUSIVE}

__all__ = ["answer_directly", "guide_elsewhere", "mark_invalid", "reopen_direct"]


@transaction.atomic
def guide_elsewhere(order_id: int, *, by: Account, reason: str, channel: str) -> HotlineOrder:
    """分类引导 (T-03): one of the nine reasons, with the legal channel and its contact (H-21, H-22)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_desk_work(act.who))
    act.ready_for("guide_elsewhere")
    if objections := rules.objections_to_guiding(reason, channel):
        raise BadInput(objections, fields={"channel": objections})
    guide_now(act, GuideReason(reason), channel.strip())
    return act.finish()


def guide_now(act: Act, reason: GuideReason, channel: str) -> None:
    """The order ends with the channel told; a call-back proves nothing here, so none is due."""
    act.hotline_order.guide_elsewhere(reason=reason, channel=channel)
    act.enter(None)
    act.tell(OrderGuided, reason=reason.value)


@transaction.atomic
def mark_invalid(order_id: int, *, by: Account, reason: str, recording: str = "") -> HotlineOrder:
    """A silent, wrong or abusive call (T-04), proved by its recording: of the call, attached, or named here."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_invalidating(act.who))
    act.ready_for("mark_invalid")
    if reason not in InvalidReason.values:
        raise BadInput("请选择无效的原因", fields={"reason": ["请选择无效的原因"]})
    if not (recording.strip() or _is_recorded(act.hotline_order)):
        raise BadInput("认定无效来电要附录音", fields={"recording": ["认定无效来电要附录音"]})
    if recording.strip():
        act.hotline_order.calls.filter(recording="").update(recording=recording.strip())
    act.hotline_order.mark_invalid(reason=InvalidReason(reason))
    _count_harassment(act, by, InvalidReason(reason), recording.strip())
    act.enter(None)
    act.tell(OrderInvalidated, reason=reason)
    return act.finish()


def _count_harassment(act: Act, by: Account, reason: InvalidReason, recording: str) -> None:
    """Silent and abusive calls count against their number, as marks of whoever took them (H-137)."""
    order, kind = act.hotline_order, _HARASSING.get(reason)
    call = order.calls.order_by("-pk").first()
    number = call.phone if call is not None and call.phone else order.phone
    if kind is None or not number or order.channel != Channel.PHONE:
        return
    heard = recording or (call.recording if call is not None else "")
    keep_mark(
        number,
        by=order.registered_by or by,
        kind=kind,
        call_id=call.pk if call is not None else None,
        recording=heard,
    )


def _is_recorded(hotline_order: HotlineOrder) -> bool:
    if hotline_order.calls.exclude(recording="").exists():
        return True
    return hotline_order.files.filter(kind=OrderFile.Kind.RECORDING).exists()


@transaction.atomic
def answer_directly(
    order_id: int, *, by: Account, answer: str = "", article_code: str = "", expert_department: str = ""
) -> HotlineOrder:
    """
    直接答复 (T-07): with an article of the knowledge base or in enough words; the caller may come back for a week.

    ``expert_department`` is whose duty contact was brought into the call (H-26).
    """
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_desk_work(act.who))
    act.ready_for("answer_directly")
    hotline_order = act.hotline_order
    refuse_if(rules.objections_to_answering(hotline_order, answer, from_article=bool(article_code)))
    article = usable_article(article_code) if article_code else None
    hotline_order.answer_directly(answer=answer.strip() or (article.answer if article else ""))
    if article is not None:
        hotline_order.article_code, hotline_order.article_version = article.code, article.version
    if expert_department:
        hotline_order.expert_department = next(
            (one for one in departments().values() if one.code == expert_department), None
        )
        refuse_if([] if hotline_order.expert_department else ["没有这个部门"])
    act.enter(act.now + timedelta(days=parameter("direct_return_days")))
    act.tell(OrderAnswered, article=article_code)
    return act.finish()


@transaction.atomic
def reopen_direct(order_id: int, *, by: Account | None, query_code: str = "") -> HotlineOrder:
    """The caller, by login or query code, or an agent for them, comes back within the week (T-27, H-25)."""
    if query_code or by is None:
        act = begin_as_complainant(order_id, by=by, query_code=query_code)
    else:
        act = begin(order_id, by=by)
        own = act.who.person_id is not None and act.hotline_order.person_id == act.who.person_id
        refuse_unless([] if own else rules.objections_to_desk_work(act.who))
    act.ready_for("reopen_direct")
    _reopen(act)
    return act.finish()


def reopen_now(order_id: int, *, by: Account | None) -> HotlineOrder:
    """The same, when the caller's new words come in by any channel."""
    act = begin(order_id, by=by, anyone=True)
    if act.hotline_order.status == OrderStatus.DIRECT_ANSWERED:
        _reopen(act)
    return act.finish()


def _reopen(act: Act) -> None:
    limit = limit_of(urgency_row(act.hotline_order.urgency)["dispatch"])
    act.hotline_order.reopen_direct()
    act.enter(due_after(act.calendar, act.now, limit))
    act.tell(OrderAnswerVoided)
