"""Who may come into the admin, what they see there, and what nobody sees."""

import gettext
import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories.admin import administrator, catalogue_editor, logged_in, page

pytestmark = pytest.mark.django_db

WORDS = Path(__file__).parents[2] / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES"

LISTS = sorted(f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry)
THE_EDITORS = {
    "bundles_bundle",
    "bundles_bundleversion",
    "identity_department",
    "identity_region",
    "licences_licencetype",
    "matters_calendarday",
    "matters_calendaryear",
    "matters_matter",
    "matters_place",
}
#: What happened is read and never typed, by nobody.
READ_ONLY = {
    "admin_logentry",
    "bundles_bundleversion",
    "events_delivery",
    "events_eventrecord",
    "exchange_calllog",
    "hotline_classifierversion",
    "hotline_lexiconversion",
    "licences_document",
    "licences_licencetype",
    "licences_seal",
    "matters_calendaryear",
    "notifications_message",
    "workflow_application",
}


@pytest.mark.parametrize("name", LISTS)
def test_an_editor_opens_the_catalogue_and_nothing_else(name):
    answer = logged_in(catalogue_editor()).get(page(name))

    assert answer.status_code == (200 if name in THE_EDITORS else 403)


@pytest.mark.parametrize("name", LISTS)
def test_an_administrator_opens_every_list(name):
    assert logged_in(administrator()).get(page(name)).status_code == 200


@pytest.mark.parametrize("name", sorted(READ_ONLY))
def test_not_even_an_administrator_adds_to_what_is_only_read(name):
    assert logged_in(administrator()).get(page(name, "add")).status_code == 403


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_nothing_that_moves_by_itself_can_be_changed_by_hand(model, rf):
    request = rf.get("/")
    request.user = administrator()
    editable = admin.site._registry[model].has_change_permission(request)

    name = f"{model._meta.app_label}_{model._meta.model_name}"
    assert editable is (name not in READ_ONLY)
    assert not (editable and any(field.name in {"status", "state"} for field in model._meta.fields))


@pytest.mark.parametrize("who", ["li", "window1", "exit1", "boss"])
def test_citizens_and_clerks_are_turned_away(cast, who):
    browser = logged_in(getattr(cast, who))

    answer = browser.get("/admin/", follow=True)

    assert answer.status_code == 403
    assert browser.get(page("matters_matter"), follow=True).status_code == 403


def test_a_clerk_with_the_tick_and_without_the_post_sees_an_empty_admin(cast):
    cast.window1.is_staff = True
    cast.window1.save(update_fields=["is_staff"])
    browser = logged_in(cast.window1)

    assert browser.get("/admin/").status_code == 200
    assert {browser.get(page(name)).status_code for name in LISTS} == {403}


def test_an_editor_whose_post_is_over_edits_nothing(clock):
    editor = catalogue_editor(until=date(2026, 3, 31))
    clock.set("2026-04-01 09:00")

    assert logged_in(editor).get(page("matters_matter")).status_code == 403


def test_who_is_not_logged_in_is_asked_to_at_the_one_door_for_all(client):
    answer = client.get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0] == f"{reverse('identity:login')}?next=/admin/"


def test_no_list_searches_by_anything_of_a_person():
    searched = {field for page_of in admin.site._registry.values() for field in page_of.search_fields}

    assert not [field for field in searched if re.search("person|id_number|mobile|holder|applicant", field)]


@pytest.mark.parametrize("hidden", ["identity.Person", "identity.Organisation", "identity.Authorisation",
                                    "files.StoredFile", "licences.Licence", "exchange.IdempotencyKey"])  # fmt: skip
def test_persons_and_what_they_sent_in_are_not_in_the_admin(hidden):
    assert hidden not in {model._meta.label for model in admin.site._registry}


@pytest.mark.parametrize(
    "name", [*sorted(THE_EDITORS), "identity_account", "identity_post", "matters_mandate"]
)
def test_a_list_costs_the_same_however_long_it_is(name, statements):
    browser = logged_in(administrator())
    browser.get(page(name))

    with statements(at_most=10):
        browser.get(page(name))


@pytest.mark.parametrize("name", LISTS)
def test_the_admin_speaks_chinese(name):
    text = logged_in(administrator()).get(page(name)).content.decode()

    words = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>|&\w+;", " ", text, flags=re.DOTALL)
    english = re.findall(
        r"\b(?:Select|Search|Type to|Filters?|Run|Add|Results?|total|Dark|Light|Log out)\b", words
    )
    assert english == []


def test_the_compiled_words_are_those_written():
    with (WORDS / "django.mo").open("rb") as compiled:
        known = gettext.GNUTranslations(compiled)
    written = re.findall(
        r'^msgid "(.+)"\nmsgstr "(.+)"$', (WORDS / "django.po").read_text(), flags=re.MULTILINE
    )

    assert len(written) > 40
    for words, chinese in written:
        assert known.gettext(words.replace('\\"', '"')) == chinese.replace('\\"', '"'), (
            "run msgfmt, see django.po"
        )
