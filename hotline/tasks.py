"""What the hotline does by the clock: ids in, one service call."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from hotline import services

_PATIENT: dict[str, Any] = {
    "acks_late": True,
    "autoretry_for": (Exception,),
    "retry_backoff": True,
    "retry_jitter": True,
}


@shared_task(name="hotline.tasks.dispatch", max_retries=8, time_limit=120, **_PATIENT)
def dispatch(order_id: int) -> None:
    """An accepted order goes to its department where that is clear (H-85, H-89)."""
    services.dispatch(order_id, by=None)


@shared_task(name="hotline.tasks.archive_package", max_retries=8, time_limit=300, **_PATIENT)
def archive_package(order_id: int) -> None:
    """What an archived order was, packed for the archive (H-117)."""
    services.archive_package(order_id)


@shared_task(name="hotline.tasks.archive_left", time_limit=840)
def archive_left() -> None:
    """Every night: archived orders whose message was lost on the way (H-117)."""
    services.archive_left()


@shared_task(name="hotline.tasks.sweep_undispatched", time_limit=300)
def sweep_undispatched() -> None:
    """Every minute: accepted orders whose message was lost on the way."""
    services.dispatch_left()


@shared_task(name="hotline.tasks.sweep_emergencies", time_limit=300)
def sweep_emergencies() -> None:
    """Every minute: emergencies that a crash left before the call (H-17)."""
    services.sweep_emergencies()


@shared_task(name="hotline.tasks.sign_overdue", time_limit=300)
def sign_overdue() -> None:
    """Every minute: what nobody signed in time (H-62)."""
    services.sign_overdue()


@shared_task(name="hotline.tasks.feed_back", time_limit=300)
def feed_back() -> None:
    """Every minute: the sources that are still to be told (H-14)."""
    services.feed_back()


@shared_task(name="hotline.tasks.escalate_overdue", time_limit=300)
def escalate_overdue() -> None:
    """Every minute: returns nobody decided in time (T-16)."""
    services.escalate_overdue()


@shared_task(name="hotline.tasks.make_reports", time_limit=600)
def make_reports() -> None:
    """Hourly: the reports that are due and not there (H-175…H-177)."""
    services.make_due_reports()


@shared_task(name="hotline.tasks.expire_articles", time_limit=120)
def expire_articles() -> None:
    """Every hour: articles whose days are over may be used no more."""
    services.expire_articles()


@shared_task(name="hotline.tasks.draw_quality_sample", time_limit=600)
def draw_quality_sample() -> None:
    """On the first: the sample of the month that has ended (H-183)."""
    services.draw_quality_sample(timezone.localdate().replace(day=1) - timedelta(days=1))


@shared_task(name="hotline.tasks.ask_whether_still_solved", time_limit=600)
def ask_whether_still_solved() -> None:
    """Every morning: a sample of what was solved four weeks ago (H-189)."""
    services.ask_whether_still_solved(timezone.localdate())


@shared_task(name="hotline.tasks.tick", time_limit=300)
def tick() -> None:
    """Every minute: whatever the stored dues say should have happened by now (H-155)."""
    services.tick()


@shared_task(name="hotline.tasks.draw_samples", time_limit=600)
def draw_samples() -> None:
    """Each night: too many shelved or withdrawn at one department are looked at again (H-108, H-135)."""
    services.draw_samples()


@shared_task(name="hotline.tasks.forget_expired", time_limit=600)
def forget_expired() -> None:
    """Each night: recordings and persons whose time of keeping is over (H-118)."""
    services.forget_expired()


@shared_task(name="hotline.tasks.warn_soon", time_limit=300)
def warn_soon() -> None:
    """Every ten minutes: A-1, A-4, A-5, A-7, and what nobody has looked at (H-165, H-167)."""
    services.warn_soon()
    services.escalate_neglected()


@shared_task(name="hotline.tasks.warn_nightly", time_limit=840)
def warn_nightly() -> None:
    """Every night: the other algorithms, what they make to do beforehand, and its effects (H-165, H-170, H-172)."""
    services.warn_nightly()
    services.preempt_nightly()
    services.check_effects()
