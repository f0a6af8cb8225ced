"""My space: what waits for me at the top, what is under way, what is over, mine and my company's, and nobody else's."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from evaluation.models import ServiceEvent
from evaluation.states import RatedObject
from identity.models import Organisation, Representation
from matters.selectors import calendar
from tests.factories import drafts as with_draft
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.identity import SINCE, a_credit_code
from workflow import services
from workflow.models import Application
from workflow.services import Handover, OnBehalfOf
from workflow.states import ApplicationStatus, DeliveryMethod, MaterialMode, MaterialState

pytestmark = pytest.mark.usefixtures("on_offer")


def browser_of(account) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def li(cast):
    return browser_of(cast.li)


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def kinds(answer) -> list[str]:
    """What is asked of the person, in the order of the page."""
    return [str(one.move.kind) for one in answer.context["pressing"]]


def numbers(answer) -> list[str]:
    """The numbers of the applications in the list."""
    return [row["application"].reference for row in answer.context["rows"]]


def a_copy(application, number: int, **changed) -> Application:
    """Another application like this one."""
    fields = {one.attname: getattr(application, one.attname) for one in application._meta.concrete_fields}
    fields |= {"id": None, "reference": f"20200101{number:08d}", "submitted_at": timezone.now(), **changed}
    return Application(**fields)


def an_invitation(application: Application, number: int = 1) -> ServiceEvent:
    """The application's end may be rated for another month."""
    now = timezone.now()
    return ServiceEvent.objects.create(
        event_no=number,
        object=RatedObject.BUNDLE,
        application=application,
        title=application.name,
        bundle=application.code,
        channel=application.channel,
        outcome="all",
        started_at=now,
        ended_at=now,
        expires_at=now + timedelta(days=30),
    )


# What waits for me


def test_corrections_of_several_applications_are_one_list_with_what_is_wrong_and_how_to_mend_it_i31(cast, li):
    first = shop.in_correction(cast, cast.li, shop.PHOTO)
    second = shop.in_correction(cast, cast.li, shop.LEASE, code="cs-fire")
    answer = li.get("/my/")
    page = text(answer)
    assert kinds(answer) == ["supply_correction", "supply_correction"]
    for application in (first, second):
        assert reverse("workflow:supply_correction", args=[application.reference]) in page
    for said in (shop.PHOTO, shop.LEASE, "复印件不清楚", "怎么改：请重新扫描，四角完整", "市消防救援支队"):
        assert said in page
    assert "等您办的：2 件" in page


def test_one_paper_that_two_departments_find_wrong_is_one_paper_to_mend_i104(cast, li):
    application = shop.filed(cast.li)
    shop.complete(cast, application, "cs-police", "cs-sign")
    shop.ask(cast, application, "cs-licence", shop.LEASE)
    shop.ask(cast, application, "cs-fire", shop.LEASE)
    (asked,) = li.get("/my/").context["pressing"]
    (paper,) = asked.move.papers
    assert (paper.name, len(paper.defects)) == (shop.LEASE, 2)


def test_what_is_due_first_stands_first_and_what_need_not_be_last(cast, li):
    deferring = shop.filed(cast.li, {shop.PLAN: MaterialMode.DEFERRED})
    shop.complete(cast, deferring, *shop.UPLOADS)
    deferring.materials.filter(name=shop.RECORD).update(state=MaterialState.OFFERED)
    shop.in_correction(cast, cast.li)
    answer = li.get("/my/")
    assert kinds(answer) == ["supply_deferred", "supply_correction"]
    dues = [one.due_at for one in answer.context["pressing"]]
    assert dues == sorted(dues)
    assert [str(one.move.kind) for one in answer.context["voluntary"]] == ["supply_offered"]
    assert "不上传也不影响办理" in text(answer)


def test_what_was_posted_is_to_be_confirmed(cast, li):
    application = shop.filed(cast.li)
    at.approve_everything(cast, application)
    at.seal(application)
    posted = Handover(
        method=DeliveryMethod.EMS, receiver="李明", waybill="EM123456789CN", identity_checked=True
    )
    services.hand_over(application.pk, by=cast.exit1, handover=posted)
    assert kinds(li.get("/my/")) == ["confirm_delivery"]
    services.confirm_delivery(application.pk, by=cast.li, receiver="李明", relation="本人")
    assert kinds(li.get("/my/")) == []


def test_what_lies_at_the_window_is_to_be_collected_once_all_of_it_is_sealed(cast, li):
    application = shop.filed(cast.li, delivery_method=DeliveryMethod.WINDOW)
    at.approve_everything(cast, application)
    assert kinds(li.get("/my/")) == []
    at.seal(application)
    answer = li.get("/my/")
    assert kinds(answer) == ["collect"]
    assert "请带身份证到窗口领取" in text(answer)
    given = Handover(
        method=DeliveryMethod.WINDOW, receiver="李明", identity_checked=True, id_tail=cast.li.person.id_tail
    )
    services.hand_over(application.pk, by=cast.exit1, handover=given)
    assert kinds(li.get("/my/")) == []


def test_a_rating_is_offered_and_never_counted_as_something_to_do_e10(cast, li):
    application = shop.filed(cast.li)
    services.withdraw(application.pk, by=cast.li)
    an_invitation(application)
    answer = li.get("/my/")
    assert answer.context["pressing"] == []
    (rating,) = answer.context["voluntary"]
    assert rating.url == f"/applications/{application.reference}/rate/"
    assert "现在没有要您办的事" in text(answer)


def test_once_it_is_brought_nothing_is_asked(cast, li):
    application = shop.in_correction(cast, cast.li, shop.PHOTO)
    shop.bring(cast.li, application, shop.PHOTO)
    assert kinds(li.get("/my/")) == []


# Whose


def test_a_company_has_its_own_side_and_the_clerk_sees_there_what_waits(cast):
    clerk = browser_of(cast.huarong)
    private = at.filed(cast.huarong)
    company = shop.in_correction(cast, cast.huarong, shop.PHOTO)
    assert company.applicant_organisation == cast.company
    mine = clerk.get("/my/")
    assert numbers(mine) == [private.reference]
    tabs = mine.context["sides"]
    assert [(tab["name"], tab["waiting"]) for tab in tabs] == [("个人", 0), (cast.company.name, 1)]
    theirs = clerk.get(f"/my/{tabs[1]['url']}")
    assert numbers(theirs) == [company.reference]
    assert kinds(theirs) == ["supply_correction"]
    assert numbers(browser_of(cast.boss).get(f"/my/{tabs[1]['url']}")) == [company.reference]


def test_a_company_that_is_not_mine_has_no_side_here(cast, li):
    other = Organisation.objects.create(name="别家公司", credit_code=a_credit_code())
    assert li.get(f"/my/?for=org-{cast.company.pk}").status_code == 404
    assert browser_of(cast.huarong).get(f"/my/?for=org-{other.pk}").status_code == 404
    assert li.get(f"/my/export/?for=org-{cast.company.pk}").status_code == 404
    assert li.get("/my/?for=nonsense").status_code == 404


def test_nobody_sees_anothers(cast, li):
    shop.filed(cast.wang)
    shop.in_correction(cast, cast.wang)
    answer = li.get("/my/")
    assert (numbers(answer), kinds(answer), answer.context["voluntary"]) == ([], [], [])
    assert "这里还没有办件" in text(answer)


def test_an_agent_finds_what_is_done_for_others_apart_and_the_principal_finds_it_too(cast, li):
    cast.authorise_agent(["corner-shop", *shop.DEPARTMENT])
    application = shop.filed(cast.agent, on_behalf_of=OnBehalfOf(id_number=cast.li.person.id_number))
    agent = browser_of(cast.agent)
    assert numbers(agent.get("/my/")) == []
    assert numbers(agent.get("/my/?for=others")) == [application.reference]
    assert numbers(li.get("/my/")) == [application.reference]


# The list


def test_each_line_says_whose_move_it_is_and_the_next_date(cast, li):
    waiting = shop.filed(cast.li)
    corrected = shop.in_correction(cast, cast.li)
    running = shop.filed(cast.li)
    shop.complete(cast, running, *shop.UPLOADS)
    rows = {row["application"].pk: row for row in li.get("/my/").context["rows"]}
    waiting, running = at.now(waiting), at.now(running)
    on_the_spot = at.review_of(waiting, "cs-tax").due_at
    assert rows[waiting.pk]["due_at"] == min(waiting.answer_due_at, on_the_spot)
    assert rows[waiting.pk]["words"].endswith("等 5 个部门")
    assert rows[corrected.pk]["words"] == "等您办"
    assert rows[corrected.pk]["due_at"] == corrected.correction.due_at
    first = min(one.due_at for one in running.reviews.all() if one.due_at and not one.is_final)
    assert rows[running.pk]["due_at"] == first
    assert "市城市管理局" not in rows[running.pk]["words"]


def test_what_is_over_stands_apart(cast, li):
    running, over = shop.filed(cast.li), shop.filed(cast.li)
    services.withdraw(over.pk, by=cast.li)
    answer = li.get("/my/")
    assert numbers(answer) == [running.reference]
    assert [one.pk for one in answer.context["lately"]] == [over.pk]
    assert numbers(li.get("/my/?state=ended")) == [over.reference]
    assert numbers(li.get("/my/?state=withdrawn")) == [over.reference]
    assert numbers(li.get("/my/?state=accepted")) == [running.reference]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("便利店", True),
        ("招牌 便利店", False),
        ("没有这件事", False),
    ],
)
def test_words_find_what_the_application_is_called(cast, li, query, found):
    application = shop.filed(cast.li)
    assert (numbers(li.get("/my/", {"q": query})) == [application.reference]) is found


def test_a_number_and_the_name_of_a_matter_find_it_and_a_month_narrows_it(cast, li):
    application = shop.filed(cast.li)
    for query in (application.reference, application.reference[:8], application.reviews.first().name):
        assert numbers(li.get("/my/", {"q": query})) == [application.reference]
    month = f"{timezone.localdate():%Y-%m}"
    assert numbers(li.get("/my/", {"month": month})) == [application.reference]
    assert numbers(li.get("/my/", {"month": "2020-01"})) == []
    assert numbers(li.get("/my/", {"month": "nonsense", "state": "nonsense"})) == [application.reference]


def test_drafts_can_be_gone_on_with_or_thrown_away(cast, li):
    draft = with_draft.begun(cast.li, "newborn")
    page = text(li.get("/my/"))
    assert reverse("workflow:tasks", args=[draft.pk]) in page
    discard = reverse("workflow:discard", args=[draft.pk])
    assert f'action="{discard}"' in page
    assert browser_of(cast.wang).post(discard).status_code == 404
    li.post(discard)
    assert discard not in text(li.get("/my/"))


def test_the_list_goes_on_by_key_and_nothing_comes_twice(cast, li):
    application = shop.filed(cast.li)
    Application.objects.bulk_create(a_copy(application, number) for number in range(44))
    answer = li.get("/my/")
    seen = numbers(answer)
    while address := answer.context["next_url"]:
        answer = li.get(f"/my/{address.split('#')[0]}")
        seen += numbers(answer)
    assert len(seen) == len(set(seen)) == 45
    assert li.get("/my/?after=nonsense").status_code == 400


def a_busy_month(cast, times: int) -> None:
    """One of everything that a space can hold, so many times."""
    for _time in range(times):
        shop.in_correction(cast, cast.li)
        shop.complete(cast, shop.filed(cast.li, {shop.PLAN: MaterialMode.DEFERRED}), *shop.UPLOADS)
        over = shop.filed(cast.li)
        services.withdraw(over.pk, by=cast.li)
        an_invitation(over, over.pk)
        with_draft.begun(cast.li, "newborn")


def test_the_space_costs_the_same_however_much_there_is(cast, li, statements):
    Representation.objects.create(
        person=cast.li.person, organisation=cast.company, capacity="clerk", valid_from=SINCE
    )
    calendar()
    a_busy_month(cast, 1)
    li.get("/my/")
    with statements(at_most=18) as few:
        li.get("/my/")
    a_busy_month(cast, 3)
    with statements(at_most=len(few)):
        assert li.get("/my/").status_code == 200


# The workbook


def sheet(answer) -> list[tuple]:
    assert answer.status_code == 200
    return list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))


def test_a_secretary_takes_the_filtered_list_along_as_a_workbook(cast, li, statements):
    running, over = shop.filed(cast.li), shop.filed(cast.li)
    services.withdraw(over.pk, by=cast.li)
    shop.filed(cast.wang)
    head, *rows = sheet(li.get("/my/export/"))
    assert head[:4] == ("编号", "办件", "申请人", "状态")
    assert [row[0] for row in rows] == [over.reference, running.reference]
    assert [row[0] for row in sheet(li.get("/my/export/?state=open"))[1:]] == [running.reference]
    with statements(at_most=11):
        li.get("/my/export/")


def test_a_name_that_looks_like_a_formula_stays_a_name(cast, li):
    application = shop.filed(cast.li)
    evil = '=HYPERLINK("http://evil.test","点我")'
    Application.objects.filter(pk=application.pk).update(applicant_name=evil, name="@SUM(1+1)")
    book = load_workbook(BytesIO(li.get("/my/export/").content)).active
    for cell, said in (("C2", evil), ("B2", "@SUM(1+1)")):
        assert (book[cell].value, book[cell].data_type, book[cell].quotePrefix) == (said, "s", True)


def test_the_workbook_holds_no_personal_number(cast, li):
    shop.filed(cast.li)
    told = "".join(str(value) for row in sheet(li.get("/my/export/")) for value in row)
    assert cast.li.person.id_number not in told
    assert shop.OWNER_ID not in told


def test_a_stranger_is_asked_to_log_in():
    for address in ("/my/", "/my/export/"):
        assert Client().get(address).headers["Location"].startswith("/login/?next=")


def test_finished_applications_say_how_they_ended(cast, li):
    application = shop.filed(cast.li)
    at.approve_everything(cast, application)
    Application.objects.filter(pk=application.pk).update(
        status=ApplicationStatus.CLOSED, closed_at=timezone.now()
    )
    assert "全部办成" in text(li.get("/my/"))
