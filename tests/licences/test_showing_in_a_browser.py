"""亮证 with two phones in Chromium: the holder's page notices the look by itself; the stranger's needs no JavaScript."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from identity.models import Department
from licences import services, views
from licences.services import LicenceGrant
from tests.browsers import Chromium, barriers
from tests.factories import identity as people

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 360, "height": 780}}
STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def addresses(monkeypatch) -> list[str]:
    """What the QR codes on the holder's pages say."""
    said: list[str] = []
    draw = views.code_picture
    monkeypatch.setattr(views, "code_picture", lambda address: said.append(address) or draw(address))
    return said


@pytest.fixture
def cookie(site) -> str:
    """李明 with a licence, logged in before the browser starts."""
    cast = people.cast()
    services.issue(
        LicenceGrant(
            type_name="食品经营许可证",
            holder_name="李明",
            holder_person_id=cast.li.person_id,
            issuer_id=Department.objects.get(code="shichang").pk,
            source="test:browser",
        )
    )
    client = Client()
    client.force_login(cast.li)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def browser(cookie, chromium: Chromium) -> Iterator[Browser]:
    """Closed before the site is: its event loop would keep Django from the database."""
    with chromium.lent() as lent:
        yield lent


def holder_of(browser: Browser, site: str, cookie: str, **look) -> Page:
    context = browser.new_context(**PHONE, **look)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    return context.new_page()


def passes(page: Page) -> None:
    """Nothing for axe to say, and nothing sticks out of a phone."""
    found = barriers(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate(STICKS_OUT) <= 0


def test_a_stranger_s_phone_reads_it_once_and_the_holder_sees_so(site, browser, cookie, addresses):
    holder = holder_of(browser, site, cookie)
    holder.goto(f"{site}/my/licences/")
    passes(holder)
    holder.get_by_role("link", name="亮证").click()
    passes(holder)
    holder.get_by_label("持证人").uncheck()
    holder.get_by_role("button", name="生成二维码").click()
    expect(holder.get_by_role("img", name="亮证二维码")).to_be_visible()
    passes(holder)
    stranger = browser.new_context(**PHONE, java_script_enabled=False).new_page()
    address = site + urlsplit(addresses[-1]).path
    stranger.goto(address)
    expect(stranger.get_by_text("食品经营许可证")).to_have_count(0)
    stranger.get_by_role("button", name="查看证照").click()
    expect(stranger.get_by_text("食品经营许可证")).to_be_visible()
    expect(stranger.get_by_text("李")).to_have_count(0)
    expect(holder.get_by_text("看过了")).to_be_visible(timeout=15_000)
    expect(holder.get_by_role("img", name="亮证二维码")).to_have_count(0)
    stranger.goto(address)
    expect(stranger.get_by_text("已经用过了")).to_be_visible()


def test_the_holder_needs_no_javascript_either(site, browser, cookie, addresses):
    holder = holder_of(browser, site, cookie, java_script_enabled=False)
    holder.goto(f"{site}/my/licences/")
    holder.get_by_role("link", name="亮证").click()
    holder.get_by_role("button", name="生成二维码").click()
    holder.get_by_role("link", name="看看对方看过没有").click()
    expect(holder.get_by_text("还没有人看过")).to_be_visible()
    stranger = browser.new_context(**PHONE).new_page()
    stranger.goto(site + urlsplit(addresses[-1]).path)
    passes(stranger)
    stranger.get_by_role("button", name="查看证照").click()
    passes(stranger)
    holder.get_by_role("link", name="看看对方看过没有").click()
    expect(holder.get_by_text("看过了")).to_be_visible()


@pytest.mark.parametrize(
    "address", ["authorisations/", "authorisations/give/", "access/", "data/", "acting/"]
)
def test_the_other_pages_pass_on_a_phone(site, browser, cookie, address):
    page = holder_of(browser, site, cookie)
    page.goto(f"{site}/my/{address}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    passes(page)
