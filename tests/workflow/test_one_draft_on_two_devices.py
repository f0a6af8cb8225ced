"""A phone and a computer on one draft: resumed anywhere, saved by itself, and no text lost to the other."""

import re

import pytest

from bundles.selectors import forget_offers
from bundles.services import begin_draft, publish, save_draft
from tests.factories import drafts as with_draft
from tests.workflow.test_applicant_pages import as_typed, browser_of, summary, text, url
from workflow.models import Application
from workflow.rules.merging import as_shown
from workflow.services import drafts


@pytest.fixture
def draft(cast):
    return with_draft.filled(cast.li)


@pytest.fixture
def phone(cast):
    return browser_of(cast.li)


@pytest.fixture
def computer(cast):
    return browser_of(cast.li)


def opened(client, draft) -> dict[str, object]:
    """What the form's page would send, as it was drawn for this device."""
    page = client.get(url("form", draft.pk))
    typed = as_typed({**page.context["draft"].typed, **page.context["draft"].delivery_answers})
    return typed | {"seen": re.search(r'name="seen" value="([^"]+)"', page.content.decode())[1]}


def saved_itself(client, draft, typed) -> dict:
    answer = client.post(url("form", draft.pk), typed | {"autosave": "1"})
    assert answer.status_code == 200
    return answer.json()


def kept(cast, draft) -> dict:
    return dict(drafts.draft_of(draft.pk, by=cast.li).typed)


# Resumed elsewhere


def test_what_was_typed_on_the_phone_is_there_on_the_computer(cast, draft, phone, computer):
    phone.post(url("form", draft.pk), opened(phone, draft) | {"baby_name": "李安", "later": "1"})
    assert 'value="李安"' in text(computer.get(url("form", draft.pk)))


def test_the_form_saves_itself_and_says_when(cast, draft, phone):
    said = saved_itself(phone, draft, opened(phone, draft) | {"baby_name": "李安"})
    assert re.fullmatch(r"已自动保存 \d\d:\d\d", said["words"])
    assert kept(cast, draft)["baby_name"] == "李安"


def test_half_an_id_number_is_kept_as_it_was_typed_and_encrypted(cast, draft, phone):
    saved_itself(phone, draft, opened(phone, draft) | {"mother_id": "42010119"})
    assert kept(cast, draft)["mother_id"] == "42010119"
    assert "42010119" not in str(Application.objects.get(pk=draft.pk).draft)


def test_saving_by_itself_says_nothing_of_errors_and_costs_little(draft, phone, statements):
    typed = opened(phone, draft)
    with statements(at_most=15):
        assert saved_itself(phone, draft, typed | {"baby_name": ""})["unsettled"] == 0


def test_where_nothing_was_typed_nothing_is_written(draft, phone, statements):
    typed = opened(phone, draft)
    with statements(at_most=8) as sent:
        saved_itself(phone, draft, typed)
    assert not any(sql.startswith("UPDATE") for sql in sent)


# Changed on both


def test_boxes_changed_on_different_devices_are_all_kept(cast, draft, phone, computer):
    on_phone, on_computer = opened(phone, draft), opened(computer, draft)
    saved_itself(phone, draft, on_phone | {"baby_name": "李安"})
    saved_itself(computer, draft, on_computer | {"birth_weight_g": "3333"})
    assert (kept(cast, draft)["baby_name"], kept(cast, draft)["birth_weight_g"]) == ("李安", 3333)


def test_a_page_left_open_does_not_bring_old_text_back(cast, draft, phone, computer):
    old = opened(computer, draft)
    saved_itself(phone, draft, opened(phone, draft) | {"baby_name": "李安"})
    answer = computer.post(url("form", draft.pk), old)
    assert answer.status_code == 302
    assert kept(cast, draft)["baby_name"] == "李安"


def test_one_box_changed_on_both_waits_until_the_person_has_chosen(cast, draft, phone, computer):
    on_phone, on_computer = opened(phone, draft), opened(computer, draft)
    saved_itself(phone, draft, on_phone | {"baby_name": "李安"})
    said = saved_itself(computer, draft, on_computer | {"baby_name": "李宁"})
    assert said["unsettled"] == 1
    assert kept(cast, draft)["baby_name"] == "李安"
    asked = text(phone.get(url("settle", draft.pk)))
    assert "李安" in asked
    assert "李宁" in asked
    unsure = phone.post(url("settle", draft.pk), {})
    assert summary(unsure) == [("id_settle-baby_name", "请选择留哪一个")]
    assert 'id="id_settle-baby_name"' in text(unsure)


@pytest.mark.parametrize(("choice", "name"), [("kept", "李安"), ("other", "李宁")])
def test_the_text_that_was_chosen_stands(cast, draft, phone, computer, choice, name):
    on_computer = opened(computer, draft)
    saved_itself(phone, draft, opened(phone, draft) | {"baby_name": "李安"})
    saved_itself(computer, draft, on_computer | {"baby_name": "李宁"})
    rival = drafts.draft_of(draft.pk, by=cast.li).unsettled["baby_name"][0]
    page = rival.page if choice == "other" else ""
    answer = phone.post(url("settle", draft.pk), {"settle.baby_name": page})
    assert answer.headers["Location"] == url("form", draft.pk)
    assert kept(cast, draft)["baby_name"] == name
    assert not drafts.draft_of(draft.pk, by=cast.li).unsettled


def test_who_goes_on_typing_in_a_box_in_dispute_overwrites_only_their_own(cast, draft, phone, computer):
    on_computer = opened(computer, draft)
    saved_itself(phone, draft, opened(phone, draft) | {"baby_name": "李安"})
    said = saved_itself(computer, draft, on_computer | {"baby_name": "李"})
    saved_itself(computer, draft, on_computer | {"baby_name": "李宁", "seen": said["seen"]})
    (rival,) = drafts.draft_of(draft.pk, by=cast.li).unsettled["baby_name"]
    assert (kept(cast, draft)["baby_name"], rival.value) == ("李安", "李宁")


def test_what_waits_is_encrypted_and_keeps_the_draft_from_being_sent(cast, computer, phone):
    draft = with_draft.ready(cast.li)
    on_computer = opened(computer, draft)
    saved_itself(phone, draft, opened(phone, draft) | {"mother_id": "420101"})
    sent = computer.post(url("form", draft.pk), on_computer | {"mother_id": "420102"})
    assert sent.headers["Location"] == url("settle", draft.pk)
    assert "420102" not in str(Application.objects.get(pk=draft.pk).draft)
    assert not drafts.draft_of(draft.pk, by=cast.li).is_ready
    assert "两边填的不一样" in text(phone.get(url("tasks", draft.pk)))
    assert phone.post(url("check", draft.pk), {"declared": "true"}).headers["Location"] == url(
        "tasks", draft.pk
    )


def test_how_the_results_arrive_is_merged_like_every_other_box(cast, draft, phone, computer):
    draft = with_draft.filled(cast.li, "social-security-card")
    if draft.delivery.asked:
        pytest.fail("this bundle asks for the delivery itself")
    old = opened(computer, draft)
    saved_itself(phone, draft, opened(phone, draft) | {"delivery.method": "window"})
    saved_itself(computer, draft, old)
    assert drafts.draft_of(draft.pk, by=cast.li).delivery.method == "window"


def test_a_question_answered_differently_on_two_devices_is_asked_again(cast, phone, computer):
    draft = with_draft.begun(cast.li)
    address = url("question", draft.pk, "birth_place")
    seen = [
        re.search(r'name="seen" value="([^"]+)"', client.get(address).content.decode())[1]
        for client in (phone, computer)
    ]
    phone.post(address, {"birth_place": "abroad", "seen": seen[0]})
    answer = computer.post(address, {"birth_place": "local_institution", "seen": seen[1]})
    assert answer.headers["Location"] == url("settle", draft.pk)
    asked = text(computer.get(url("settle", draft.pk)))
    assert "孩子是在哪里出生的" in asked


def test_a_made_up_word_about_what_was_seen_counts_for_nothing(cast, draft, phone):
    typed = opened(phone, draft) | {"seen": "made:up", "baby_name": "李安"}
    assert phone.post(url("form", draft.pk), typed).status_code == 302
    assert kept(cast, draft)["baby_name"] == "李安"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (420.0, "420"),
        (True, "true"),
        ("a\nb ", "a\r\nb"),
        (None, ""),
        ([{"name": "李", "n": 2}], [{"name": "李", "n": "2"}, {"name": ""}]),
        (["a", "b"], ("a", "b")),
    ],
)
def test_an_answer_is_the_same_however_its_box_shows_it(one, other):
    assert as_shown(one) == as_shown(other)


def test_a_box_that_appeared_on_the_other_device_is_not_emptied_by_an_older_page(
    cast, draft, phone, computer
):
    """The page that was drawn without it says nothing about it."""
    drafts.save_answers(draft.pk, by=cast.li, typed={"delivery_method": "pickup", "delivery_address": ""})
    assert 'name="delivery_address"' not in computer.get(url("form", draft.pk)).content.decode()
    old = {key: value for key, value in opened(computer, draft).items() if key != "delivery_address"}
    saved_itself(phone, draft, opened(phone, draft) | {"delivery_method": "mail"})
    saved_itself(phone, draft, opened(phone, draft) | {"delivery_address": "澜江区桥头路8号"})
    saved_itself(computer, draft, old | {"baby_name": "李安"})
    assert kept(cast, draft)["delivery_address"] == "澜江区桥头路8号"
    assert kept(cast, draft)["baby_name"] == "李安"


def test_two_texts_for_a_box_that_nobody_asks_for_any_more_are_forgotten(cast, draft, phone, computer):
    """A new version without the box leaves nothing to choose, and the draft can be handed in."""
    application = Application.objects.get(pk=draft.pk)
    application.draft["unsettled"] = {"asked_last_year": [{"page": "ab", "text": "甲"}]}
    application.save(update_fields=["draft"])
    definition = begin_draft("newborn", by=cast.window1).definition
    definition["summary"] += "（新）"
    publish(save_draft(definition, by=cast.window1), by=cast.window1)
    try:
        assert drafts.draft_of(draft.pk, by=cast.li).unsettled == {}
    finally:
        forget_offers()
