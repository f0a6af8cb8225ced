"""What nobody refers to any more goes after a while, row and bytes; nothing that is referred to, or just being, ever does."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connections, models, transaction
from django.utils import timezone

from files import services
from files.models import Arrival, StoredFile, references
from files.selectors import to_attach
from files.services import sweeping
from files.tasks import sweep_leftovers, sweep_unreferenced
from licences.models import Document
from licences.services import seal
from tests.factories import drafts as with_draft
from tests.factories import identity as people
from tests.factories import workflow as at
from tests.factories.files import a_pdf, a_png, a_stored_file, sent
from workflow.models import Application, Delivery, NamedFile, SubmittedMaterial
from workflow.services import drafts
from workflow.states import MaterialMode

LONG_AGO = timedelta(days=31)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """What lies there is this test's alone."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def swept(django_capture_on_commit_callbacks):
    """The nightly sweep, through to its commit; how many files went."""

    def run() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return sweep_unreferenced()

    return run


def aged(*files: StoredFile, by: timedelta = LONG_AGO) -> None:
    """Taken in so long ago; the disk says so too."""
    moment = timezone.now() - by
    StoredFile.objects.filter(pk__in=[one.pk for one in files]).update(created_at=moment)
    for one in files:
        as_old(one.file.path, by)


def as_old(path: str | Path, by: timedelta = LONG_AGO) -> None:
    moment = (timezone.now() - by).timestamp()
    os.utime(path, (moment, moment))


def is_here(stored: StoredFile) -> bool:
    """Row and bytes both; one without the other is a fault."""
    row, content = StoredFile.objects.filter(pk=stored.pk).exists(), default_storage.exists(stored.file.name)
    assert row == content
    return row


def test_an_upload_never_handed_in_goes_after_thirty_days_and_not_before(cast, swept):
    young, old = a_stored_file(cast.li, "甲.pdf"), a_stored_file(cast.li, "乙.pdf")
    aged(young, by=timedelta(days=29, hours=23))
    aged(old, by=timedelta(days=30, seconds=1))
    assert swept() == 1
    assert (is_here(young), is_here(old)) == (True, False)
    assert swept() == 0


def test_how_long_is_a_setting(cast, swept, settings):
    stored = a_stored_file(cast.li)
    aged(stored, by=timedelta(days=8))
    assert swept() == 0
    settings.UNREFERENCED_FILE_DAYS = 7
    assert swept() == 1


def test_earlier_arrangements_of_pages_go_and_the_last_stays(cast, swept):
    application = at.filed(cast.li)
    paper = application.materials.filter(mode=MaterialMode.UPLOAD).first()
    first = services.combined([paper.file, a_stored_file(cast.li, "第二页.pdf")], by=cast.li, name="合.pdf")
    last = services.rearranged(first, [services.Leaf(2), services.Leaf(1)], by=cast.li)
    SubmittedMaterial.objects.filter(pk=paper.pk).update(file=last)
    aged(*StoredFile.objects.all())
    swept()
    assert (is_here(first), is_here(last)) == (False, True)


def test_nothing_of_an_application_goes_however_old(cast, swept):
    """What was replaced stays too: a reviewer saw it. So does what a document is printed on."""
    application = at.filed(cast.li)
    SubmittedMaterial.objects.filter(application=application).update(superseded=True)
    document = seal(application.application_documents.first().document_id)
    aged(*StoredFile.objects.all())
    before = set(StoredFile.objects.all())
    assert before > {Document.objects.get(pk=document.pk).file}
    assert (swept(), set(StoredFile.objects.all())) == (0, before)


def test_every_foreign_key_to_a_stored_file_is_asked_whoever_declared_it():
    """A new app's too, with a way back or without: found through the model itself."""
    declared = {
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.model is StoredFile
    }
    assert set(references()) == declared
    assert len(declared) >= 6


def test_the_photo_of_a_delivery_counts_and_so_does_an_upload_on_its_way(cast, swept):
    photo, arriving, lonely = (a_stored_file(cast.li, name) for name in ("照片.pdf", "到达.pdf", "孤单.pdf"))
    Delivery.objects.create(
        application=at.filed(cast.li), method="window", handed_over_at=timezone.now(), photo=photo
    )
    Arrival.objects.create(
        uploaded_by=cast.li, length=1, name="到达.pdf", expires_at=timezone.now(), stored=arriving
    )
    aged(photo, arriving, lonely)
    swept()
    assert [is_here(one) for one in (photo, arriving, lonely)] == [True, True, False]


# Drafts, which name their files in JSON


def named(application: Application) -> set:
    return set(NamedFile.objects.filter(application=application).values_list("file_id", flat=True))


def test_what_a_draft_names_stays_as_long_as_the_draft_does(cast, swept):
    draft = with_draft.ready(cast.li, "restaurant-opening")
    files = list(StoredFile.objects.all())
    assert files
    assert named(Application.objects.get(pk=draft.pk)) == {one.pk for one in files}
    aged(*files)
    assert swept() == 0
    drafts.discard_draft(draft.pk, by=cast.li)
    assert swept() == len(files)
    assert not any(map(is_here, files))


def test_a_paper_taken_back_from_a_draft_is_named_no_longer(cast, swept):
    draft = with_draft.ready(cast.li, "restaurant-opening")
    [name, offer] = next(
        (name, offer)
        for name, offer in Application.objects.get(pk=draft.pk).draft["offers"].items()
        if offer["upload_id"]
    )
    drafts.drop_paper(draft.pk, by=cast.li, name=name)
    aged(*StoredFile.objects.all())
    swept()
    still = Application.objects.get(pk=draft.pk).draft["offers"].values()
    assert {str(pk) for pk in named(Application.objects.get(pk=draft.pk))} == {
        one["upload_id"] for one in still if one["upload_id"]
    }
    if offer["upload_id"] not in {one["upload_id"] for one in still}:
        assert not StoredFile.objects.filter(pk=offer["upload_id"]).exists()


def test_an_answer_that_is_a_file_holds_it_in_the_draft_and_for_ever_after(cast, swept):
    stored = a_stored_file(cast.li, "证据.pdf")
    application = at.filed(cast.li)
    assert named(application) == set()
    application.answers["evidence"] = str(stored.pk)
    application.save(update_fields=["answers"])
    assert named(application) == {stored.pk}
    aged(stored)
    swept()
    assert is_here(stored)
    application.answers["evidence"] = "f0f0f0f0-0000-4000-8000-000000000000"
    application.save(update_fields=["answers"])
    assert (named(application), swept()) == (set(), 1)


# Bytes


def test_of_two_rows_with_one_content_each_has_bytes_of_its_own(cast, swept):
    ours, theirs = a_stored_file(cast.li, "同.pdf", a_pdf()), a_stored_file(cast.wang, "同.pdf", a_pdf())
    assert ours.sha256 == theirs.sha256
    aged(ours)
    assert swept() == 1
    assert (is_here(ours), is_here(theirs)) == (False, True)


def test_bytes_that_two_rows_name_go_with_the_last_of_them(cast, swept):
    first, second = a_stored_file(cast.li, "甲.pdf"), a_stored_file(cast.li, "乙.pdf")
    StoredFile.objects.filter(pk=second.pk).update(file=first.file.name)
    aged(first)
    assert swept() == 1
    assert default_storage.exists(first.file.name)
    StoredFile.objects.filter(pk=second.pk).update(created_at=timezone.now() - LONG_AGO)
    assert swept() == 1
    assert not default_storage.exists(first.file.name)


def test_the_bytes_wait_for_the_commit(cast, django_capture_on_commit_callbacks):
    stored = a_stored_file(cast.li)
    aged(stored)
    with django_capture_on_commit_callbacks() as after_commit:
        assert services.sweep_unreferenced() == 1
    assert default_storage.exists(stored.file.name)
    [destroy] = after_commit
    destroy()
    assert not default_storage.exists(stored.file.name)


def test_a_server_that_died_before_the_bytes_were_gone_leaves_them_to_the_next_sweep(cast):
    """So do an upload that was rolled back, and a disk that refused."""
    lost, kept = a_stored_file(cast.li, "甲.pdf"), a_stored_file(cast.li, "乙.pdf")
    aged(lost, kept)
    StoredFile.objects.filter(pk=lost.pk).delete()
    young = default_storage.save("files/aa/aa00", ContentFile(b"an upload whose commit is still to come"))
    assert sweep_leftovers() == 1
    assert [default_storage.exists(name) for name in (lost.file.name, kept.file.name, young)] == [
        False,
        True,
        True,
    ]
    assert sweep_leftovers() == 0


def test_a_disk_that_refuses_holds_up_nothing(cast, swept, monkeypatch):
    stubborn, willing = a_stored_file(cast.li, "甲.pdf"), a_stored_file(cast.li, "乙.pdf")
    aged(stubborn, willing)
    delete = FileSystemStorage.delete

    def refuse_one(storage: FileSystemStorage, name: str) -> None:
        if name == stubborn.file.name:
            raise PermissionError(name)
        delete(storage, name)

    monkeypatch.setattr(FileSystemStorage, "delete", refuse_one)
    assert swept() == 2
    monkeypatch.undo()
    assert default_storage.exists(stubborn.file.name)
    assert not default_storage.exists(willing.file.name)
    as_old(default_storage.path(stubborn.file.name))
    assert sweep_leftovers() == 1


def test_where_nothing_was_ever_uploaded_there_is_nothing_to_sweep(db):
    assert (sweep_unreferenced(), sweep_leftovers()) == (0, 0)


def test_fifty_cost_as_many_statements_as_two(cast, swept, statements):
    """A batch is looked for, locked, asked about again, removed and its bytes looked up: each in one statement."""
    sent = {}
    for many in (2, 50):
        aged(*(a_stored_file(cast.li, f"{number}.pdf", a_pdf(f"{many} {number}")) for number in range(many)))
        with statements() as sent[many]:
            assert swept() == many
    assert len(sent[50]) == len(sent[2]), f"{sent[50]}\n{sent[2]}"
    tables = [[sql.split()[0] for sql in sent[many]] for many in (2, 50)]
    assert tables[0] == tables[1]


# At the same moment


@pytest.fixture
def somebody(committed):
    return people.an_account("busy")


def elsewhere(act) -> threading.Thread:
    """On a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_file_being_attached_on_another_connection_is_passed_over(somebody):
    """The sweep does not even wait for it; once it is attached it stays."""
    attached, lonely = (services.store(sent(a_pdf(name), name), by=somebody) for name in ("甲.pdf", "乙.pdf"))
    aged(attached, lonely)
    holding, go_on = threading.Event(), threading.Event()

    def attach() -> None:
        with transaction.atomic():
            [stored] = to_attach(somebody, [attached.pk]).values()
            holding.set()
            assert go_on.wait(20)
            Arrival.objects.create(
                uploaded_by=somebody, length=1, name="甲", expires_at=timezone.now(), stored=stored
            )

    thread = elsewhere(attach)
    assert holding.wait(20)
    assert sweep_unreferenced() == 1
    go_on.set()
    thread.join()
    assert (is_here(attached), is_here(lonely)) == (True, False)
    assert sweep_unreferenced() == 0


def test_what_was_attached_between_the_look_and_the_lock_is_found_attached(somebody, monkeypatch):
    stored = services.store(sent(a_pdf()), by=somebody)
    aged(stored)
    remove = sweeping._removed

    def attached_first(ids, before):
        elsewhere(
            lambda: Arrival.objects.create(
                uploaded_by=somebody, length=1, name="甲", expires_at=timezone.now(), stored=stored
            )
        ).join()
        return remove(ids, before)

    monkeypatch.setattr(sweeping, "_removed", attached_first)
    assert sweep_unreferenced() == 0
    assert is_here(stored)


def test_who_comes_while_a_file_is_being_removed_finds_it_gone(somebody, monkeypatch):
    """Never a reference to nothing: they wait for the sweep and are asked for the file anew."""
    stored = services.store(sent(a_pdf()), by=somebody)
    aged(stored)
    found, started = [], threading.Event()

    def attach() -> None:
        with transaction.atomic():
            started.set()
            found.append(to_attach(somebody, [stored.pk]))

    with transaction.atomic():
        assert sweep_unreferenced() == 1
        thread = elsewhere(attach)
        assert started.wait(20)
    thread.join()
    assert found == [{}]
    assert not is_here(stored)


def test_two_sweeps_at_once_remove_each_file_once(somebody):
    aged(*(services.store(sent(a_pdf(str(n)), f"{n}.pdf"), by=somebody) for n in range(20)))
    gone, start = [], threading.Barrier(2)

    def sweep() -> None:
        start.wait(20)
        gone.append(sweep_unreferenced())

    for thread in [elsewhere(sweep), elsewhere(sweep)]:
        thread.join()
    assert sum(gone) == 20
    assert not StoredFile.objects.exists()


def test_a_draft_that_names_a_file_holds_it_from_that_moment(somebody, committed):
    """Named in JSON by a transaction still open: its row is held by the database itself."""
    draft = drafts.start_draft("bundle", "newborn", by=somebody)
    stored = services.store(sent(a_png(), "甲.png"), by=somebody)
    aged(stored)
    holding, go_on = threading.Event(), threading.Event()

    def name_it() -> None:
        with transaction.atomic():
            row = Application.objects.select_for_update(of=("self",)).get(pk=draft.pk)
            row.draft["offers"] = {"住院收费票据": {"mode": "upload", "upload_id": str(stored.pk)}}
            row.save(update_fields=["draft"])
            holding.set()
            assert go_on.wait(20)

    thread = elsewhere(name_it)
    assert holding.wait(20)
    assert sweep_unreferenced() == 0
    go_on.set()
    thread.join()
    assert sweep_unreferenced() == 0
    assert is_here(stored)
