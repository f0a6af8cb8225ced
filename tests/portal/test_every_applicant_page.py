"""Every page of the applicant's path, as it leaves the house: it answers, is light, costs few statements."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client

from tests.factories.pages import VISITORS, every_page

#: Compressed, without pictures: the page itself, and everything it brings along.
HEAVIEST_PAGE, HEAVIEST_WITH_ALL = 30_000, 100_000
#: Statements of a page seen a second time; a page not named here may take the usual number.
USUAL = 14
DEARER = {
    "application": 22, "application to correct": 22, "application with results": 24, "rate": 16, "my": 24,
    "submitted": 22, "withdraw": 22, "correction": 22, "check": 20, "materials": 18, "materials of a newborn": 18,
}  # fmt: skip


@pytest.fixture
def pages(cast) -> dict[str, str]:
    return every_page(cast)


class Reader:
    """李明, logged in; and not, where a page is for those who are not."""

    def __init__(self, account) -> None:
        self.own, self.visiting = Client(), Client()
        self.own.force_login(account)

    def speaks(self, language: str) -> None:
        for client in (self.own, self.visiting):
            client.cookies["language"] = language

    def get(self, name: str, path: str):
        return (self.visiting if name in VISITORS else self.own).get(path)


@pytest.fixture
def li(cast) -> Reader:
    return Reader(cast.li)


def weight(content: bytes) -> int:
    return len(gzip.compress(content))


def brought_along(html: str) -> int:
    """Style sheets, scripts and the mark, compressed one by one, as they are served."""
    found = re.findall(r'(?:href|src)="/static/([^"?]+\.(?:css|js|svg))"', html)
    return sum(weight(Path(find(name)).read_bytes()) for name in set(found))


def test_every_page_answers_light_and_with_few_statements(pages, li, statements):
    wrong = []
    for name, path in pages.items():
        li.get(name, path)
        with statements() as sent:
            answer = li.get(name, path)
        page = weight(answer.content)
        if answer.status_code != 200:
            wrong.append(f"{name} {path}: {answer.status_code}")
        elif len(sent) > DEARER.get(name, USUAL):
            wrong.append(f"{name}: {len(sent)} statements")
        elif page > HEAVIEST_PAGE or page + brought_along(answer.content.decode()) > HEAVIEST_WITH_ALL:
            wrong.append(f"{name}: {page} bytes, {brought_along(answer.content.decode())} with it")
    assert wrong == []


def test_no_page_asks_anybody_else(pages, li):
    """Nothing on a page is fetched from another machine, nor sent to one."""
    asked = re.compile(r'(?:src|action|hx-\w+|data-src)="(?:https?:)?//[^"]*"|<link[^>]+href="(?:https?:)?//')
    wrong = {
        name: found[0]
        for name, path in pages.items()
        if (found := asked.findall(li.get(name, path).content.decode()))
    }
    assert wrong == {}


@pytest.mark.parametrize(("language", "said"), [("en", "en"), ("ru", "ru"), ("zh-hans", "zh-Hans")])
def test_every_page_says_which_language_it_is_in(pages, li, language, said):
    li.speaks(language)
    for name, path in pages.items():
        answer = li.get(name, path)
        assert f'<html lang="{said}"' in answer.content.decode(), name
        assert answer.headers["Content-Language"] == language, name
        assert "Cookie" in answer.headers["Vary"], name
