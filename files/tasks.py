"""What beat has done to files: held ones looked at, broken-off uploads thrown away."""

from celery import shared_task

from files import services


@shared_task(name="files.tasks.scan_waiting", ignore_result=True)
def scan_waiting() -> int:
    """Look at what the scanner was silent about."""
    return services.scan_waiting()


@shared_task(name="files.tasks.forget_arrivals", ignore_result=True)
def forget_arrivals() -> int:
    """Throw away uploads nobody went on with."""
    return services.forget_arrivals()
