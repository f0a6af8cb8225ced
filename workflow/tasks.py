"""Celery's ways in: ids in, one service call."""

from typing import Any

from celery import shared_task

from workflow import services
from workflow.services import copies

_PATIENT: dict[str, Any] = {
    "acks_late": True,
    "autoretry_for": (Exception,),
    "retry_backoff": True,
    "retry_jitter": True,
}
#: The sweep comes every minute: what it sent and nobody took by then it sends again.
_UNTIL_THE_NEXT_SWEEP = 60


@shared_task(name="workflow.tasks.work", max_retries=8, time_limit=120, **_PATIENT)
def work(review_id: int, round_number: int) -> None:
    """The machine work of one round of one review (I-115)."""
    services.work(review_id, round_number=round_number)


@shared_task(name="workflow.tasks.sweep_unworked", time_limit=120)
def sweep_unworked() -> None:
    """Reviews whose machine work was lost on the way are sent again."""
    for review_id, round_number in services.unworked():
        work.apply_async((review_id, round_number), expires=_UNTIL_THE_NEXT_SWEEP)


@shared_task(name="workflow.tasks.deem_accepted", time_limit=600)
def deem_accepted() -> None:
    """Every few minutes: silence becomes acceptance."""
    services.deem_accepted()


@shared_task(name="workflow.tasks.expire", time_limit=600)
def expire() -> None:
    """00:05: corrections and deferred papers whose last day has passed."""
    services.expire_corrections()
    services.expire_deferrals()


@shared_task(name="workflow.tasks.end_waiting", time_limit=600)
def end_waiting() -> None:
    """00:10: choices nobody made, and announcements whose thirty days are over."""
    services.end_choices()
    services.serve_announced()


@shared_task(name="workflow.tasks.remind", time_limit=600)
def remind() -> None:
    """Each morning: what ends soon."""
    services.remind()


@shared_task(name="workflow.tasks.deliver_in_time", time_limit=600)
def deliver_in_time() -> None:
    """Each morning: results whose ten working days end today."""
    services.deliver_in_time()


@shared_task(name="workflow.tasks.reckon_dues", time_limit=600, **_PATIENT)
def reckon_dues() -> None:
    """After every change of the calendar, and hourly: for what an old copy reckoned meanwhile, or a run cut short."""
    services.reckon_dues()


@shared_task(name="workflow.tasks.notice_missing_year", time_limit=60)
def notice_missing_year() -> None:
    """Each morning: the year whose notice should be here and is not."""
    services.notice_missing_year()


@shared_task(name="workflow.tasks.notice_overdue_procedures", time_limit=600)
def notice_overdue_procedures() -> None:
    """Each night: special procedures that should have ended."""
    services.notice_overdue_procedures()


@shared_task(name="workflow.tasks.notice_overdue", time_limit=600)
def notice_overdue() -> None:
    """Hourly: reviews past their promise."""
    services.notice_overdue()


@shared_task(name="workflow.tasks.follow_parcels", time_limit=600)
def follow_parcels() -> None:
    """Hourly: where the parcels are."""
    services.follow_parcels()


@shared_task(name="workflow.tasks.tend_lockers", time_limit=600)
def tend_lockers() -> None:
    """Each morning: what still lies in a locker."""
    services.tend_lockers()


@shared_task(name="workflow.tasks.make_copy", max_retries=3, time_limit=600, **_PATIENT)
def make_copy(copy_id: str) -> None:
    """Everything that is one person's, as one file."""
    copies.make_copy(copy_id)


@shared_task(name="workflow.tasks.sweep_copies", time_limit=600)
def sweep_copies() -> None:
    """Hourly: copies that have run out go, and those lost on the way are begun again."""
    copies.expire_copies()
    for copy_id in copies.unmade_copies():
        make_copy.apply_async((str(copy_id),), expires=3600)
