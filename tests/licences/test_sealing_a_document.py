"""From prepared to sealed: one number, one file, one fact, however often and by however many it is tried."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from common.errors import Gone, NotFound, WrongState
from events import publish
from events.models import EventRecord
from files.models import StoredFile
from identity.models import Department
from licences import sealing, selectors, services, tasks
from licences.events import DocumentSealed, DocumentsPrepared, DocumentVoided
from licences.models import Document
from licences.services import documents
from licences.states import DocumentKind, DocumentStatus, ResultKind
from tests.factories.events import tell_everybody
from tests.factories.files import a_pdf
from tests.factories.licences import application_facts, complete_draft, content_of, result_draft

SOMEBODY_ELSES = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def receipt(fonts, seals, police) -> Document:
    return services.prepare(complete_draft(DocumentKind.RECEIPT, police))[0]


def test_a_sealed_document_has_number_file_and_digest(receipt, clock):
    clock.set("2026-11-22 10:00")
    sealed = services.seal(receipt.pk)
    content = content_of(sealed)
    assert (sealed.status, sealed.number) == ("sealed", "gongan〔2026〕收000001号")
    assert sealed.file.content_type == "application/pdf"
    assert sealed.sha256 == sealed.file.sha256
    assert content.startswith(b"%PDF")


def test_sealing_is_told_once_with_what_it_belongs_to(receipt):
    services.seal(receipt.pk)
    services.seal(receipt.pk)
    (record,) = EventRecord.objects.of(DocumentSealed)
    assert record.subject == "application:42"
    assert record.fact.document_id == str(receipt.pk)
    assert StoredFile.objects.count() == 1
    assert Document.objects.get().number.endswith("000001号")


def test_numbers_rise_by_organ_year_and_kind(fonts, seals, police, market, clock):
    clock.set("2026-12-31 10:00")
    first = [complete_draft(DocumentKind.RECEIPT, organ) for organ in (police, police, market)]
    notice = complete_draft(DocumentKind.ACCEPTANCE_NOTICE, police)
    licence = result_draft(police, application_facts(), ResultKind.LICENCE)
    clock.set("2027-01-01 10:00")
    next_year = complete_draft(DocumentKind.RECEIPT, police)
    prepared = services.prepare(*first, notice, licence, next_year)
    assert [documents._numbered(document.pk).number for document in prepared] == [
        "gongan〔2026〕收000001号",
        "gongan〔2026〕收000002号",
        "shichang〔2026〕收000001号",
        "gongan〔2026〕受000001号",
        "gongan〔2026〕照000001号",
        "gongan〔2027〕收000001号",
    ]


def test_a_number_is_one_statement_besides_the_row(receipt, statements):
    with statements(at_most=3) as sent:
        documents._numbered(receipt.pk)
    assert sum("RETURNING last" in sql for sql in sent) == 1


def test_a_document_that_failed_keeps_its_number_and_says_why(receipt, monkeypatch):
    def broken(document):
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(documents, "render", broken)
        with pytest.raises(OSError, match="no space"):
            services.seal(receipt.pk)
    failed = Document.objects.get()
    assert (failed.status, failed.error, failed.attempts) == ("failed", "OSError: no space left", 1)
    again = services.seal(receipt.pk)
    assert (again.status, again.number, again.error) == ("sealed", failed.number, "")


def test_nobody_seals_what_does_not_exist(db):
    with pytest.raises(NotFound):
        services.seal(SOMEBODY_ELSES)


def test_a_prepared_document_goes_onto_the_documents_queue(
    receipt, monkeypatch, django_capture_on_commit_callbacks
):
    queued = []
    monkeypatch.setattr(tasks.seal_document, "delay", queued.append)
    publish(DocumentsPrepared(document_ids=[str(receipt.pk)], about="application:42"))
    with django_capture_on_commit_callbacks(execute=True):
        tell_everybody()
    assert queued == [str(receipt.pk)]


def test_the_sweep_takes_up_what_has_waited_for_more_than_a_minute(receipt, police, monkeypatch):
    fresh, exhausted, sealed = services.prepare(
        *(complete_draft(DocumentKind.RECEIPT, police) for _three in range(3))
    )
    services.seal(sealed.pk)
    long_ago = timezone.now() - timedelta(minutes=2)
    Document.objects.exclude(pk=fresh.pk).update(created_at=long_ago)
    Document.objects.filter(pk=exhausted.pk).update(attempts=Document.MAX_ATTEMPTS, status="failed")
    queued = []
    monkeypatch.setattr(tasks.seal_document, "delay", queued.append)
    assert tasks.sweep_documents() == 1
    assert queued == [str(receipt.pk)]


def test_the_sweep_reads_its_own_small_index(receipt):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        waiting = Document.objects.unsealed_since(timezone.now()).order_by("created_at")
        assert "licences_document_unsealed" in waiting.explain()


def test_a_failed_document_is_started_over_with_all_its_attempts(receipt):
    Document.objects.update(status=DocumentStatus.FAILED, attempts=Document.MAX_ATTEMPTS)
    assert services.try_again([receipt.pk]) == 1
    assert selectors.unsealed(timezone.now() + timedelta(minutes=1)) == [receipt.pk]
    assert EventRecord.objects.of(DocumentsPrepared).get().fact.document_ids == [str(receipt.pk)]


def test_a_voided_document_keeps_its_number_and_names_its_successor(receipt, police):
    """I-133."""
    number = services.seal(receipt.pk).number
    right = complete_draft(DocumentKind.RECEIPT, police, application_facts(applicant_name="李鸣"))
    successor = services.void(receipt.pk, by=None, reason="姓名有误", replacement=right)
    wrong = Document.objects.get(pk=receipt.pk)
    assert (wrong.status, wrong.number, wrong.replaced_by) == ("void", number, successor)
    assert services.seal(successor.pk).number == "gongan〔2026〕收000002号".replace("2026", number[7:11])
    assert EventRecord.objects.of(DocumentVoided).get().fact.number == number
    with pytest.raises(Gone, match="姓名有误"):
        services.document_response(wrong)


def test_a_voided_document_is_never_sealed_and_never_voided_twice(receipt):
    services.void(receipt.pk, by=None, reason="撤回")
    assert services.seal(receipt.pk).status == "void"
    with pytest.raises(WrongState):
        services.void(receipt.pk, by=None, reason="再次")
    assert not StoredFile.objects.exists()


def test_the_sealed_document_is_given_out_under_its_own_name(receipt):
    sealed = services.seal(receipt.pk)
    answer = services.document_response(sealed)
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    answer.close()


def test_a_document_in_the_making_cannot_be_given_out(receipt):
    with pytest.raises(WrongState, match="正在制作"):
        services.document_response(receipt)


def _in_its_own_connection(work):
    try:
        return work()
    finally:
        connections.close_all()


def test_ten_workers_give_ten_numbers(committed, transactional_organ):
    """Real connections: never a number twice, and here no gap either."""
    drafts = [complete_draft(DocumentKind.RECEIPT, transactional_organ) for _ten in range(10)]
    ids = [document.pk for document in services.prepare(*drafts)]
    with ThreadPoolExecutor(10) as workers:
        numbered = workers.map(lambda pk: _in_its_own_connection(lambda: documents._numbered(pk).number), ids)
    assert sorted(number[-7:-1] for number in numbered) == [f"{n:06d}" for n in range(1, 11)]


def test_four_workers_on_one_document_seal_it_once(committed, transactional_organ, monkeypatch):
    rendered = []

    def signed(document):
        rendered.append(document.number)
        return a_pdf()

    monkeypatch.setattr(documents, "_signed", signed)
    (document,) = services.prepare(complete_draft(DocumentKind.RECEIPT, transactional_organ))
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: _in_its_own_connection(lambda: services.seal(document.pk)), range(4)))
    assert len(rendered) == 1
    assert StoredFile.objects.count() == 1
    assert EventRecord.objects.of(DocumentSealed).count() == 1


@pytest.fixture
def transactional_organ(committed) -> Department:
    return Department.objects.select_related("region").get(code="gongan")


@pytest.mark.slow
def test_a_real_worker_seals_what_an_act_prepared(committed, start_worker, transactional_organ):
    """From the fact in the act's transaction to the sealed file, through outbox, broker and worker."""
    with transaction.atomic():
        (document,) = services.prepare(complete_draft(DocumentKind.ACCEPTANCE_NOTICE, transactional_organ))
        publish(DocumentsPrepared(document_ids=[str(document.pk)], about="application:42"))
    start_worker("documents")
    tell_everybody()
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and Document.objects.get().status != DocumentStatus.SEALED:
        time.sleep(0.1)
    sealed = Document.objects.select_related("file").get()
    assert (sealed.status, sealed.error) == ("sealed", "")
    assert sealing.examine(content_of(sealed), services.trusted_authorities()).good
