"""clamd is asked about every upload; what it was silent about is kept, held back, and looked at later."""

import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.core.files.storage import default_storage

from common.errors import Gone, NotFound, UnsupportedType, WrongState
from files.models import StoredFile
from files.selectors import mine
from files.services import combined, look_at, response, scan_waiting, store
from files.states import Scan
from files.tasks import scan_waiting as swept
from tests.factories.files import a_jpeg, a_pdf, a_stored_file, sent

INFECTED = "stream: Eicar-Signature FOUND"


@dataclass
class Clamd:
    """A scanner that says what the test tells it to, and remembers what it was sent."""

    verdict: str = "stream: OK"
    heard: list[bytes] = field(default_factory=list)

    def serve(self, server: socket.socket) -> None:
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
                whole = b""
                while length := struct.unpack("!L", stream.read(4))[0]:
                    whole += stream.read(length)
                self.heard.append(whole)
                answer = self.verdict.encode() + b"\0"
                connection.sendall(answer[:5])
                connection.sendall(answer[5:])


@pytest.fixture
def scanner(settings) -> Iterator[Clamd]:
    clamd, server = Clamd(), socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
    thread = threading.Thread(target=clamd.serve, args=[server], daemon=True)
    thread.start()
    yield clamd
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def silence(settings) -> str:
    """The address of a scanner that is down."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{closed.getsockname()[1]}"
    return settings.CLAMD_ADDRESS


@pytest.fixture
def held(cast, silence, settings) -> StoredFile:
    """李明's paper, brought while the scanner was down; it has come up again since, if the test asks for it."""
    return a_stored_file(cast.li, "票据.pdf")


def test_without_a_scanner_a_file_is_plainly_unscanned(db):
    assert a_stored_file(None).scan == Scan.UNSCANNED


def test_a_clean_file_is_marked_so_and_all_of_it_was_looked_at(db, scanner):
    long = a_pdf("x" * 200_000)
    assert store(sent(long), by=None).scan == Scan.CLEAN
    assert scanner.heard == [long]


def test_an_infected_file_is_refused_in_plain_words_and_not_stored(cast, scanner):
    scanner.verdict = INFECTED
    answer = cast.api(cast.li).post("/api/v1/uploads/", {"file": sent(a_pdf())}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (415, "infected")
    assert "带有病毒，没有接收" in answer.json()["reasons"][0]
    assert not StoredFile.objects.exists()


def test_a_photo_is_looked_at_as_it_came_and_not_only_as_it_is_kept(db, scanner):
    scanner.verdict = INFECTED
    with pytest.raises(UnsupportedType):
        store(sent(a_jpeg() + b"X5O!P%@AP", "照片.jpg"), by=None)
    assert scanner.heard[0].endswith(b"X5O!P%@AP")


def test_a_silent_scanner_loses_no_upload_and_opens_none(cast, held):
    assert held.scan == Scan.WAITING
    with pytest.raises(WrongState, match="等待病毒扫描"):
        response(held)
    with pytest.raises(NotFound):
        look_at(held, 1)
    assert mine(cast.li, [held.pk]) == {held.pk: held}


def test_a_scanner_that_is_unsure_counts_as_silent(cast, scanner):
    scanner.verdict = "INSTREAM size limit exceeded. ERROR"
    assert a_stored_file(cast.li).scan == Scan.WAITING


def test_what_the_portal_made_itself_is_given_out_though_the_scanner_is_down(db, silence):
    answer = response(a_stored_file(None))
    assert answer.status_code == 200
    answer.close()


def test_a_held_file_opens_once_the_scanner_has_looked(held, scanner):
    assert swept() == 1
    held.refresh_from_db()
    assert held.scan == Scan.CLEAN
    response(held).close()


def test_a_held_file_found_infected_is_destroyed(cast, held, scanner, django_capture_on_commit_callbacks):
    scanner.verdict = INFECTED
    with django_capture_on_commit_callbacks(execute=True):
        scan_waiting()
    held.refresh_from_db()
    assert held.scan == Scan.INFECTED
    assert not default_storage.exists(held.file.name)
    assert mine(cast.li, [held.pk]) == {}
    with pytest.raises(Gone, match="重新上传"):
        response(held)


def test_a_scanner_still_down_decides_nothing(held):
    assert scan_waiting() == 0
    held.refresh_from_db()
    assert held.scan == Scan.WAITING


def test_a_file_the_scanner_cannot_decide_stands_in_nobodys_way(cast, silence, scanner, settings):
    """Two are held; the content of one is gone from the disk: the other is looked at all the same."""
    address, settings.CLAMD_ADDRESS = settings.CLAMD_ADDRESS, "127.0.0.1:9"
    lost, whole = a_stored_file(cast.li, "甲.pdf", a_pdf("甲")), a_stored_file(cast.li, "乙.pdf", a_pdf("乙"))
    settings.CLAMD_ADDRESS = address
    lost.file.storage.delete(lost.file.name)
    assert scan_waiting() == 1
    whole.refresh_from_db()
    assert whole.scan == Scan.CLEAN


def test_the_same_paper_again_after_it_was_found_infected_is_a_new_upload(cast, held, scanner):
    StoredFile.objects.filter(pk=held.pk).update(scan=Scan.INFECTED)
    assert a_stored_file(cast.li, "票据.pdf").pk != held.pk


def test_pages_put_together_are_as_trusted_as_the_least_of_them(cast, held, scanner):
    clean = a_stored_file(cast.li, "第二页.pdf")
    assert clean.scan == Scan.CLEAN
    assert combined([clean, held], by=cast.li, name="合.pdf").scan == Scan.WAITING
