"""Where one is: the menu marks the section a page belongs to, and staff read their messages at their desk."""

import pytest
from django.test import Client

from notifications.services import send
from tests.factories import drafts as with_draft
from tests.factories import workflow as at
from tests.factories.notifications import notice
from tests.portal.test_home import tree, words


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def marked(response) -> list[str]:
    """What the menu marks as the present section."""
    menu = next(one for one in tree(response).iter("nav") if one.get("class") == "site-nav")
    return [words(one) for one in menu.iter("a") if one.get("aria-current")]


def shell(response) -> str:
    return tree(response).find(".//body").get("class")


@pytest.mark.parametrize("step", ["", "questions/", "plan/", "form/", "materials/", "check/"])
def test_every_page_of_a_draft_belongs_to_getting_things_done(cast, step):
    draft = with_draft.ready(cast.li)
    answer = browser_of(cast.li).get(f"/drafts/{draft.pk}/{step}", follow=True)
    assert marked(answer) == ["办事"]


@pytest.mark.parametrize(
    ("path", "section"),
    [("/", ["首页"]), ("/search/", ["办事"]), ("/bundles/newborn/", ["办事"]), ("/places/", [])],
)
def test_a_guide_is_part_of_it_and_the_home_page_is_the_home_page_alone(db, path, section):
    assert marked(Client().get(path)) == section


def test_an_application_is_part_of_one_s_own_space(cast):
    application = at.filed(cast.li)
    li = browser_of(cast.li)
    assert marked(li.get(f"/applications/{application.reference}/")) == ["我的空间"]
    assert marked(li.get("/my/")) == ["我的空间"]


def test_staff_read_their_messages_at_their_desk(cast):
    for account, desk in (
        (cast.window1, "shell-counter"),
        (cast.reviewer("yibao"), "shell-office"),
        (cast.li, "shell-applicant"),
    ):
        send(notice(account.person, key=f"event:{account.pk}"))
        page = browser_of(account).get("/my/messages/")
        assert shell(page) == desk
        assert "新生儿出生一件事" in words(tree(page).find(".//main"))


def test_a_citizen_finds_back_to_their_space_and_staff_to_their_desk(cast):
    assert "我的空间" in words(tree(browser_of(cast.li).get("/my/messages/")))
    page = words(tree(browser_of(cast.window1).get("/my/messages/")))
    assert "收件" in page
    assert "惠企政策" not in page
