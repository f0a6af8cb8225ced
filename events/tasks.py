"""The deliverer: poked after commits, swept by beat."""

from celery import shared_task

from events import services


@shared_task(name="events.tasks.deliver", ignore_result=True, acks_late=True, soft_time_limit=120)
def deliver() -> int:
    """Tell everybody who waits."""
    return services.deliver_pending(limit=1000)
