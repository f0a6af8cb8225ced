"""A file is what its content says, is here before anybody is told so, and is served by its owner alone."""

import hashlib
import threading
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from common.errors import TooLarge
from files import rules
from files.models import StoredFile
from files.rules import sniff
from files.selectors import mine
from files.services import response, store
from tests.factories.files import (
    a_jpeg,
    a_pdf,
    a_photo_that_tells_where,
    a_png,
    a_stored_file,
    a_zip,
    an_ofd,
    sent,
)

ADDRESS = "/api/v1/uploads/"


def content_of(stored):
    with stored.file.open("rb") as opened:
        return opened.read()


def upload(cast, content, name="材料.pdf", account="li"):
    return cast.api(getattr(cast, account)).post(ADDRESS, {"file": sent(content, name)}, format="multipart")


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        pytest.param(a_pdf(), "证明.pdf", "application/pdf", id="pdf"),
        pytest.param(an_ofd(), "发票.ofd", "application/ofd", id="ofd"),
        pytest.param(a_jpeg(), "照片.JPG", "image/jpeg", id="jpeg"),
        pytest.param(a_png(), "扫描.png", "image/png", id="png"),
        pytest.param(a_pdf(), "没有后缀", "application/pdf", id="no-ending-claims-nothing"),
    ],
)
def test_what_citizens_hand_in_is_taken(cast, content, name, content_type):
    answer = upload(cast, content, name)
    assert answer.status_code == 201
    told = answer.json()
    assert told["type"] == content_type
    assert told["name"] == name
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert told["size"] == len(content)
    kept = StoredFile.objects.get(pk=told["id"])
    assert hashlib.sha256(content_of(kept)).hexdigest() == kept.sha256


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"MZ\x90\x00" + b"\0" * 200, "证明.pdf", id="a-program-called-pdf"),
        pytest.param(b"\x7fELF" + b"\0" * 200, "a", id="a-program"),
        pytest.param(b"#!/bin/sh\nrm -rf /\n", "证明.pdf", id="a-script"),
        pytest.param(b"<html><script>alert(1)</script></html>", "证明.pdf", id="a-page"),
        pytest.param(
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "图.png", id="a-drawing-with-script"
        ),
        pytest.param(a_png(), "证明.pdf", id="a-picture-called-pdf"),
        pytest.param(a_pdf(), "照片.png", id="a-pdf-called-picture"),
        pytest.param(a_pdf(), "证明.pdf.exe", id="an-ending-that-runs"),
        pytest.param(a_zip(**{"a.txt": b"hello"}), "资料.zip", id="any-zip"),
        pytest.param(an_ofd(), "资料.docx", id="an-ofd-called-docx"),
        pytest.param(b"PK\x03\x04" + b"broken" * 20, "发票.ofd", id="a-torn-zip"),
        pytest.param(b"%PDF-1.7\n1 0 obj", "证明.pdf", id="half-a-pdf"),
        pytest.param(a_pdf()[:60] + b"%%EOF", "证明.pdf", id="a-torn-pdf"),
        pytest.param(a_png()[:40], "扫描.png", id="half-a-picture"),
        pytest.param(b"", "证明.pdf", id="nothing-in-it"),
    ],
)
def test_anything_else_is_refused_with_a_reason(cast, content, name):
    answer = upload(cast, content, name)
    assert answer.status_code == 415
    assert answer.json()["reasons"][0]
    assert not StoredFile.objects.exists()


def test_a_zip_bomb_is_not_opened(cast):
    bomb = an_ofd(**{"Doc_0/huge.xml": b"\0" * 30_000_000})
    assert upload(cast, bomb, "发票.ofd").json()["reasons"] == ["文件解压后过大，不能接收"]


def test_twenty_megabytes_are_taken_and_a_byte_more_is_not(db, monkeypatch):
    monkeypatch.setattr("files.services.taking_in.LARGEST", len(a_pdf()))
    assert store(sent(a_pdf()), by=None).size == len(a_pdf())
    with pytest.raises(TooLarge, match="请压缩"):
        store(sent(a_pdf() + b"\n"), by=None)
    assert rules.LARGEST == 20 * 1024 * 1024


def test_a_picture_of_too_many_pixels_is_refused(db, monkeypatch):
    monkeypatch.setattr("files.services.pictures.MOST_PIXELS", 11)
    with pytest.raises(TooLarge, match="4×3"):
        store(sent(a_png(), "图.png"), by=None)


def test_a_photo_is_turned_upright_and_no_longer_tells_where(db):
    kept = store(sent(a_photo_that_tells_where((40, 30)), "照片.jpg"), by=None)
    with Image.open(BytesIO(content_of(kept))) as picture:
        assert picture.size == (30, 40)
        assert not picture.getexif()
    assert b"Spy" not in content_of(kept)


def test_what_hides_behind_a_picture_is_cut_off(db):
    kept = store(sent(a_png() + b"<script>alert(1)</script>", "图.png"), by=None)
    assert b"script" not in content_of(kept)


def test_the_same_upload_within_the_hour_is_one_file(cast, clock):
    clock.set("2026-03-02 09:00")
    first = upload(cast, a_pdf())
    again = upload(cast, a_pdf())
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first
    clock.set(timezone.now() + timedelta(hours=1, seconds=1))
    assert upload(cast, a_pdf()).json()["id"] != first.json()["id"]


def test_the_same_paper_of_another_person_or_name_is_another_file(cast):
    ids = {
        upload(cast, a_pdf()).json()["id"],
        upload(cast, a_pdf(), account="wang").json()["id"],
        upload(cast, a_pdf(), name="另一份.pdf").json()["id"],
    }
    assert len(ids) == 3


def test_the_same_upload_sent_eight_times_at_once_is_one_file(committed, django_db_blocker):
    from tests.factories.identity import an_account

    account = an_account("busy")
    ids, start = [], threading.Barrier(8)

    def send():
        start.wait()
        ids.append(store(sent(a_pdf()), by=account).pk)
        close_old_connections()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    ("sent_as", "kept_as"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\证明.pdf", "证明.pdf"),
        ("证\u202e明\n.pdf", "证明.pdf"),
        ("长" * 300 + ".pdf", "长" * 180 + ".pdf"),
    ],
)
def test_a_name_is_a_name_and_no_path(db, sent_as, kept_as):
    assert store(sent(a_pdf()), by=None, name=sent_as).name == kept_as


def test_the_disk_s_name_says_nothing_of_the_person(cast):
    stored = a_stored_file(cast.li, "李明身份证.pdf")
    assert stored.file.name == f"files/{stored.pk.hex[:2]}/{stored.pk.hex}"
    assert default_storage.exists(stored.file.name)


def test_only_the_uploader_finds_a_file_by_its_id(cast):
    stored = a_stored_file(cast.li)
    assert mine(cast.li, [stored.pk, str(stored.pk), "not an id", uuid4()]) == {stored.pk: stored}
    assert mine(cast.wang, [stored.pk]) == {}


def test_finding_many_files_is_one_statement(cast, statements):
    ids = [a_stored_file(cast.li, f"{number}.pdf").pk for number in range(5)]
    with statements(at_most=1):
        assert len(mine(cast.li, ids)) == 5


def test_nobody_uploads_unknown(db, client):
    assert client.post(ADDRESS, {"file": sent(a_pdf())}).status_code == 401


@pytest.mark.parametrize("body", [{}, {"file": "text"}])
def test_an_upload_without_a_file_is_told_so(cast, body):
    answer = cast.api(cast.li).post(ADDRESS, body, format="multipart")
    assert answer.status_code == 400
    assert "file" in answer.json()["fields"]


def test_stored_files_have_no_address_of_their_own(cast, client, settings):
    stored = a_stored_file(cast.li)
    client.force_login(cast.li)
    for address in (f"/media/{stored.file.name}", f"/{stored.file.name}", f"/api/v1/uploads/{stored.pk}/"):
        assert client.get(address).status_code == 404


def test_a_file_is_given_out_closed_off(cast):
    answer = response(a_stored_file(cast.li, "证明.pdf"))
    assert b"".join(answer.streaming_content) == a_pdf("证明.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline")
    answer.close()


def test_what_a_browser_cannot_show_is_saved(cast):
    ofd = a_stored_file(cast.li, "发票.ofd", an_ofd())
    named = response(a_stored_file(cast.li), filename="结果.pdf", inline=False)
    for answer in (response(ofd), named):
        assert answer["Content-Disposition"].startswith("attachment")
        answer.close()
    assert "%E7%BB%93" in named["Content-Disposition"]


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.ofd", "a.png", "a.jpg", "a"]))
def test_no_content_upsets_the_sniffer(content, name):
    sniffed = sniff(BytesIO(content), name)
    assert bool(sniffed.objection) != bool(sniffed.content_type)
