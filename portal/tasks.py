"""The house's own periodic work."""

from importlib import import_module
from typing import Any

from celery import shared_task, signals
from django.conf import settings

from portal import health


@shared_task
def beat() -> None:
    """Sent by beat every ten seconds; a worker that gets it is alive."""
    health.worker_seen()


@signals.before_task_publish.connect(sender="portal.tasks.beat")
def note_beat(**_: Any) -> None:
    """Runs in the process that sends, which is beat."""
    health.beat_seen()


@shared_task
def forget_sessions() -> None:
    """Sessions that are over leave the table."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
