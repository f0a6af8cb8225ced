"""A file in a box of the form is replaced during handling: who uses it looks anew, the old one stays (I-112)."""

import json
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bundles.selectors import forget_offers
from common.crypto import decrypt_values
from common.errors import Refused, WrongState
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.files import a_pdf, a_stored_file
from workflow import selectors, services
from workflow.models import FormerAnswers, Reading
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
