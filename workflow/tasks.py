"""Celery's ways in: ids in, one service call."""

from celery import shared_task

from workflow import services

_PATIENT = {"acks_late": True, "autoretry_for": (Exception,), "retry_backoff": True, "retry_jitter": True}


@shared_task(name="workflow.tasks.work", max_retries=8, time_limit=120, **_PATIENT)
def work(review_id: int, round_number: int) -> None:
    """The machine work of one round of one review (I-115)."""
    services.work(review_id, round_number=round_number)


@shared_task(name="workflow.tasks.sweep_unworked", time_limit=120)
def sweep_unworked() -> None:
    """Reviews whose machine work was lost on the way are sent again."""
    for review_id, round_number in services.unworked():
        work.delay(review_id, round_number)


@shared_task(name="workflow.tasks.deem_accepted", time_limit=600)
def deem_accepted() -> None:
    """Every few minutes: silence becomes acceptance."""
    services.deem_accepted()


@shared_task(name="workflow.tasks.expire", time_limit=600)
def expire() -> None:
    """00:05: corrections and deferred papers whose last day has passed."""
    services.expire_corrections()
    services.expire_deferrals()


@shared_task(name="workflow.tasks.remind", time_limit=600)
def remind() -> None:
    """Each morning: what ends soon."""
    services.remind()


@shared_task(name="workflow.tasks.notice_overdue", time_limit=600)
def notice_overdue() -> None:
    """Hourly: reviews past their promise."""
    services.notice_overdue()
