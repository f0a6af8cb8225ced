"""What the hotline does by the clock: ids in, one service call."""

from celery import shared_task

from hotline import services


@shared_task(name="hotline.tasks.make_reports", time_limit=600)
def make_reports() -> None:
    """Hourly: the reports that are due and not there (H-175…H-177)."""
    services.make_due_reports()
