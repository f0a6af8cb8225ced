"""tus 1.0: a file arrives piece by piece, goes on where it broke off, and is its sender's alone."""

import base64
import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from files import services
from files.models import Arrival, StoredFile
from files.tasks import forget_arrivals
from identity.models import Account
from tests.factories.files import a_pdf, a_stored_file

DOOR = "/api/v1/uploads/arriving/"
PIECE = "application/offset+octet-stream"
MEGABYTE = 1024 * 1024


class Sender:
    """One account's tus client, a request at a time."""

    def __init__(self, cast, account: Account) -> None:
        self.api = cast.api(account)

    def announce(self, length: object, name: str = "合同.pdf", **headers: str):
        told = {"Upload-Length": str(length), "Tus-Resumable": "1.0.0"} | headers
        told["Upload-Metadata"] = f"filename {base64.b64encode(name.encode()).decode()},is_confidential"
        return self.api.post(DOOR, headers=told)

    def standing(self, address: str):
        return self.api.head(address, headers={"Tus-Resumable": "1.0.0"})

    def send(self, address: str, piece: bytes, offset: object, kind: str = PIECE):
        told = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
        return self.api.generic("PATCH", address, piece, content_type=kind, headers=told)

    def give_up(self, address: str):
        return self.api.delete(address, headers={"Tus-Resumable": "1.0.0"})


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """What lies there is this test's alone."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def li(cast) -> Sender:
    return Sender(cast, cast.li)


@pytest.fixture
def wang(cast) -> Sender:
    return Sender(cast, cast.wang)


@pytest.fixture
def begun(li) -> str:
    """Where 李明 sends a file of 20 bytes, 8 of which are here."""
    address = li.announce(20)["Location"]
    assert li.send(address, b"%PDF-1.4", 0).status_code == 204
    return address


def pieces() -> list[Path]:
    return list((Path(settings.MEDIA_ROOT) / "arriving").glob("*"))


def test_the_server_says_what_it_can_do(li):
    told = li.api.options(DOOR)
    assert told.status_code == 204
    assert (told["Tus-Version"], told["Tus-Max-Size"]) == ("1.0.0", str(20 * MEGABYTE))
    assert told["Tus-Extension"] == "creation,expiration,termination"


def test_a_file_in_three_pieces_is_one_stored_file(cast, li):
    whole = a_pdf("很长" * 500)
    made = li.announce(len(whole), "我的 合同.pdf")
    assert made.status_code == 201
    assert made["Upload-Offset"] == "0"
    address, offset = made["Location"], 0
    for piece in (whole[:700], whole[700:701], whole[701:]):
        answer = li.send(address, piece, offset)
        offset += len(piece)
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(offset))
        assert ("Stored-File" in answer) == (offset == len(whole))
    stored = StoredFile.objects.get(pk=answer["Stored-File"])
    assert (stored.name, stored.uploaded_by, stored.pages) == ("我的 合同.pdf", cast.li, 1)
    assert stored.sha256 == hashlib.sha256(whole).hexdigest()


def test_the_sender_asks_how_much_is_here_and_goes_on(li, begun):
    standing = li.standing(begun)
    assert (standing.status_code, standing["Upload-Offset"], standing["Upload-Length"]) == (200, "8", "20")
    assert standing["Cache-Control"] == "no-store"
    assert "GMT" in standing["Upload-Expires"]
    assert li.send(begun, b"12", 8)["Upload-Offset"] == "10"


@pytest.mark.parametrize("offset", [0, 7, 9, 20])
def test_a_piece_that_does_not_fit_on_is_refused(li, begun, offset):
    assert li.send(begun, b"12", offset).status_code == 409
    assert li.standing(begun)["Upload-Offset"] == "8"


def test_what_came_before_the_line_broke_is_kept(cast, li):
    class Broken(BytesIO):
        """A line that breaks after the first bytes."""

        def read(self, size: int = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(5)

    address = li.announce(20)["Location"]
    arrival = Arrival.objects.get()
    with services.received_piece(Broken(b"%PDF-1.4")) as piece:
        services.append(arrival.pk, by=cast.li, offset=0, piece=piece)
    assert li.standing(address)["Upload-Offset"] == "5"


def test_an_answer_lost_on_the_way_can_be_asked_for_again(li):
    whole = a_pdf()
    address = li.announce(len(whole))["Location"]
    stored = li.send(address, whole, 0)["Stored-File"]
    again = li.standing(address)
    assert (again["Upload-Offset"], again["Stored-File"]) == (str(len(whole)), stored)
    assert li.send(address, b"", len(whole))["Stored-File"] == stored
    assert StoredFile.objects.count() == 1


def test_a_server_that_died_before_taking_the_file_in_is_asked_with_an_empty_piece(cast, li):
    whole = a_pdf()
    address = li.announce(len(whole))["Location"]
    li.send(address, whole[:-1], 0)
    arrival = Arrival.objects.get()
    with arrival.path.open("ab") as pieces_here:
        pieces_here.write(whole[-1:])
    Arrival.objects.update(received=len(whole))
    assert li.send(address, b"", len(whole))["Stored-File"] == str(StoredFile.objects.get().pk)


def test_what_a_lost_write_left_behind_is_written_over(li, begun):
    whole = a_pdf()
    address = li.announce(len(whole))["Location"]
    li.send(address, whole[:9], 0)
    arrival = Arrival.objects.get(length=len(whole))
    with arrival.path.open("ab") as pieces_here:
        pieces_here.write(b"never recorded, for the server died")
    stored = li.send(address, whole[9:], 9)["Stored-File"]
    assert StoredFile.objects.get(pk=stored).sha256 == hashlib.sha256(whole).hexdigest()


def test_a_file_that_is_nothing_is_refused_when_it_is_whole_and_leaves_nothing(
    li, django_capture_on_commit_callbacks
):
    address = li.announce(12, "程序.pdf")["Location"]
    with django_capture_on_commit_callbacks(execute=True):
        answer = li.send(address, b"MZ\x90not a pdf", 0)
    assert answer.status_code == 415
    assert "只收 PDF" in answer.json()["reasons"][0]
    assert answer["Tus-Resumable"] == "1.0.0"
    assert li.standing(address).status_code == 404
    assert not StoredFile.objects.exists()
    assert pieces() == []


@pytest.mark.parametrize(
    ("length", "status"),
    [(20 * MEGABYTE, 201), (20 * MEGABYTE + 1, 413), (0, 400), ("many", 400), ("-1", 400), ("9" * 30, 400)],
)
def test_twenty_megabytes_may_be_announced_and_a_byte_more_may_not(li, length, status):
    answer = li.announce(length)
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["reasons"] == ["文件超过 20 MB，请压缩或者分开上传"]


def test_no_more_comes_than_was_announced(li, begun):
    assert li.send(begun, b"x" * 13, 8).status_code == 413
    assert li.standing(begun)["Upload-Offset"] == "8"


def test_a_piece_has_at_most_five_megabytes(li):
    address = li.announce(10 * MEGABYTE)["Location"]
    assert li.send(address, b"x" * (5 * MEGABYTE + 1), 0).status_code == 413
    assert li.standing(address)["Upload-Offset"] == "0"


def test_a_stranger_finds_nothing_sends_nothing_and_stops_nothing(wang, li, begun):
    assert wang.standing(begun).status_code == 404
    assert wang.send(begun, b"12", 8).status_code == 404
    assert wang.give_up(begun).status_code == 404
    assert li.standing(begun)["Upload-Offset"] == "8"
    assert li.standing(reverse("api:arrival", args=[uuid4()])).status_code == 404


def test_who_has_not_logged_in_sends_nothing(db, client, begun):
    assert client.post(DOOR, headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5"}).status_code == 401
    assert client.head(begun, headers={"Tus-Resumable": "1.0.0"}).status_code == 401


def test_a_page_of_another_site_cannot_send_with_somebody_s_session(cast):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.li)
    told = {"Tus-Resumable": "1.0.0", "Upload-Length": "5"}
    assert browser.post(DOOR, headers=told).status_code == 403


def test_another_version_of_the_protocol_is_told_which_is_spoken(li, begun):
    for headers in ({}, {"Tus-Resumable": "0.2.2"}):
        answer = li.api.head(begun, headers=headers)
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_a_piece_says_that_it_is_one(li, begun):
    assert li.send(begun, b"12", 8, kind="text/plain").status_code == 415


def test_where_only_post_gets_through_a_header_says_what_is_meant(li, begun):
    told = {"Tus-Resumable": "1.0.0", "Upload-Offset": "8", "X-HTTP-Method-Override": "PATCH"}
    assert li.api.generic("POST", begun, b"12", content_type=PIECE, headers=told).status_code == 204
    assert li.standing(begun)["Upload-Offset"] == "10"
    assert li.api.post(begun, headers={"Tus-Resumable": "1.0.0"}).status_code == 405


def test_a_sender_who_gives_up_leaves_nothing(li, begun, django_capture_on_commit_callbacks):
    assert len(pieces()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert li.give_up(begun).status_code == 204
    assert li.standing(begun).status_code == 404
    assert pieces() == []


def test_after_a_day_what_nobody_went_on_with_is_swept(clock, cast, li, django_capture_on_commit_callbacks):
    clock.set("2026-03-02 09:00")
    address = li.announce(20)["Location"]
    li.send(address, b"%PDF-1.4", 0)
    later = clock.set("2026-03-03 08:59")
    assert forget_arrivals() == 0
    li.send(address, b"\n", 8)
    clock.set(later + timedelta(hours=23))
    assert forget_arrivals() == 0
    clock.set(later + timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_arrivals() == 1
    assert pieces() == []
    assert not Arrival.objects.exists()


def test_what_was_taken_in_stays_when_the_row_that_brought_it_is_swept(clock, li):
    clock.set("2026-03-02 09:00")
    whole = a_pdf()
    li.send(li.announce(len(whole))["Location"], whole, 0)
    clock.set("2026-03-05 09:00")
    assert forget_arrivals() == 1
    assert StoredFile.objects.count() == 1


def test_a_sender_has_ten_on_the_way_and_the_oldest_makes_room(li, wang):
    wang.announce(20)
    addresses = [li.announce(20)["Location"] for _ in range(11)]
    standing = [li.standing(address).status_code for address in addresses]
    assert standing == [404] + [200] * 10
    assert Arrival.objects.count() == 11


def test_the_same_file_again_within_the_hour_is_the_same_stored_file(cast, li):
    stored = a_stored_file(cast.li, "合同.pdf", a_pdf())
    address = li.announce(len(a_pdf()))["Location"]
    assert li.send(address, a_pdf(), 0)["Stored-File"] == str(stored.pk)


def test_a_piece_costs_the_same_however_many_are_here(li, begun, statements):
    li.send(begun, b"1", 8)
    with statements(at_most=7):
        li.send(begun, b"2", 9)
