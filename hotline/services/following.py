"""Four weeks after an order was solved a sample is asked whether it still is; a no begins anew (H-189)."""

import hashlib
import math
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, NotFound, WrongState
from common.workdays import SHANGHAI
from hotline.models import FollowUp, HotlineOrder
from hotline.rules.envelopes import IntakeEnvelope
from hotline.rules.redacting import redact
from hotline.selectors.parameters import parameter
from hotline.services.complainant import begin_as_complainant
from hotline.services.intake import register
from hotline.services.telling import tell_complainant
from hotline.states import Channel, ComplainantKind, HandleResult, OrderStatus, OrderType
from identity.models import Account

__all__ = ["answer_follow_up", "ask_whether_still_solved"]


@transaction.atomic
def ask_whether_still_solved(today: date) -> int:
    """A tenth of those that were archived as solved that many days ago, drawn by hash, each asked once."""
    asked = parameter("follow_up")
    day = today - timedelta(days=int(asked["days"]))
    begins = datetime.combine(day, time.min, SHANGHAI)
    solved = HotlineOrder.objects.filter(
        status=OrderStatus.ARCHIVED,
        handle_result=HandleResult.SOLVED,
        archived_at__gte=begins,
        archived_at__lt=begins + timedelta(days=1),
        anonymous=False,
        is_batch=False,
        follow_up__isnull=True,
    )
    drawn = _drawn(dict(solved.values_list("order_no", "pk")), float(asked["share"]), day)
    for order_id in drawn:
        FollowUp.objects.create(hotline_order_id=order_id, asked_at=timezone.now())
        tell_complainant(order_id, "hotline_follow_up", key="follow-up")
    return len(drawn)


def _drawn(numbers: dict[str, int], share: float, day: date) -> list[int]:
    already = FollowUp.objects.filter(hotline_order__archived_at__date=day).count()
    ordered = sorted(numbers, key=lambda one: hashlib.sha256(f"{day}:{one}".encode()).hexdigest())
    most = math.ceil((len(ordered) + already) * share) - already
    return [numbers[one] for one in ordered[: max(0, most)]]


@transaction.atomic
def answer_follow_up(
    order_id: int, *, by: Account | None, still_solved: bool, text: str = "", query_code: str = ""
) -> FollowUp:
    """The complainant's word, once; a no opens an order of the same matter that names this one."""
    order = begin_as_complainant(order_id, by=by, query_code=query_code).hotline_order
    follow_up = FollowUp.objects.select_for_update().filter(hotline_order=order).first()
    if follow_up is None:
        raise NotFound(_("没有要回答的跟踪询问"))
    if follow_up.answered_at is not None:
        raise WrongState(_("已经回答过了"))
    if not still_solved and not text.strip():
        raise BadInput(_("请写明现在的情况"), fields={"text": [_("请写明现在的情况")]})
    said = [order.contact_name, order.phone]
    follow_up.still_solved, follow_up.answered_at = still_solved, timezone.now()
    follow_up.text = redact(text.strip(), said=said, strictly=True)
    follow_up.reopened_as = None if still_solved else _begun_anew(order, text.strip())
    follow_up.save()
    return follow_up


def _begun_anew(order: HotlineOrder, text: str) -> HotlineOrder:
    again = register(
        IntakeEnvelope(
            channel=Channel.WEB,
            source_ref=f"follow-up-{order.order_no}",
            order_type=OrderType(order.order_type),
            title=order.title,
            text=text,
            category=order.category_l2,
            complainant_kind=ComplainantKind(order.complainant_kind),
            person_id=order.person_id,
            name=order.contact_name,
            phone=order.phone,
            credit_code=order.credit_code,
            confidential=order.confidential,
            location_text=order.location_text,
            address_id=order.address_id,
            longitude=float(order.longitude) if order.longitude is not None else None,
            latitude=float(order.latitude) if order.latitude is not None else None,
            region_code=order.region.code if order.region else "",
        ),
        by=None,
    )
    again.prior_order, again.is_rebound = order, True
    again.save(update_fields=["prior_order", "is_rebound"])
    return again
