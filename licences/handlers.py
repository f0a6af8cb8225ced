"""What licences does when told: prepared documents go onto the documents queue."""

from functools import partial

from django.db import transaction

from events import subscribe
from licences.events import DocumentsPrepared
from licences.tasks import seal_document


@subscribe(DocumentsPrepared)
def enqueue_sealing(event: DocumentsPrepared, record_id: int) -> None:
    """One task for each document, once this is on record; a lost one is found by the sweep."""
    for document_id in event.document_ids:
        transaction.on_commit(partial(seal_document.delay, document_id), robust=True)
