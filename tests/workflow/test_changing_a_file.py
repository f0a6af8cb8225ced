"""A file in a box of the form is replaced during handling: who uses it looks anew, the old one stays (I-112)."""

import json
import re
from datetime import timedelta
from html import unescape
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bundles.selectors import forget_offers
from common.crypto import decrypt_values
from common.errors import Refused, WrongState
from files.models import StoredFile
from files.services import sweep_unreferenced
from tests.factories import drafts as with_draft
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.files import a_pdf, a_stored_file
from workflow import selectors, services
from workflow.models import Application, FormerAnswers, FormerFile, NamedFile, Reading
from workflow.selectors.holdings import holdings_of
from workflow.services import drafts
from workflow.states import ReviewStatus


@pytest.fixture
def on_offer(cast):
    """The view of the shop is a file that the market office alone uses."""
    definition = shop.corner_shop()
    box = {"key": "view", "label": "店面实景", "type": "file", "required": False, "used_by": ["cs-licence"]}
    definition["form"][0]["fields"].append(box)
    shop.published(**definition)
    yield
    forget_offers()


@pytest.fixture
def first(cast):
    return at.upload(cast.li)


@pytest.fixture
def filed(on_offer, cast, first, clock):
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, answers={"view": str(first.pk)})
    shop.complete(cast, application, *shop.UPLOADS)
    return at.now(application)


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def said(application) -> dict:
    return decrypt_values(at.now(application).answers)


def page_of(application) -> str:
    return reverse("workflow:change_facts", args=[application.reference])


def file_of(application, stored) -> str:
    return reverse("workflow:answer_file", args=[application.reference, stored.pk])


def another(by):
    """A file with other content: the same bytes again would be the same file."""
    return a_stored_file(by=by, name="新的.pdf", content=a_pdf("another view"))


def replaced(cast, application):
    new = another(cast.li)
    services.change_facts(application.pk, by=cast.li, answers={"view": str(new.pk)})
    return new


def test_who_uses_the_file_begins_anew_and_the_others_keep(cast, clock, filed):
    """I-112: the market office looks at the new picture; the fire brigade has none to look at."""
    for code in ("cs-licence", "cs-fire"):
        services.claim(at.review_of(filed, code).pk, by=shop.officer(cast, code))
    clock.set("2026-11-25 09:00")
    new = replaced(cast, filed)
    licence, fire = at.review_of(filed, "cs-licence"), at.review_of(filed, "cs-fire")
    assert (licence.status, licence.round, licence.claimed_by) == (ReviewStatus.ASSIGNED, 1, None)
    assert (fire.status, fire.round) == (ReviewStatus.IN_PROGRESS, 0)
    assert said(filed)["view"] == str(new.pk)


def test_the_replaced_file_stays_in_the_history_and_is_told(cast, filed, first):
    """I-112: what a department has seen can be shown again."""
    new = replaced(cast, filed)
    versions = selectors.filed_answers(at.now(filed))["view"]
    assert [one.file.pk for one in versions] == [new.pk, first.pk]
    assert [one.replaced_at is None for one in versions] == [True, False]
    assert json.loads(FormerAnswers.objects.get().said) == {"view": str(first.pk)}
    assert at.told(filed, "FactsChanged")[0]["labels"] == ["店面实景"]


def test_a_decision_that_rests_on_the_file_stands_in_the_way(cast, filed, first):
    """I-112."""
    at.approve(cast, filed, "cs-licence")
    with pytest.raises(WrongState, match="已经有了决定"):
        replaced(cast, filed)
    assert said(filed)["view"] == str(first.pk)


def test_only_a_file_of_one_s_own_is_taken(cast, filed, first):
    theirs = at.upload(cast.wang)
    for file_id in (str(theirs.pk), "00000000-0000-0000-0000-000000000000", "picture.pdf"):
        with pytest.raises(Refused) as refused:
            services.change_facts(filed.pk, by=cast.li, answers={"view": file_id})
        assert refused.value.fields == {"view": ["没有找到这个文件，请重新选一次"]}
    assert said(filed)["view"] == str(first.pk)


# Whose file it is, at submission


def refused_for_the_view(submit) -> None:
    with pytest.raises(Refused) as refused:
        submit()
    assert refused.value.fields == {"view": ["没有找到这个文件，请重新选一次"]}


@pytest.mark.parametrize("named", ["somebody else's", "00000000-0000-0000-0000-000000000000", "picture.pdf"])
def test_nobody_files_what_they_have_not_brought(on_offer, cast, named):
    """A box holds a file that was brought, never one whose id was known: it could be read from the box."""
    theirs = at.upload(cast.wang)
    view = str(theirs.pk) if named == "somebody else's" else named
    refused_for_the_view(lambda: shop.filed(cast.li, answers={"view": view}))
    assert not Application.objects.exists()


def test_nor_over_the_api(on_offer, cast):
    theirs = at.upload(cast.wang)
    filing = shop.filing(cast.li)
    offers = [
        {"name": one.name, "mode": one.mode, "upload_id": str(one.upload_id) if one.upload_id else None}
        for one in filing.materials
    ]
    sent = {"bundle": "corner-shop", "materials": offers}
    client = people.api(cast.li)
    for file_id, status in ((theirs.pk, 422), (at.upload(cast.li).pk, 201)):
        said = {**filing.answers, "view": str(file_id)}
        answer = client.post(
            "/api/v1/applications/",
            {**sent, "answers": said},
            format="json",
            headers={"Idempotency-Key": f"view-{file_id}"},
        )
        assert answer.status_code == status, answer.json()
        if status == 422:
            assert answer.json()["fields"] == {"view": ["没有找到这个文件，请重新选一次"]}


def test_nor_by_way_of_a_draft(on_offer, cast):
    theirs, ours = at.upload(cast.wang), at.upload(cast.li)
    draft = drafts.draft_of(drafts.start_draft("bundle", "corner-shop", by=cast.li).pk, by=cast.li)
    said = shop.answers(view=str(theirs.pk))
    drafts.save_answers(draft.pk, by=cast.li, typed=said, delivery=with_draft.ELECTRONIC)
    drafts.offer_papers(draft.pk, by=cast.li, offers=shop.filing(cast.li).materials)
    drafts.sign_promises(draft.pk, by=cast.li, names=[shop.HYGIENE])
    refused_for_the_view(lambda: with_draft.sent(draft, cast.li))
    drafts.save_answers(draft.pk, by=cast.li, typed={"view": str(ours.pk)})
    application = with_draft.sent(draft, cast.li)
    assert selectors.filed_answers(application)["view"][0].file == ours


# What was replaced is kept


@pytest.fixture
def long_after(settings):
    """Every file as old as the nightly sweep asks, and the sweep."""

    def sweep() -> None:
        long_ago = timezone.now() - timedelta(days=settings.UNREFERENCED_FILE_DAYS + 1)
        StoredFile.objects.update(created_at=long_ago)
        sweep_unreferenced()

    return sweep


def test_the_replaced_file_outlives_the_nightly_sweep(cast, filed, first, long_after):
    """I-112: its id stands encrypted in the former answers; a row of its own holds it."""
    idle = another(cast.wang)
    new = replaced(cast, filed)
    long_after()
    versions = selectors.filed_answers(at.now(filed))["view"]
    assert [one.file.pk for one in versions] == [new.pk, first.pk]
    assert status_of(shop.officer(cast, "cs-licence"), filed, first) == 200
    assert not StoredFile.objects.filter(pk=idle.pk).exists(), "and yet the sweep has been"


def test_files_in_boxes_go_along_when_everything_is_taken(cast, filed, first):
    """Those that were replaced too, and what lies in a draft; never a file of somebody else's that a draft names."""
    new = replaced(cast, filed)
    draft = drafts.start_draft("bundle", "corner-shop", by=cast.li)
    waiting, theirs = at.upload(cast.li), at.upload(cast.wang)
    for view in (theirs, waiting):
        drafts.save_answers(draft.pk, by=cast.li, typed=shop.answers(view=str(view.pk)))
    stranger = drafts.start_draft("bundle", "corner-shop", by=cast.li)
    drafts.save_answers(stranger.pk, by=cast.li, typed=shop.answers(view=str(theirs.pk)))
    held = {one.values["reference"] or str(number): one for number, one in enumerate(holdings_of(cast.li))}
    taken = {stored.pk for one in held.values() for stored in one.files.values()}
    assert {first.pk, new.pk, waiting.pk} <= taken
    assert theirs.pk not in taken
    boxes = held[filed.reference].values["boxes"]
    assert [(one["box"], one["replaced_at"] is None) for one in boxes] == [
        ("店面实景", True),
        ("店面实景", False),
    ]
    assert {one["file"] for one in boxes} <= held[filed.reference].files.keys()


def test_what_was_replaced_before_such_rows_is_caught_up_with(cast, filed, first, long_after):
    """I-112."""
    replaced(cast, filed)
    FormerFile.objects.all().delete()
    caught_up = import_module("workflow.migrations.0018_former_files_kept_before").catch_up
    for _again in range(2):
        caught_up(apps, SimpleNamespace(connection=connection))
    assert [one.file for one in FormerFile.objects.all()] == [first]
    long_after()
    assert StoredFile.objects.filter(pk=first.pk).exists()


def test_what_applications_named_before_the_triggers_is_caught_up_with_in_ranges(
    cast, filed, first, monkeypatch
):
    """A range of ids to a statement, each a transaction of its own: nobody waits for all of them."""
    migration = import_module("workflow.migrations.0016_files_named_before")
    assert migration.Migration.atomic is False
    monkeypatch.setattr(migration, "AT_ONCE", 1)
    other = shop.filed(cast.li, answers={"view": str(another(cast.li).pk)})
    named = set(NamedFile.objects.values_list("application_id", "file_id"))
    assert {pk for pk, _file in named} == {filed.pk, other.pk}
    NamedFile.objects.all().delete()
    for _again in range(2):
        migration.catch_up(apps, SimpleNamespace(connection=connection))
    assert set(NamedFile.objects.values_list("application_id", "file_id")) == named


def test_the_migration_that_sets_the_triggers_reads_no_application():
    """While triggers are made nobody writes an application; so nothing long is in that transaction."""
    migration = import_module("workflow.migrations.0013_files_named_in_json").Migration
    sql = " ".join(one.sql for one in migration.operations if hasattr(one, "sql"))
    assert "CREATE TRIGGER" in sql
    assert "FROM workflow_application" not in sql


# On the page


def test_on_the_page_it_is_chosen_seen_and_confirmed(cast, filed, first):
    li = browser_of(cast.li)
    page = text(li.get(page_of(filed)))
    assert 'type="file"' in page
    assert f'href="{file_of(filed, first)}"' in page
    kept = {key: value for key, value in shop.answers().items() if isinstance(value, str)}
    sent = {**kept, "staff.0.name": "孙店员", "staff.0.id_number": shop.CLERK_ID, "view": a_picture()}
    confirm = li.post(page_of(filed), sent)
    assert "new-view.pdf" in text(confirm)
    assert said(filed)["view"] == str(first.pk), "nothing has changed before it is confirmed"
    again = dict(
        re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', confirm.content.decode())
    )
    done = li.post(page_of(filed), {**again, "confirmed": "1"})
    assert done.status_code == 302
    assert said(filed)["view"] == again["view"] != str(first.pk)
    assert at.review_of(filed, "cs-licence").round == 1


def a_picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("new-view.pdf", a_pdf(), content_type="application/pdf")


def test_a_file_that_was_chosen_is_not_lost_with_an_error_beside_it(cast, filed):
    """Nothing typed is lost: the file waits on the page while the name is mended."""
    page = text(browser_of(cast.li).post(page_of(filed), {"shop_name": "", "view": a_picture()}))
    assert re.search(r'<input type="hidden" name="view" value="[0-9a-f-]{36}">', page)
    assert "new-view.pdf" in page


def test_a_page_sent_without_a_file_keeps_the_one_there(cast, filed, first):
    kept = {key: value for key, value in shop.answers().items() if isinstance(value, str)}
    rows = {"staff.0.name": "孙店员", "staff.0.id_number": shop.CLERK_ID}
    browser_of(cast.li).post(page_of(filed), {**kept, **rows, "confirmed": "1", "shop_name": "云下便利店"})
    assert said(filed)["shop_name"] == "云下便利店"
    assert said(filed)["view"] == str(first.pk)


def test_what_is_no_paper_is_refused_beside_the_box(cast, filed):
    wrong = SimpleUploadedFile("view.exe", b"MZ\x90\x00" * 100)
    answer = browser_of(cast.li).post(page_of(filed), {"shop_name": "云上便利店", "view": wrong})
    assert answer.status_code == 422
    assert 'href="#id_view"' in text(answer)


# A box that the change itself brings


@pytest.fixture
def with_a_later_box(cast):
    """Only a shop called 有图便利店 must show its view."""
    definition = shop.corner_shop()
    box = {"key": "view", "label": "店面实景", "type": "file", "visible_when": "shop_name == '有图便利店'"}
    definition["form"][0]["fields"].append(box)
    shop.published(**definition)
    yield
    forget_offers()


def test_a_file_box_that_appears_with_the_change_can_be_filled(cast, with_a_later_box, clock):
    """I-112: what is typed decides which boxes there are, and then the files that came are taken."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    li = browser_of(cast.li)
    kept = {key: value for key, value in shop.answers().items() if isinstance(value, str)}
    rows = {"staff.0.name": "孙店员", "staff.0.id_number": shop.CLERK_ID}
    typed = {**kept, **rows, "shop_name": "有图便利店"}
    asked = li.post(page_of(application), typed)
    assert asked.status_code == 422
    assert 'name="view"' in asked.content.decode()
    confirm = li.post(page_of(application), {**typed, "view": a_picture()})
    assert "new-view.pdf" in text(confirm)
    again = dict(
        re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', confirm.content.decode())
    )
    assert li.post(page_of(application), {**again, "confirmed": "1"}).status_code == 302
    [view] = selectors.filed_answers(at.now(application))["view"]
    assert (view.file.name, said(application)["shop_name"]) == ("new-view.pdf", "有图便利店")


# Who reads it


def test_the_department_reads_both_versions_and_the_look_is_noted(cast, filed, first):
    new = replaced(cast, filed)
    officer = shop.officer(cast, "cs-licence")
    page = text(
        browser_of(officer).get(reverse("workflow:review", args=[at.review_of(filed, "cs-licence").pk]))
    )
    assert file_of(filed, new) in page
    assert file_of(filed, first) in page
    assert "被替换" in page
    for stored in (new, first):
        assert status_of(officer, filed, stored) == 200
    assert Reading.objects.filter(account=officer, name="店面实景").count() == 2


def test_nobody_else_reads_it(cast, filed, first):
    new = replaced(cast, filed)
    assert status_of(cast.li, filed, first) == 200
    for account in (shop.officer(cast, "cs-fire"), cast.wang):
        for stored in (new, first):
            assert status_of(account, filed, stored) == 404
    other = a_stored_file(by=cast.li, content=a_pdf("of nothing here"))
    assert status_of(cast.li, filed, other) == 404


def status_of(account, application, stored) -> int:
    """Read to its end, so that nothing stays open."""
    answer = browser_of(account).get(file_of(application, stored))
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def test_over_the_api(cast, filed):
    new = another(cast.li)
    client = people.api(cast.li)
    address = f"/api/v1/applications/{filed.reference}/change_facts/"
    assert client.post(address, {"answers": {"view": str(new.pk)}}, format="json").status_code == 200
    assert said(filed)["view"] == str(new.pk)
    theirs = at.upload(cast.wang)
    wrong = client.post(address, {"answers": {"view": str(theirs.pk)}}, format="json")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["view"])
