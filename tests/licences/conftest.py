"""A town that can seal: fonts once, and a folder of test seals that is nobody else's."""

from pathlib import Path

import pytest

from identity.models import Department
from licences import services
from licences.models import Document, Seal
from licences.rendering import render
from licences.services import DocumentDraft
from licences.states import DocumentKind
from tests.factories.licences import complete_draft


@pytest.fixture(scope="session")
def fonts() -> None:
    services.cut_fonts()


@pytest.fixture(scope="session")
def seals_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seals")


@pytest.fixture
def seals(settings, seals_of_this_run, police, market) -> Path:
    """公安局 and 市场监管局 have seals from the test authority."""
    settings.SEALS_DIR = str(seals_of_this_run)
    Seal.objects.all().delete()
    services.set_up_test_seals([police, market])
    return seals_of_this_run


@pytest.fixture
def police(db) -> Department:
    return Department.objects.select_related("region").get(code="gongan")


@pytest.fixture
def market(db) -> Department:
    return Department.objects.select_related("region").get(code="shichang")


@pytest.fixture
def page(fonts, police):
    """`page(kind)` or `page(draft)`: the unsealed PDF of a complete document."""

    def rendered(wanted: DocumentKind | DocumentDraft, number: str = "gongan〔2026〕受000123号") -> bytes:
        draft = wanted if isinstance(wanted, DocumentDraft) else complete_draft(wanted, police)
        (document,) = services.prepare(draft)
        document.number, document.verify_code = number, "ABCDEFGHJKMN"
        return render(Document.objects.select_related("organ__region").get(pk=_kept(document)))

    return rendered


def _kept(document: Document) -> str:
    document.save(update_fields=["number", "verify_code"])
    return str(document.pk)
