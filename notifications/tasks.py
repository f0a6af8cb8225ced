"""The sender: swept by beat."""

from celery import shared_task

from notifications import services


@shared_task(name="notifications.tasks.deliver_messages", ignore_result=True)
def deliver_messages() -> int:
    """Send what waits."""
    return services.deliver_messages()
