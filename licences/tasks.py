"""The documents queue: one task for each document, and a sweep for those that got lost."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from common.errors import DomainError
from licences import selectors, services

SEALING: dict[str, Any] = {
    "acks_late": True,
    "ignore_result": True,
    "soft_time_limit": 50,
    "time_limit": 60,
    "autoretry_for": (Exception,),
    "dont_autoretry_for": (DomainError,),
    "max_retries": 5,
    "retry_backoff": 2,
    "retry_backoff_max": 120,
    "retry_jitter": True,
}


@shared_task(name="licences.tasks.seal_document", **SEALING)
def seal_document(document_id: str) -> None:
    """Number, render and seal one document; a repeat does nothing."""
    services.seal(document_id)


@shared_task(name="licences.tasks.sweep_documents", ignore_result=True)
def sweep_documents() -> int:
    """Take up again what has waited for more than a minute; beat calls this."""
    waiting = selectors.unsealed(timezone.now() - timedelta(minutes=1))
    for document_id in waiting:
        seal_document.delay(str(document_id))
    return len(waiting)
