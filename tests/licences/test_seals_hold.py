"""The seal under a document: valid under its authority, broken by one byte, refused when out of use (I-195)."""

import datetime as dt
import random
import stat
from io import BytesIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pypdf import PageObject, PdfReader

from common.errors import NotFound, WrongState
from events.models import EventRecord
from identity.models import Department
from licences import sealing, services
from licences.events import SealRevoked
from licences.models import Document, Seal
from licences.rendering import seal_picture
from licences.rules import chinese_date
from licences.services.seals import keys_of
from licences.states import DocumentKind, DocumentStatus
from tests.factories.licences import complete_draft, content_of


@pytest.fixture
def sealed(fonts, seals, police) -> bytes:
    (document,) = services.prepare(complete_draft(DocumentKind.DENIAL_DECISION, police))
    return content_of(services.seal(document.pk))


def test_the_seal_is_good_under_the_authority_and_covers_everything(sealed):
    found = sealing.examine(sealed, services.trusted_authorities())
    assert found == sealing.Examination(
        intact=True, trusted=True, covers_whole_file=True, signer="云澜市公安局", good=True
    )


def test_under_another_authority_it_is_intact_and_not_trusted(sealed, tmp_path):
    stranger = sealing.create_authority(tmp_path, "别处的根证书").read_bytes()
    found = sealing.examine(sealed, [stranger])
    assert (found.intact, found.trusted, found.good) == (True, False, False)


def test_one_changed_byte_breaks_it(sealed):
    """Sixty places all over the file, the signature itself apart: each of them is noticed."""
    signature = sealed.rindex(b"/Contents <")
    for place in random.Random(4).sample(range(20, signature), 60):
        forged = bytearray(sealed)
        forged[place] ^= 1
        try:
            assert not sealing.examine(bytes(forged), services.trusted_authorities()).good
        except ValueError:
            continue  # so broken that it is no PDF any more


def test_words_added_after_sealing_are_noticed(sealed):
    found = sealing.examine(sealed + b"\n1 0 obj\n<<>>\nendobj\n", services.trusted_authorities())
    assert not found.covers_whole_file


def test_an_unsealed_file_is_no_sealed_one(page):
    with pytest.raises(ValueError, match="no signature"):
        sealing.examine(page(DocumentKind.RECEIPT), [])


def test_the_stamp_is_round_red_and_42_millimetres_over_organ_and_date(sealed):
    last = PdfReader(BytesIO(sealed)).pages[-1]
    (field,) = [note.get_object() for note in last["/Annots"] if note.get_object().get("/FT") == "/Sig"]
    left, bottom, right, top = map(float, field["/Rect"])
    assert right - left == pytest.approx(119, abs=1)
    assert top - bottom == pytest.approx(119, abs=1)
    for words in ("云澜市公安局", chinese_date(timezone.localdate())):
        x, y = place_of(words, last)
        assert left < x < right
        assert bottom < y < top
    assert "/AP" in field


def place_of(words: str, page: PageObject) -> tuple[float, float]:
    """Where the last line with these words begins, in points."""
    places = []

    def note(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip() == words:
            places.append((cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5]))

    page.extract_text(visitor_text=note)
    return places[-1]


def test_the_stamp_says_whose_it_is(fonts):
    text = PdfReader(BytesIO(seal_picture("云澜市住房公积金管理中心"))).pages[0].extract_text()
    assert "".join(text.split()) == "云澜市住房公积金管理中心"


def test_the_signature_is_pades(sealed):
    (field,) = PdfReader(BytesIO(sealed)).get_fields().values()
    assert field["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"
    assert field["/V"]["/Reason"] == "云澜市公安局不予行政许可决定书"


@pytest.mark.parametrize("what", ["revoked", "expired", "missing", "exchanged"])
def test_without_a_usable_seal_nothing_is_sealed(what, fonts, seals, police, clock):
    (document,) = services.prepare(complete_draft(DocumentKind.RECEIPT, police))
    seal = Seal.objects.get(organ=police)
    if what == "revoked":
        services.revoke_seal(seal.pk, by=None, reason="印章遗失")
    elif what == "expired":
        clock.set(seal.valid_until + dt.timedelta(seconds=1))
    elif what == "missing":
        seal.delete()
    else:
        Seal.objects.filter(pk=seal.pk).update(serial="77")
    with pytest.raises(WrongState, match=r"市公安局.*不能签章") as refused:
        services.seal(document.pk)
    assert refused.value.status_code == 409
    assert Document.objects.get().status == DocumentStatus.FAILED


def test_revoking_is_told_and_done_once(seals, police):
    seal = Seal.objects.get(organ=police)
    services.revoke_seal(seal.pk, by=None, reason="印章遗失")
    assert EventRecord.objects.of(SealRevoked).get().fact.organ == "gongan"
    with pytest.raises(WrongState):
        services.revoke_seal(seal.pk, by=None, reason="印章遗失")
    with pytest.raises(NotFound):
        services.revoke_seal(0, by=None, reason="印章遗失")


def test_a_new_seal_starts_over_what_failed_for_want_of_one(fonts, seals, police):
    (document,) = services.prepare(complete_draft(DocumentKind.RECEIPT, police))
    services.revoke_seal(Seal.objects.get(organ=police).pk, by=None, reason="印章遗失")
    with pytest.raises(WrongState):
        services.seal(document.pk)
    services.set_up_test_seals([police])
    assert Document.objects.get().status == DocumentStatus.PREPARING
    assert services.seal(document.pk).status == DocumentStatus.SEALED
    assert list(Seal.objects.filter(organ=police).order_by("pk").values_list("status", flat=True)) == [
        "revoked",
        "active",
    ]


def test_a_second_set_up_changes_nothing(seals, police, market):
    before = list(Seal.objects.values_list("serial", flat=True))
    assert services.set_up_test_seals([police, market]) == []
    assert list(Seal.objects.values_list("serial", flat=True)) == before


def test_registering_another_certificate_revokes_the_former(seals, police):
    sealing.issue_certificate(seals, organ="云澜市公安局", code="gongan")
    new = services.register_seal(police)
    assert services.register_seal(police) == new
    assert [seal.revocation_reason for seal in Seal.objects.filter(organ=police, status="revoked")] == [
        "更换新的电子印章"
    ]
    assert keys_of(police).path == seals / "gongan.p12"


def test_keys_are_for_their_owner_alone(seals):
    for secret in (*seals.glob("*.p12"), seals / "root.key"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE((seals / "root.pem").stat().st_mode) == 0o644


def test_a_passphrase_protects_the_file(settings, tmp_path, police):
    settings.SEALS_DIR, settings.SEAL_PASSPHRASE = str(tmp_path), "八个以上字符"
    Seal.objects.all().delete()
    services.set_up_test_seals([police])
    with pytest.raises(ValueError, match=r"(?i)password|passphrase"):
        sealing.read_certificate(tmp_path / "gongan.p12", "猜的")
    assert keys_of(police).passphrase == "八个以上字符"


def test_set_up_gives_every_department_a_seal(settings, tmp_path, db, capsys):
    settings.SEALS_DIR = str(tmp_path)
    Seal.objects.all().delete()
    call_command("setup_documents")
    assert Seal.objects.usable_at(timezone.now()).count() == Department.objects.count()
    call_command("setup_documents")
    said = capsys.readouterr().out
    assert "新签发 0 枚" in said
    assert "证照类型：新增或者更新 0 种" in said


def test_production_signs_nothing_of_its_own(settings, tmp_path, db, capsys, police):
    settings.PRODUCTION, settings.SEALS_DIR = True, str(tmp_path)
    Seal.objects.all().delete()
    sealing.create_authority(tmp_path, "某证书机构")
    sealing.issue_certificate(tmp_path, organ="云澜市公安局", code="gongan")
    call_command("setup_documents")
    said = capsys.readouterr()
    assert "已登记印章 1 枚" in said.out
    assert "shichang" in said.err
    assert "gongan" not in said.err
    assert Seal.objects.get().organ == police
