"""全有或全无: one refusal holds the undecided rest for the applicant's choice; the thirteen are not of that kind."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import NotAllowed, WrongState
from matters.services import DayChange, change_calendar
from matters.states import DayKind
from notifications.models import Channel, Message
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import selectors, services
from workflow.models import Application, DepartmentReview
from workflow.states import ApplicationStatus, Outcome, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")

R = ReviewStatus
SIBLINGS = ("cs-fire", "cs-police", "cs-tax")


def accepted(cast, *, all_or_nothing: bool) -> Application:
    shop.published(all_or_nothing=all_or_nothing)
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    return at.now(application)


def refuse(cast, application, code="cs-licence"):
    services.deny(
        at.review_of(application, code).pk,
        by=shop.officer(cast, code),
        opinion="",
        reasons="房屋用途不是商业",
        legal_basis="《示例条例》第三条",
    )


@pytest.fixture
def held(cast, clock) -> Application:
    """Refused on Friday 2026-09-18: five working days end with Sunday's make-up day counted, on 09-25's eve."""
    clock.set("2026-09-18 10:00")
    application = accepted(cast, all_or_nothing=True)
    refuse(cast, application)
    return at.now(application)


@pytest.mark.parametrize("all_or_nothing", [False, True])
def test_successors_end_siblings_go_on_or_wait(cast, clock, all_or_nothing):
    """I-107 a, b, c in one table."""
    clock.set("2026-09-18 10:00")
    application = accepted(cast, all_or_nothing=all_or_nothing)
    refuse(cast, application)
    found = at.statuses(application)
    assert found["cs-sign"] == R.BLOCKED
    assert {found[code] for code in SIBLINGS} == {R.ASSIGNED}
    assert (at.now(application).choice_due_at is not None) is all_or_nothing
    if all_or_nothing:
        with pytest.raises(WrongState, match="等申请人选择"):
            at.approve(cast, application, "cs-fire")
    else:
        at.approve(cast, application, "cs-fire")


def test_nobody_decides_meanwhile_neither_officer_nor_machine(cast, held):
    """I-107c: approve and deny are refused with the reason, and not offered over the API."""
    with pytest.raises(WrongState, match="等申请人选择"):
        refuse(cast, held, "cs-fire")
    review, officer = at.review_of(held, "cs-fire"), cast.reviewer("xiaofang")
    assert not {"approve", "deny"} & set(selectors.verbs_on_review(officer, review))
    tax = at.review_of(held, "cs-tax")
    services.work(tax.pk, round_number=tax.round)
    assert at.review_of(held, "cs-tax").checked_at is None
    assert tax.pk not in dict(services.unworked())


def test_the_clock_runs_on(cast, held):
    """I-97: waiting for the applicant after acceptance is no ground for a pause."""
    before = at.review_of(held, "cs-fire").due_at
    services.continue_rest(held.pk, by=cast.li)
    assert at.review_of(held, "cs-fire").due_at == before


def test_the_applicant_is_told_once_until_when_to_choose(cast, held, deliver_events):
    """I-107c, I-108."""
    deliver_events()
    [message] = Message.objects.filter(template="choice_after_denial", channel=Channel.IN_SITE)
    assert all(word in message.text for word in ("继续办", "撤回", "2026年9月"))
    assert not Message.objects.filter(template="choices_after_denial").exists()


def test_the_applicant_goes_on(cast, held):
    services.continue_rest(held.pk, by=cast.li)
    at.approve_everything(cast, held)
    assert (held.status, held.outcome) == (ApplicationStatus.DECIDED, Outcome.PARTIAL)
    assert [fact["by_silence"] for fact in at.told(held, "RestContinued")] == [False]


def test_the_applicant_takes_the_rest_back(cast, held):
    services.withdraw(held.pk, by=cast.li)
    after = at.now(held)
    assert (after.status, after.outcome, after.choice_due_at) == (
        ApplicationStatus.DECIDED,
        Outcome.NONE,
        None,
    )


def test_silence_goes_on_after_five_working_days(cast, held, clock):
    """I-107c, I-137: taking back is said, never assumed."""
    due = held.choice_due_at
    assert services.end_choices(due.replace(microsecond=0) - (due - held.received_at) / 100) == 0
    assert services.end_choices(due) == 1
    assert at.now(held).choice_due_at is None
    assert [fact["by_silence"] for fact in at.told(held, "RestContinued")] == [True]
    assert DepartmentReview.objects.filter(application=held, status=R.ASSIGNED).count() == len(SIBLINGS)


def test_only_the_applicant_chooses_and_only_once(cast, held):
    with pytest.raises(NotAllowed):
        services.continue_rest(held.pk, by=cast.reviewer("xiaofang"))
    services.continue_rest(held.pk, by=cast.li)
    with pytest.raises(WrongState, match="没有等您选择"):
        services.continue_rest(held.pk, by=cast.li)


def test_the_choice_stands_on_the_page_in_the_space_and_over_the_api(cast, held):
    """I-107c."""
    browser = Client()
    browser.force_login(cast.li)
    page = browser.get(reverse("workflow:application", args=[held.reference])).content.decode()
    assert "其余事项继续办" in page
    assert reverse("workflow:withdraw", args=[held.reference]) in page
    assert "其余事项继续办还是撤回" in browser.get(reverse("my")).content.decode()
    api = people.api(cast.li)
    assert "continue_rest" in api.get(f"/api/v1/applications/{held.reference}/").json()["allowed"]
    answer = browser.post(reverse("workflow:continue_rest", args=[held.reference]))
    assert answer.status_code == 302
    assert at.now(held).choice_due_at is None
    assert api.post(f"/api/v1/applications/{held.reference}/continue_rest/").status_code == 409


def test_it_is_said_to_be_the_applicants_move_until_they_have_chosen(cast, held):
    """I-107c: on the page and to whoever enquires; until the last day itself, not the midnight after it."""
    enquiry = {"reference": held.reference, "code": held.query_code}

    def pages() -> tuple[str, str]:
        browser = Client()
        asked = browser.post(reverse("workflow:track"), enquiry).content.decode()
        browser.force_login(cast.li)
        return asked, browser.get(reverse("workflow:application", args=[held.reference])).content.decode()

    for page in pages():
        assert "<strong>您</strong>" in page
        assert "选择其余事项继续办还是撤回，不选就继续办，最迟 <strong>2026年9月24日</strong>" in page
    services.continue_rest(held.pk, by=cast.li)
    for page in pages():
        assert "<strong>您</strong>" not in page
        assert "市消防救援支队" in page


def test_who_takes_the_rest_back_finds_all_of_it_chosen(cast, held):
    """I-107c: one press from the choice; what is unticked stays unticked."""
    browser = Client()
    browser.force_login(cast.li)
    leads_to = f"{reverse('workflow:withdraw', args=[held.reference])}?what=all"
    assert leads_to in browser.get(reverse("workflow:application", args=[held.reference])).content.decode()
    assert browser.get(leads_to).content.decode().count("checked") == 1 + len(SIBLINGS)
    assert browser.post(leads_to, {"reason": ""}).status_code == 422


def test_where_nothing_is_left_nobody_is_asked(cast, clock):
    clock.set("2026-09-18 10:00")
    application = accepted(cast, all_or_nothing=True)
    at.approve(cast, application, *SIBLINGS)
    refuse(cast, application)
    assert at.now(application).choice_due_at is None


def test_a_closure_gives_the_applicant_a_day_more_to_choose(cast, held):
    """I-74, I-75, I-107c: what was told as five working days is five working days, and it is told anew."""
    told = held.choice_due_at
    day = DayChange(
        date=date(2026, 9, 21), kind=DayKind.REST, name="台风停业", source_doc="云政发〔2026〕21号"
    )
    change_calendar([day], region_code="990100", by=None)
    assert services.reckon_dues() == 1
    moved = at.now(held).choice_due_at
    assert moved > told
    [fact] = at.told(held, "DuesMoved")
    assert datetime.fromisoformat({one["due"]: one["new"] for one in fact["moves"]}["choice"]) == moved


def test_who_chose_is_said_on_the_timeline(cast, held):
    services.continue_rest(held.pk, by=cast.li)
    assert selectors.dossier(cast.li, held.reference).timeline[-1].actor == "申请人"
