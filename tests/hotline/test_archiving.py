"""An order's end is packed once, for the centre's eyes, and its result is not changed any more (H-117, H-140)."""

import hashlib
import json
import zipfile
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from common.errors import NotFound
from files.services import keep_made
from hotline import events, handlers, services, tasks
from hotline.models import HotlineOrder, OrderFile
from hotline.selectors.seeing import file_seen_by, files_seen_by
from hotline.states import CloseReason, Confidentiality, OrderStatus
from tests.factories import hotline as at
from tests.factories.hotline_team import BAD, GOOD, approve, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def archived(team, clock, cast):
    clock.set("2026-11-23 09:00")
    order = submit(at.an_order(OrderStatus.HANDLING, person=cast.li.person), team)
    clock.set("2026-11-23 15:00")
    approve(order, team)
    services.answer_survey(order.pk, by=team.caller, **BAD)
    services.conclude_bad(order.pk, by=team.caller)
    submit(order, team, done_differently="加派了夜间巡查。")
    approve(order, team)
    services.answer_survey(order.pk, by=team.caller, **GOOD)
    return services.conclude_good(order.pk, by=team.caller)


def fresh(order: HotlineOrder) -> HotlineOrder:
    return HotlineOrder.objects.get(pk=order.pk)


def unpacked(row: OrderFile) -> tuple[dict, str, str]:
    with row.stored.file.open("rb") as content, zipfile.ZipFile(content) as package:
        assert package.namelist() == ["record.json", "record.pdf", "files.sha256"]
        pages = PdfReader(BytesIO(package.read("record.pdf"))).pages
        paper = "".join(one.extract_text() for one in pages)
        return json.loads(package.read("record.json")), paper, package.read("files.sha256").decode()


def test_h_117_the_package_holds_record_timeline_contacts_answers_and_the_hashes_of_files(archived):
    record, paper, sums = unpacked(services.archive_package(archived.pk))
    order = fresh(archived)
    assert record["order"]["order_no"] == order.order_no
    assert record["result"]["result_text"] == order.result_text
    assert [one["level"] for one in record["surveys"]] == [2, 5]
    assert record["timeline"][-1]["what"] == "归档"
    assert len(record["contacts"]) == order.contacts.count() > 0
    assert [one["handle_result"] for one in record["submissions"]] == ["solved", "solved"]
    for text in (order.order_no, "归档", "经过"):
        assert text in paper
    evidence = order.files.filter(kind=OrderFile.Kind.EVIDENCE)
    assert [one["sha256"] for one in record["files"]] == [one.stored.sha256 for one in evidence]
    assert sums.count("\n") == len(record["files"]) > 0


def test_h_117_h_140_the_package_masks_the_person_and_knows_a_secret_order_by_its_alias_only(archived):
    whole = json.dumps(unpacked(services.archive_package(archived.pk))[0], ensure_ascii=False)
    assert archived.phone not in whole
    assert archived.contact_name not in whole
    secret = at.an_order(
        OrderStatus.ARCHIVED, archived_at=timezone.now(), confidential=Confidentiality.SECRET, alias="举报人-0A1B",
        close_reason=CloseReason.GOOD_REVIEW,
    )  # fmt: skip
    OrderFile.objects.create(
        hotline_order=secret, kind="appeal", at=timezone.now(),
        stored=keep_made(b"letter", name="wang.pdf", content_type="application/pdf"),
    )  # fmt: skip
    record, paper, sums = unpacked(services.archive_package(secret.pk))
    assert record["order"]["complainant"] == "举报人-0A1B"
    assert record["order"]["phone"] == ""
    assert "wang" not in json.dumps(record) + sums
    assert hashlib.sha256(b"letter").hexdigest() in sums
    assert [one for one in (secret.phone, secret.masked_phone, secret.contact_name) if one in paper] == []


def test_h_117_it_is_packed_once_however_often_it_is_told(archived):
    first = services.archive_package(archived.pk)
    assert services.archive_package(archived.pk) == first
    assert archived.files.filter(kind=OrderFile.Kind.ARCHIVE).count() == 1
    assert services.archive_left() == 0


def test_h_117_what_a_lost_message_left_is_packed_in_the_night(archived):
    assert services.archive_left() == 1
    assert archived.files.filter(kind=OrderFile.Kind.ARCHIVE).exists()


def test_h_117_t_33_an_order_that_was_reopened_is_packed_again_at_its_next_end(clock, cast):
    clock.set("2026-11-23 09:00")
    order = at.an_order(
        OrderStatus.ARCHIVED,
        archived_at=timezone.now(),
        close_reason=CloseReason.NO_CONTACT,
        survey_reached=False,
    )
    services.archive_package(order.pk)
    services.reopen(order.pk, by=None, query_code=order.query_code)
    assert services.archive_package(order.pk) is None
    clock.set("2026-11-25 09:00")
    HotlineOrder.objects.filter(pk=order.pk).update(status=OrderStatus.ARCHIVED, archived_at=timezone.now())
    assert services.archive_left() == 1
    assert order.files.filter(kind=OrderFile.Kind.ARCHIVE).count() == 2


def test_h_117_h_140_only_the_centre_reads_the_package(archived, team, cast):
    row = services.archive_package(archived.pk)
    for reader in (team.manager, team.auditor, team.supervisor, team.caller):
        assert file_seen_by(fresh(archived), row.pk, reader) == row.stored
    for reader in (team.officer, cast.li):
        assert row.pk not in [one.id for one in files_seen_by(fresh(archived), reader)]
        with pytest.raises(NotFound):
            file_seen_by(fresh(archived), row.pk, reader)


VERBS = {
    "submit_result": (
        "officer",
        {"handle_result": "solved", "result_text": "另写一个结果，与归档的不同。", "measures": "现场核查"},
    ),
    "answer_survey": ("caller", {"level": 5, "responded": True, "solved": "yes"}),
    "reject_result": ("inspector", {"defect": "tone", "note": "措辞"}),
}


@pytest.mark.parametrize("verb", VERBS)
def test_h_117_after_the_archive_the_api_answers_409(archived, team, verb):
    who, said = VERBS[verb]
    client = Client()
    client.force_login(getattr(team, who))
    before = fresh(archived).result_text
    address = reverse("api:hotline_verb", args=[archived.order_no, verb])
    answer = client.post(address, said, content_type="application/json")
    assert answer.status_code == 409, answer.json()
    assert fresh(archived).result_text == before


@pytest.mark.parametrize("column", ["answer", "result_text", "measures", "legal_basis", "handle_result"])
def test_h_117_the_database_refuses_a_new_result_of_an_archived_order(archived, column):
    with pytest.raises(IntegrityError, match="archived"), transaction.atomic():
        HotlineOrder.objects.filter(pk=archived.pk).update(**{column: "x"})


def test_h_118_the_package_is_forgotten_with_whoever_complained(clock, cast):
    clock.set("2026-11-23 09:00")
    order = at.an_order(OrderStatus.ARCHIVED, archived_at=timezone.now(), close_reason=CloseReason.DIRECT)
    services.archive_package(order.pk)
    clock.set("2036-11-24 09:00")
    HotlineOrder.objects.filter(pk=order.pk).update(state_since=order.archived_at)
    assert services.forget_expired()[1] == 1
    assert fresh(order).contact_name == ""
    assert not order.files.exists()
    assert services.archive_left() == 0


def test_h_117_whoever_hears_of_the_end_lets_a_worker_pack(
    archived, monkeypatch, django_capture_on_commit_callbacks
):
    packed = []
    monkeypatch.setattr(tasks.archive_package, "delay", packed.append)
    fact = events.OrderClosed(order_id=archived.pk, order_no=archived.order_no, close_reason="good_review")
    with django_capture_on_commit_callbacks(execute=True):
        handlers.pack_for_archive(fact, 1)
    assert packed == [archived.pk]
