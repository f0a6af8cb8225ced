"""Accounts and posts in the admin: opened for a person, given, ended; numbers are taken in and never shown."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

from common.errors import Refused
from identity.models import Account, Department, Post
from identity.roles import Employer, Permission, Role
from identity.selectors import standing
from identity.services import appoint
from tests.factories.admin import administrator, logged_in, page
from tests.factories.identity import an_id_number

pytestmark = pytest.mark.django_db

PASSWORD = "cong-chuang-2026"


@pytest.fixture
def browser():
    return logged_in(administrator())


def opened(browser, number: str, **changed: str):
    sent = {
        "username": "new_clerk", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true",
        "name": "新来的", "id_number": number, "mobile": "",
    }  # fmt: skip
    return browser.post(page("identity_account", "add"), sent | changed, follow=True)


def posted(browser, account: Account, role: str = "front_clerk", **changed: object):
    centre = Department.objects.get(code="govservice")
    sent = {
        "account": account.pk, "department": centre.pk, "role": role, "employer": "own", "region": "",
        "valid_from": "2026-01-01", "valid_until": "",
    }  # fmt: skip
    return browser.post(page("identity_post", "add"), sent | changed, follow=True)


def test_an_administrator_opens_an_account_for_a_person_and_posts_it(browser):
    opened(browser, an_id_number())
    clerk = Account.objects.get(username="new_clerk")
    posted(browser, clerk)

    assert clerk.check_password(PASSWORD)
    assert clerk.person.name == "新来的"
    assert standing(clerk).may(Permission.RECEIVE)


def test_a_number_that_is_none_is_told_beside_the_field_and_the_form_kept(browser):
    answer = opened(browser, "110101199001011234")

    assert "id_number" in answer.context["adminform"].form.errors
    assert "new_clerk" in answer.content.decode()
    assert not Account.objects.filter(username="new_clerk").exists()


def test_a_number_under_another_name_is_refused(browser, cast):
    answer = opened(browser, cast.li.person.id_number)

    assert "姓名与公民身份号码不一致" in answer.content.decode()


def test_no_page_about_an_account_shows_a_personal_number(browser, cast):
    person = cast.li.person

    shown = browser.get(page("identity_account", "change", cast.li.pk)).content.decode()
    shown += browser.get(page("identity_account")).content.decode()

    assert not [
        said for said in (person.id_number, person.id_tail, person.mobile, person.name) if said in shown
    ]
    assert person.masked_name in shown


def test_an_account_is_found_by_its_user_name_only(browser, cast):
    found = browser.get(page("identity_account"), {"q": "window1"}).context["cl"].result_list
    nobody = browser.get(page("identity_account"), {"q": cast.li.person.name}).context["cl"].result_list

    assert [account.username for account in found] == ["window1"]
    assert list(nobody) == []


def test_an_account_is_closed_by_taking_the_tick_away_and_never_deleted(browser, cast):
    browser.post(
        page("identity_account", "change", cast.window1.pk),
        {"posts-TOTAL_FORMS": 0, "posts-INITIAL_FORMS": 0},
    )

    cast.window1.refresh_from_db()
    assert not cast.window1.is_active
    assert browser.post(page("identity_account", "delete", cast.window1.pk)).status_code == 403


def test_whoever_has_no_person_gets_no_post(browser):
    machine = Account.objects.create(username="a_machine")

    assert "账号没有关联本人" in posted(browser, machine).content.decode()
    assert not machine.posts.exists()


def test_answering_calls_may_be_outsourced_and_handling_may_not_h04(browser):
    """H-04: who pays somebody is said with the post, and the form refuses what may not be."""
    opened(browser, an_id_number())
    clerk = Account.objects.get(username="new_clerk")
    posted(browser, clerk, "call_agent", employer="third_party")
    assert clerk.posts.get().employer == Employer.THIRD_PARTY

    refused = posted(browser, clerk, "reviewer", employer="third_party").content.decode()
    assert "承办、裁定和热线管理岗位只能由本单位人员担任" in refused
    assert clerk.posts.count() == 1
    with pytest.raises(Refused, match="只能由本单位人员担任"):
        appoint(clerk, clerk.posts.get().department, Role.REVIEWER, employer=Employer.THIRD_PARTY)

    post = clerk.posts.get()
    browser.post(page("identity_post", "change", post.pk), {"employer": "own", "valid_until": ""})
    assert Post.objects.get(pk=post.pk).employer == Employer.THIRD_PARTY, "never rewritten"


def test_a_post_is_ended_and_stays_on_record(browser, cast, clock):
    clock.set("2026-06-10 09:00")
    post = cast.window1.posts.get()

    browser.post(page("identity_post", "delete", post.pk), {"post": "yes"})

    post.refresh_from_db()
    assert post.valid_until == date(2026, 6, 9)
    assert not standing(Account.objects.get(pk=cast.window1.pk)).may(Permission.RECEIVE)


def test_a_post_says_for_good_who_where_and_what(browser, cast):
    post = cast.window1.posts.get()

    browser.post(
        page("identity_post", "change", post.pk),
        {"role": "leader", "account": cast.li.pk, "valid_until": "2030-01-01"},
    )

    changed = Post.objects.get(pk=post.pk)
    assert (changed.role, changed.account, changed.valid_until) == (
        "front_clerk",
        cast.window1,
        date(2030, 1, 1),
    )


def test_the_log_of_the_admin_says_who_did_it(browser):
    opened(browser, an_id_number())

    entry = LogEntry.objects.get(object_repr="new_clerk")
    assert entry.user.username == "an_administrator"
    assert "an_administrator" in browser.get(page("admin_logentry")).content.decode()
