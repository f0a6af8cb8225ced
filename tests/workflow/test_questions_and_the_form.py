"""Each answer shows where it leads; what registers know is not asked; the form and the check page lead back."""

import re

import pytest

from tests.factories import drafts as with_draft
from tests.workflow.test_applicant_pages import as_typed, browser_of, summary, text, url
from workflow.models import Application
from workflow.rules import drafting, outlook
from workflow.services import OnBehalfOf, drafts


@pytest.fixture
def li(cast):
    return browser_of(cast.li)


@pytest.fixture
def boss(cast):
    return browser_of(cast.huarong)


def title(answer) -> str:
    return re.search(r"<title>(.*?)</title>", text(answer))[1].strip()


def ticked(answer) -> list[str]:
    return re.findall(r'name="([^"]+)"\s+value="[^"]*"\s+checked', answer.content.decode())


# Where an answer leads


def test_at_each_question_one_sees_matters_papers_and_days_without_javascript(cast, li):
    draft = with_draft.begun(cast.li)
    page = li.get(url("question", draft.pk, "birth_place"))
    assert [branch.label for branch in page.context["branches"]] == [
        choice.label for choice in draft.definition.questions[0].choices
    ]
    here, abroad = page.context["branches"][0].outlook, page.context["branches"][-1].outlook
    assert len(abroad.possible) < len(here.possible)
    assert f"另有 {len(here.possible)} 件待定" in text(page)


def test_choosing_shows_the_plan_and_keeps_nothing_yet(cast, li, statements):
    draft = with_draft.begun(cast.li)
    address = url("question", draft.pk, "birth_place")
    with statements(at_most=4):
        shown = li.post(address, {"birth_place": "local_institution", "preview": "1"})
    branch = li.get(address).context["branches"][0]
    assert shown.context["outlook"] == branch.outlook
    assert f"另有 {len(branch.outlook.possible)} 件看后面的回答" in text(shown)
    assert "<html" not in shown.content.decode()
    assert drafts.draft_of(draft.pk, by=cast.li).typed == {}


def test_half_a_number_while_typing_shows_what_the_kept_answers_lead_to(cast, li):
    draft = with_draft.filled(cast.li)
    shown = li.post(url("question", draft.pk, "baby_age_months"), {"baby_age_months": "1x", "preview": "1"})
    assert shown.context["outlook"].matters == tuple(one.name for one in draft.plan.matters)


def test_what_is_promised_for_an_answer_is_what_the_plan_then_says(cast, li):
    """For every question of a whole way: the line of the answer given is the next page's panel."""
    draft, answers = with_draft.begun(cast.li), with_draft.filled(cast.wang).answers
    while open_ := drafting.open_questions(draft.plan):
        asked = open_[0]
        page = li.get(url("question", draft.pk, asked.key))
        given = (
            str(answers[asked.key]).lower() if isinstance(answers[asked.key], bool) else answers[asked.key]
        )
        would = li.post(url("question", draft.pk, asked.key), {asked.key: given, "preview": "1"})
        draft = drafts.save_answers(draft.pk, by=cast.li, typed={asked.key: answers[asked.key]})
        assert page.status_code == 200
        assert would.context["outlook"] == outlook.outlook(draft.counting, draft.papers_if)


def test_a_question_costs_the_same_however_many_answers_it_has(cast, li, statements):
    draft = with_draft.filled(cast.li)
    for key in ("birth_place", "baby_age_months", "parents_married"):
        with statements(at_most=7):
            li.get(url("question", draft.pk, key))


# What is known


def test_what_the_registers_know_of_a_company_is_not_asked_and_says_its_source(cast, boss):
    behalf = OnBehalfOf(credit_code=cast.company.credit_code)
    draft = with_draft.begun(cast.huarong, "enterprise-info-change", on_behalf_of=behalf)
    boss.get(url("questions", draft.pk))
    known = drafts.draft_of(draft.pk, by=cast.huarong)
    assert known.typed["has_social_insurance"] is True
    assert known.sources["has_social_insurance"] == "社保单位库"
    assert "has_bank_account" not in known.typed
    answers = {one.key: False for one in known.definition.questions if one.key not in known.typed}
    drafts.save_answers(
        draft.pk, by=cast.huarong, typed=answers | {"capital_change": "none", "change_name": True}
    )
    page = text(boss.get(url("plan", draft.pk)))
    assert "来自：社保单位库" in page
    assert url("question", draft.pk, "has_social_insurance") in page


def test_an_answer_of_a_register_can_be_corrected_and_is_not_asked_for_again(cast, boss):
    behalf = OnBehalfOf(credit_code=cast.company.credit_code)
    draft = with_draft.begun(cast.huarong, "enterprise-info-change", on_behalf_of=behalf)
    boss.get(url("questions", draft.pk))
    boss.post(url("question", draft.pk, "has_social_insurance"), {"has_social_insurance": "false"})
    boss.get(url("questions", draft.pk))
    after = drafts.draft_of(draft.pk, by=cast.huarong)
    assert after.typed["has_social_insurance"] is False
    assert not after.sources["has_social_insurance"]


def test_a_register_that_knows_nothing_leaves_the_question_to_the_person(cast):
    draft = with_draft.begun(cast.li, "newborn")
    assert drafts.answer_what_is_known(draft, by=cast.li).typed == {}


# The form


def test_nothing_is_chosen_for_the_person(cast, li):
    draft = with_draft.begun(cast.li, "social-security-card")
    page = li.get(url("question", draft.pk, draft.definition.questions[0].key))
    assert ticked(page) == []
    filled = with_draft.begun(cast.li, "newborn")
    page = li.get(url("form", filled.pk))
    assert "delivery.method" not in ticked(page)


def test_a_day_typed_as_people_type_it_is_understood(cast, li):
    draft = with_draft.filled(cast.li)
    typed = as_typed({**draft.typed, **draft.delivery_answers}) | {"admission_date": "2026 年 10 月 27 日"}
    assert li.post(url("form", draft.pk), typed).status_code == 302
    assert drafts.draft_of(draft.pk, by=cast.li).answers["admission_date"] == "2026-10-27"


def test_a_day_without_its_year_asks_for_the_year_and_stays_as_typed(cast, li):
    draft = with_draft.filled(cast.li)
    typed = as_typed({**draft.typed, **draft.delivery_answers}) | {"admission_date": "10月27日"}
    answer = li.post(url("form", draft.pk), typed)
    assert summary(answer) == [("id_admission_date", "住院日期：请写上年份，例如2026年3月2日")]
    assert 'value="10月27日"' in text(answer)


def test_a_page_with_an_error_says_so_in_its_title(cast, li):
    draft = with_draft.filled(cast.li)
    for answer in (
        li.post(url("form", draft.pk), {"baby_name": ""}),
        li.post(url("question", draft.pk, "birth_place"), {"birth_place": ""}),
        li.post(url("check", with_draft.ready(cast.li).pk), {"version": with_draft.version_of(draft)}),
    ):
        assert answer.status_code == 422
        assert title(answer).startswith("错误：")
        assert all(f'id="{place}"' in text(answer) for place, _words in summary(answer))


def test_every_wrong_cell_of_a_table_has_its_own_line_and_message(cast, boss):
    draft = with_draft.filled(cast.huarong, "restaurant-opening")
    typed = as_typed({**draft.typed, **draft.delivery_answers})
    typed |= {"shareholders.0.amount_wan": "很多", "shareholders.1.name": ""}
    answer = boss.post(url("form", draft.pk), typed)
    places = [place for place, _words in summary(answer)]
    assert places == ["id_shareholders-0-amount_wan", "id_shareholders-1-name"]
    for place in places:
        assert f'id="{place}-error"' in text(answer)


def test_boxes_help_the_person_who_types(cast, li):
    page = li.get(url("form", with_draft.filled(cast.li).pk)).content.decode()
    box = re.search(r'<input[^>]*name="applicant_mobile"[^>]*>', page)[0]
    assert 'autocomplete="tel-national"' in box
    assert 'inputmode="tel"' in box
    assert "placeholder" not in re.sub(r'<input[^>]*type="search"[^>]*>', "", page.split("<main")[1])
    region = re.search(r'<select[^>]*name="birth_region".*?</select>', page, re.DOTALL)[0]
    assert "<optgroup" in region
    assert 'list="known-addresses"' in page


def test_the_form_costs_the_same_on_every_visit(cast, li, statements):
    draft = with_draft.filled(cast.li)
    li.get(url("form", draft.pk))
    with statements(at_most=7):
        li.get(url("form", draft.pk))
    with statements(at_most=5):
        li.get(url("tasks", draft.pk))


# Back to the check page


def test_a_change_from_the_check_page_leads_back_to_it(cast, li, statements):
    draft = with_draft.ready(cast.li)
    with statements(at_most=7):
        page = text(li.get(url("check", draft.pk)))
    change = f"{url('form', draft.pk)}?back=check"
    assert f"{change}#id_baby_name" in page
    assert "保存，回到核对" in text(li.get(change))
    typed = as_typed({**draft.typed, **draft.delivery_answers}) | {"baby_name": "李安"}
    answer = li.post(change, typed)
    assert answer.headers["Location"] == url("check", draft.pk)
    assert "李安" in text(li.get(url("check", draft.pk)))


def test_an_answer_changed_from_the_check_page_leads_back_or_on_to_what_it_opens(cast, li):
    draft = with_draft.ready(cast.li)
    address = f"{url('question', draft.pk, 'want_ss_card')}?back=check"
    assert address in text(li.get(url("check", draft.pk)))
    onward = li.post(address, {"want_ss_card": str(draft.typed["want_ss_card"]).lower()}).headers["Location"]
    assert onward == f"{url('questions', draft.pk)}?back=check"
    assert li.get(onward).headers["Location"] == url("check", draft.pk)


def test_pressed_twice_and_after_going_back_it_is_one_application(cast, li):
    draft = with_draft.ready(cast.li)
    sending = {"declared": "true", "version": with_draft.version_of(draft)}
    first = li.post(url("check", draft.pk), sending)
    again = li.post(url("check", draft.pk), sending)
    assert first.headers["Location"] == again.headers["Location"]
    assert li.get(url("form", draft.pk)).headers["Location"] == first.headers["Location"]
    assert li.post(url("form", draft.pk), {"autosave": "1"}).headers["Location"] == first.headers["Location"]
    assert Application.objects.filter(submitted_by=cast.li).count() == 1
