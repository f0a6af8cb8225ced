"""Documents that failed are on a list, and an administrator starts them over; what they say is shown to nobody."""

import pytest

from licences import services
from licences.models import Document
from licences.states import DocumentKind, DocumentStatus
from tests.factories.admin import administrator, catalogue_editor, logged_in, page
from tests.factories.licences import complete_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(police) -> Document:
    document = services.prepare(complete_draft(DocumentKind.RECEIPT, police))[0]
    document.status, document.attempts = DocumentStatus.FAILED, Document.MAX_ATTEMPTS
    document.error = "ValueError: 130101198503120310 的印章到期"
    document.save()
    return document


def start_over(account, document: Document):
    sent = {"action": "start_over", "_selected_action": [str(document.pk)]}
    return logged_in(account).post(page("licences_document"), sent, follow=True)


def test_an_administrator_starts_a_failed_document_over(failed):
    assert "1 份文书开始重新制作" in start_over(administrator(), failed).content.decode()

    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == (DocumentStatus.PREPARING, 0)


def test_a_document_that_has_not_failed_is_left_alone(failed):
    Document.objects.filter(pk=failed.pk).update(status=DocumentStatus.PREPARING)

    assert "0 份文书" in start_over(administrator(), failed).content.decode()


def test_an_editor_starts_nothing_over(failed):
    assert start_over(catalogue_editor(), failed).status_code == 403
    failed.refresh_from_db()
    assert failed.status == DocumentStatus.FAILED


def test_the_page_tells_why_it_failed_and_nothing_of_the_applicant(failed):
    text = logged_in(administrator()).get(page("licences_document", "change", failed.pk)).content.decode()

    assert "的印章到期" in text
    assert "130101198503120310" not in text
    assert "李明" not in text
