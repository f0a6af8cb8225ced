"""告知 (H-14): the channel an order came from hears how it ended; a source that is away is asked again, then a person."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from common.crypto import scrub
from common.signed_http import GatewayError
from hotline import gateways
from hotline.models import HotlineOrder, SourceFeedback
from hotline.rules.clock import Limit, due_after
from hotline.rules.redacting import redact
from hotline.selectors.parameters import parameter
from hotline.services.desk import open_task
from hotline.states import DeskTaskKind, Unit
from matters.selectors import centre_calendar

__all__ = ["begin_feedback", "feed_back"]

log = structlog.get_logger(__name__)

LONGEST_ERROR = 200


def begin_feedback(order_id: int) -> None:
    """Once an order that asked for it: a text fit to be published, to be sent at once."""
    order = HotlineOrder.objects.get(pk=order_id)
    if not order.source_feedback:
        return
    SourceFeedback.objects.bulk_create(
        [SourceFeedback(hotline_order=order, text=publishable(order), next_attempt_at=timezone.now())],
        ignore_conflicts=True,
    )


def publishable(order: HotlineOrder) -> str:
    """The answer without name, number or door; where there is none, the public word of its state."""
    said = (order.contact_name, order.phone, order.id_number)
    answer = order.result_text or order.answer
    return redact(answer, said=said, strictly=True) if answer else f"工单{order.public_word}"


def feed_back(*, limit: int = 50) -> int:
    """Tell the sources that are due; how many were tried."""
    tried = 0
    while tried < limit and _tell_one():
        tried += 1
    return tried


@transaction.atomic
def _tell_one() -> bool:
    due = SourceFeedback.objects.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at", "id")
    row = due.select_for_update(skip_locked=True, of=("self",)).select_related("hotline_order").first()
    if row is None:
        return False
    order, row.attempts = row.hotline_order, row.attempts + 1
    try:
        row.receipt = gateways.source_channels().feed_back(order.channel, order.source_ref, row.text)[:80]
    except GatewayError as error:
        _note_failure(row, error)
    else:
        row.sent_at, row.next_attempt_at, row.last_error = timezone.now(), None, ""
    row.save(update_fields=["attempts", "receipt", "sent_at", "next_attempt_at", "last_error"])
    return True


def _note_failure(row: SourceFeedback, error: GatewayError) -> None:
    """Again after 1, 2, 4, 8 and 16 minutes; then an operator's task."""
    waits, now = parameter("feedback_retry_minutes"), timezone.now()
    row.last_error = scrub(str(error))[:LONGEST_ERROR]
    log.warning("source_not_told", attempts=row.attempts, channel=row.hotline_order.channel)
    if row.attempts <= len(waits):
        row.next_attempt_at = now + timedelta(minutes=waits[row.attempts - 1])
        return
    row.next_attempt_at = None
    due = due_after(centre_calendar(), now, Limit(1, Unit.WORKING_DAYS))
    open_task(row.hotline_order, DeskTaskKind.SOURCE_FEEDBACK, due=due, now=now)
