"""In which language a page speaks, who chose it, and what never leaves Chinese."""

from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hotline.urls import desk_paths, figure_paths, oversight_paths
from licences.models import Document
from portal import languages, wording
from portal.languages import CHINESE_ONLY, listed, local, local_text
from portal.management.commands.translations import _faults
from tests.factories import workflow as at
from tests.factories.workflow import a_filing
from workflow import services

CONTENT = "Content-Language"


@pytest.fixture
def visitor(db) -> Client:
    return Client()


def chosen(visitor: Client, language: str, there: str = "/") -> Client:
    visitor.post(reverse("language"), {"language": language, "next": there})
    return visitor


# Who chooses


def test_a_browser_in_another_language_is_answered_in_chinese(visitor):
    """Nobody is surprised by what a phone says of itself (decision 15)."""
    answer = visitor.get("/", headers={"Accept-Language": "en-GB,ru;q=0.8"})
    assert answer.headers[CONTENT] == "zh-hans"
    assert "您想办什么事？" in answer.content.decode()


def test_the_choice_stays_and_leads_back_to_the_same_page(visitor):
    answer = visitor.post(reverse("language"), {"language": "en", "next": "/search/?q=退休"})
    assert (answer.status_code, unquote(answer.url)) == (302, "/search/?q=退休")
    assert visitor.cookies["language"]["max-age"] >= 365 * 24 * 3600
    assert visitor.cookies["language"]["httponly"]
    assert visitor.get("/").headers[CONTENT] == "en"


def test_the_choice_leads_nowhere_else(visitor):
    answer = visitor.post(reverse("language"), {"language": "en", "next": "https://example.org/"})
    assert answer.url == "/"


def test_a_link_cannot_change_somebodys_language(visitor):
    assert visitor.get(reverse("language"), {"language": "ru"}).status_code == 405


@pytest.mark.parametrize("nonsense", ["fr", "zh-hant", "../../etc", ""])
def test_a_language_we_do_not_speak_is_chinese(visitor, nonsense):
    visitor.cookies["language"] = nonsense
    assert visitor.get("/").headers[CONTENT] == "zh-hans"


def test_a_cache_keeps_the_languages_apart(visitor):
    assert "Cookie" in visitor.get("/").headers["Vary"]


def test_each_other_language_is_offered_in_its_own_words(visitor):
    page = chosen(visitor, "ru").get("/").content.decode()
    assert 'lang="zh-Hans">简体中文</button>' in page
    assert 'lang="en">English</button>' in page
    assert "Русский" not in page


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/counter/", "/office/", "/api/v1/bundles/", "/hotline/desk/"]
)
def test_those_who_work_here_and_machines_are_answered_in_chinese(visitor, path):
    assert chosen(visitor, "en").get(path).headers[CONTENT] == "zh-hans"


@pytest.mark.parametrize("part", [*desk_paths, *oversight_paths, *figure_paths], ids=lambda part: part.name)
def test_every_page_of_the_hotline_s_own_people_is_among_them(part):
    assert f"/hotline/{part.pattern}".startswith(CHINESE_ONLY)


# What is said


def test_dates_are_written_as_each_language_writes_them(visitor):
    from datetime import date

    from django.template import engines

    page = engines["django"].from_string('{{ day|date:"DATE_FORMAT" }} {{ day|date:"MONTH_DAY_FORMAT" }}')
    said = {}
    for language in ("zh-hans", "en", "ru"):
        with translation.override(language):
            said[language] = page.render({"day": date(2026, 3, 2)})
    assert said == {
        "zh-hans": "2026年3月2日 3月2日",
        "en": "2 March 2026 2 March",
        "ru": "2 марта 2026 г. 2 марта",
    }


def test_names_of_the_catalogue_follow_the_page():
    with translation.override("en"):
        assert local("新生儿出生一件事") == "A newborn child (one-stop)"
        assert listed(["母亲", "父亲"]) == "Mother, Father"
    with translation.override("zh-hans"):
        assert listed(["母亲", "父亲"]) == "母亲、父亲"


def test_what_nobody_translated_stays_chinese_and_says_so():
    with translation.override("ru"):
        assert local("一句没有译过的<话>") == '<span lang="zh-Hans">一句没有译过的&lt;话&gt;</span>'
        assert local_text("一句没有译过的<话>") == "一句没有译过的<话>"
    with translation.override("zh-hans"):
        assert local("一句没有译过的话") == "一句没有译过的话"


def test_nothing_is_nothing_in_every_language():
    """gettext("") would be the header of the file."""
    with translation.override("en"):
        assert (local(""), local(None), listed(None)) == ("", "", "")


# What is written down


def test_what_is_filed_from_an_english_page_is_filed_in_chinese(cast):
    chinese = titles(services.submit(a_filing(cast.li), by=cast.li))
    with translation.override("en"):
        english = services.submit(a_filing(cast.li), by=cast.li)
    assert titles(english) == chinese
    assert not any(word.isascii() for word in titles(english))


def titles(application) -> list[str]:
    found = Document.objects.filter(subject=application.subject)
    return sorted(
        [*found.values_list("title", flat=True), *application.reviews.values_list("name", flat=True)]
    )


def test_what_a_register_answered_is_kept_in_chinese(cast, settings):
    settings.EXCHANGE_OUTAGES = ["shared_registers"]
    with translation.override("en"):
        application = at.filed(cast.li)
    notes = set(application.materials.exclude(note="").values_list("note", flat=True))
    assert all(languages.CHINESE_SIGN.search(note) for note in notes)


# What is checked


def test_every_word_of_the_applicants_path_is_translated():
    """As `make check` says it: nothing missing, nothing stale, compiled."""
    said = StringIO()
    call_command("translations", "--check", stdout=said)
    assert "complete" in said.getvalue()


def test_a_missing_word_is_named(monkeypatch):
    new = wording.Message("一句新写的话")
    monkeypatch.setattr(wording, "interface", lambda: {new: ["templates/portal/home.html"]})
    with pytest.raises(CommandError, match="not in the file: 一句新写的话"):
        call_command("translations", "--check")


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ("", "not translated"),
        ("by day", "other placeholders than the original's"),
        ("by %(day)s 前", "Chinese left in the translation"),
    ],
)
def test_a_bad_translation_is_refused(told, fault):
    import polib

    assert fault in list(_faults(polib.POEntry(msgid="%(day)s前", msgstr=told)))


def test_words_are_found_in_templates_code_and_statuses():
    words = {message.words for message in wording.interface()}
    assert {"您想办什么事？", "%(n)s 个部门同时办", "请填写数字", "待补正"} <= words
    assert "综窗工作台" not in words
