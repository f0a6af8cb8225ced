"""撤诉: by the complainant alone, proved by a code to their telephone; public safety goes on all the same (H-134)."""

from datetime import timedelta
from secrets import compare_digest, randbelow

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.crypto import keyed_hash, scrub
from common.errors import BadInput, Refused, TooOften
from common.signed_http import GatewayError
from hotline import events
from hotline.models import (
    ComplainantCode,
    Dispute,
    ExtensionRequest,
    HotlineOrder,
    ReturnRequest,
)
from hotline.rules.withdrawing import goes_on
from hotline.selectors import parameter
from hotline.services import pausing
from hotline.services.acting import Act, refuse_now
from hotline.services.complainant import begin_as_complainant
from hotline.services.shelving import close_ledger
from hotline.services.stages import close_part
from hotline.states import AssignmentState, OrderStatus, RequestState
from identity.models import Account
from notifications import gateways

__all__ = ["send_withdrawal_code", "withdraw"]

log = structlog.get_logger(__name__)
DIGITS = 6


def send_withdrawal_code(order_id: int, *, by: Account | None, query_code: str = "") -> str:
    """
    A code to the telephone the order has; with the query code or a login comes the right to ask for it.

    Answers with the code, which nobody but a demo without an SMS platform may show.
    """
    code = f"{randbelow(10**DIGITS):0{DIGITS}d}"
    row, number = _noted(order_id, by, query_code, code)
    minutes = parameter("withdraw_code")["minutes"]
    text = f"验证码 {code}，用于撤回您的12345诉求，{minutes} 分钟内有效。不是您本人操作的，请不要告诉任何人。"
    try:
        gateways.sms().send(number, text, f"hotline-code-{row.pk}")
    except (GatewayError, OSError) as error:
        log.warning("code_not_sent", error=type(error).__name__)
        row.delete()
        raise Refused(_("验证码暂时发不出去，请过几分钟再试")) from error
    return code


@transaction.atomic
def _noted(order_id: int, by: Account | None, query_code: str, code: str) -> tuple[ComplainantCode, str]:
    act = begin_as_complainant(order_id, by=by, query_code=query_code)
    act.ready_for("withdraw")
    order, limits = act.hotline_order, parameter("withdraw_code")
    number = order.phone or (order.person.mobile if order.person else "")
    refuse_now([] if number else [_("没有可以核实身份的手机号，请拨打12345办理")])
    sent = ComplainantCode.objects.filter(hotline_order=order, sent_at__gt=act.now - timedelta(days=1))
    if sent.count() >= limits["a_day"]:
        raise TooOften(_("今天获取验证码的次数已经用完，请明天再试"))
    row = ComplainantCode.objects.create(
        hotline_order=order,
        code_hash=_digest(order, code),
        sent_at=act.now,
        expires_at=act.now + timedelta(minutes=limits["minutes"]),
    )
    return row, number


def _digest(order: HotlineOrder, code: str) -> str:
    return keyed_hash(f"withdraw:{order.pk}:{code}")


def withdraw(
    order_id: int, *, by: Account | None, code: str, query_code: str = "", reason: str = ""
) -> HotlineOrder:
    """T-10, T-37 … T-42: over; of public safety it is only noted, and handling goes on without a survey."""
    if objections := _objections_to_code(order_id, by=by, code=code, query_code=query_code):
        raise BadInput(objections, fields={"code": objections})
    return _withdraw(order_id, by=by, query_code=query_code, reason=reason)


@transaction.atomic
def _objections_to_code(order_id: int, *, by: Account | None, code: str, query_code: str) -> list[str]:
    """Why the code is not right; a wrong try is counted, so it is kept whatever follows."""
    act = begin_as_complainant(order_id, by=by, query_code=query_code)
    act.ready_for("withdraw")
    rows = ComplainantCode.objects.filter(hotline_order=act.hotline_order, used_at__isnull=True)
    row = rows.order_by("-id").first()
    if row is None or row.expires_at <= timezone.now() or row.tries >= parameter("withdraw_code")["tries"]:
        return [_("验证码已经失效，请重新获取")]
    right = compare_digest(row.code_hash, _digest(act.hotline_order, code.strip()))
    row.tries += 1
    row.used_at = act.now if right else None
    row.save(update_fields=["tries", "used_at"])
    return [] if right else [_("验证码不对")]


@transaction.atomic
def _withdraw(order_id: int, *, by: Account | None, query_code: str, reason: str) -> HotlineOrder:
    act = begin_as_complainant(order_id, by=by, query_code=query_code)
    act.ready_for("withdraw")
    order = act.hotline_order
    order.withdrawal_reason = scrub(reason.strip())
    if goes_on(order):
        refuse_now([_("已经记下您撤诉的意思")] if order.citizen_withdrew else [])
        order.citizen_withdrew = True
        act.tell(events.OrderWithdrawn, goes_on=True)
        return act.finish()
    _end(act)
    return act.finish()


def _end(act: Act) -> None:
    """Whatever was still open about the order ends with it."""
    pausing.end_pause(act)
    order, was = act.hotline_order, act.hotline_order.status
    order.withdraw()
    close_part(act, AssignmentState.CANCELLED)
    close_ledger(act)
    pending = {"hotline_order": order, "state": RequestState.PENDING}
    ReturnRequest.objects.filter(**pending).update(state=RequestState.LAPSED, decided_at=act.now)
    ExtensionRequest.objects.filter(**pending).update(state=RequestState.LAPSED, decided_at=act.now)
    if was == OrderStatus.DISPUTED:
        Dispute.objects.filter(hotline_order=order, closed_at__isnull=True).update(closed_at=act.now)
    act.enter(None)
    act.tell(events.OrderWithdrawn)
