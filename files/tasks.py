"""What beat has done to files: held ones looked at, broken-off uploads and what nobody refers to thrown away."""

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


@shared_task(name="files.tasks.sweep_unreferenced", ignore_result=True)
def sweep_unreferenced() -> int:
    """Remove stored files that nobody has referred to for a long time."""
    return services.sweep_unreferenced()


@shared_task(name="files.tasks.sweep_leftovers", ignore_result=True)
def sweep_leftovers() -> int:
    """Remove bytes that have no row."""
    return services.sweep_leftovers()
