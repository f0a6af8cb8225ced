"""How long things are kept: recordings two years, longer where disputed; who complained ten (H-118)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common.workdays import SHANGHAI
from hotline.models import Call, ContactLog, Dispute, HotlineOrder, OrderFile
from hotline.selectors import parameter
from hotline.states import FINAL

__all__ = ["expired_orders", "expired_recordings", "forget_expired", "kept_since"]

#: How many orders one run takes.
A_RUN = 500


def _years_before(now: datetime, years: int) -> datetime:
    local = now.astimezone(SHANGHAI)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return local.replace(year=local.year - years, day=day)


def _ended_before(moment: datetime) -> QuerySet[HotlineOrder]:
    """Archived, guided, transferred, invalid, withdrawn, merged: whichever way, ended before this moment."""
    ended = HotlineOrder.objects.filter(status__in=sorted(FINAL["HotlineOrder"]))
    return ended.filter(Q(archived_at__lt=moment) | Q(archived_at__isnull=True, state_since__lt=moment))


def _loose_calls(moment: datetime) -> QuerySet[Call]:
    """Calls that no order came of, before this moment."""
    return Call.objects.filter(hotline_order=None, started_at__lt=moment)


def expired_recordings(now: datetime) -> QuerySet[HotlineOrder]:
    """Orders whose recordings have been kept long enough; disputed ones keep theirs as long as the order."""
    disputed = Dispute.objects.filter(hotline_order=OuterRef("pk"))
    rows = _ended_before(_years_before(now, parameter("retention_years")["recording"]))
    kept = ContactLog.objects.filter(hotline_order=OuterRef("pk")).exclude(recording="")
    calls = Call.objects.filter(hotline_order=OuterRef("pk")).exclude(recording="")
    return rows.filter(~Exists(disputed), Exists(kept) | Exists(calls)).order_by("state_since", "pk")


def expired_orders(now: datetime) -> QuerySet[HotlineOrder]:
    """Orders of which nobody need know any more whose they were."""
    rows = _ended_before(kept_since(now))
    return rows.exclude(phone_hash="", id_number_hash="", complainant_key="", person=None).order_by("pk")


def kept_since(now: datetime) -> datetime:
    """Orders that ended before this moment are kept without whoever complained, and without a package."""
    return _years_before(now, parameter("retention_years")["order"])


@transaction.atomic
def forget_expired(now: datetime | None = None) -> tuple[int, int]:
    """Recordings are let go, complainants and packages forgotten; how many orders of each. Counts and words stay."""
    at = now or timezone.now()
    heard = list(expired_recordings(at).values_list("pk", flat=True)[:A_RUN])
    old = list(expired_orders(at).values_list("pk", flat=True)[:A_RUN])
    _forget_recordings([*heard, *old])
    OrderFile.objects.filter(hotline_order__in=old, kind=OrderFile.Kind.ARCHIVE).delete()
    _loose_calls(_years_before(at, parameter("retention_years")["recording"])).exclude(recording="").update(
        recording=""
    )
    _loose_calls(_years_before(at, parameter("retention_years")["order"])).exclude(phone_hash="").update(
        phone="", phone_hash=""
    )
    HotlineOrder.objects.filter(pk__in=old).update(
        contact_name="",
        phone="",
        phone_hash="",
        id_number="",
        id_number_hash="",
        complainant_key="",
        person=None,
    )
    return len(heard), len(old)


def _forget_recordings(ids: list[int]) -> None:
    ContactLog.objects.filter(hotline_order__in=ids).update(recording="")
    Call.objects.filter(hotline_order__in=ids).update(recording="", phone="", phone_hash="")
    OrderFile.objects.filter(hotline_order__in=ids, kind=OrderFile.Kind.RECORDING).delete()
