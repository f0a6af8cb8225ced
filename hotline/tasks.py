"""What the hotline does by the clock: ids in, one service call."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from hotline import services


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
