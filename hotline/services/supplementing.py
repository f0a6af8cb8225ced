"""What the complainant says later (H-31): a row of its own, and the clock that waited for it runs on (H-152)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import BadInput
from hotline.events import SupplementAdded
from hotline.models import Pause, Supplement
from hotline.rules.redacting import redact
from hotline.services.acting import Act, refuse_now
from hotline.services.complainant import begin_as_complainant
from hotline.services.pausing import end_pause
from hotline.states import OPEN, Confidentiality, PauseReason
from identity.models import Account

__all__ = ["add_supplement", "add_words"]

LONGEST = 2000


@transaction.atomic
def add_supplement(order_id: int, *, by: Account | None, text: str, query_code: str = "") -> Supplement:
    """The complainant adds to an open order; the words already said stay as they are."""
    act = begin_as_complainant(order_id, by=by, query_code=query_code)
    order, said = act.hotline_order, text.strip()
    if not said or len(said) > LONGEST:
        reason = _("请写明要补充的内容") if not said else _("最多 %(most)d 字") % {"most": LONGEST}
        raise BadInput(reason, fields={"text": [reason]})
    refuse_now([] if order.status in OPEN else [_("工单已经办结，不能再补充；问题没有解决可以要求重新办理")])
    supplement = add_words(act, said, by=by)
    act.finish()
    return supplement


def add_words(
    act: Act,
    text: str,
    *,
    by: Account | None = None,
    said: Iterable[str] = (),
    source_key: str = "",
    strictly: bool = False,
) -> Supplement:
    """
    Words of the complainant onto the order of this act; what waited for them waits no longer (H-152).

    ``said`` is what else the words may give away of whoever said them (H-141); ``source_key`` the delivery they
    came by.
    """
    order = act.hotline_order
    waiting = Pause.objects.filter(
        hotline_order=order, reason=PauseReason.SUPPLEMENT, ended_at__isnull=True
    ).exists()
    own = (order.contact_name, order.phone, order.id_number, *said)
    supplement = Supplement.objects.create(
        hotline_order=order,
        text=text,
        redacted=redact(text, said=own, strictly=strictly or order.confidential == Confidentiality.SECRET),
        by=by,
        asked=waiting,
        source_key=source_key,
        at=act.now,
    )
    if waiting:
        end_pause(act)
    act.tell(SupplementAdded, asked=waiting)
    return supplement
