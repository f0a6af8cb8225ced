"""查阅记录: whoever opens somebody's papers is written down, and the applicant reads which department and why."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from exchange.services import Subject, check_shared
from identity.models import Account
from identity.services import authorise
from tests.factories import identity as people
from tests.factories import workflow as at
from tests.factories.workflow import definition
from workflow.models import Application, Reading
from workflow.selectors.access import accesses
from workflow.services import OnBehalfOf
from workflow.states import MaterialMode, ReadThing, ReadWhy

NEWBORN = "newborn"


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def words(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def url(name, *args) -> str:
    return reverse(f"workflow:{name}", args=args)


@pytest.fixture
def application(cast) -> Application:
    """李明's newborn, just submitted."""
    return at.filed(cast.li)


def a_review(application):
    return application.reviews.select_related("department").order_by("id").first()


def looks(application) -> list[tuple[str, str]]:
    return [(row.thing, row.why) for row in Reading.objects.filter(application=application).order_by("id")]


# What leaves a row


def test_a_reviewer_opening_a_review_is_written_down(cast, application):
    review = a_review(application)
    browser_of(cast.reviewer(review.department.code)).get(url("review", review.pk))
    (row,) = Reading.objects.all()
    assert (row.application, row.department, row.name) == (application, review.department, review.name)
    assert looks(application) == [(ReadThing.REVIEW, ReadWhy.HANDLING)]


def test_the_file_of_a_paper_is_written_down_by_its_name(cast, application):
    paper = application.materials.filter(mode=MaterialMode.UPLOAD).first()
    review = application.reviews.select_related("department").get(code=paper.needed_by[0])
    reviewer = browser_of(cast.reviewer(review.department.code))
    reviewer.get(url("review_material", review.pk, paper.pk)).getvalue()
    row = Reading.objects.get(thing=ReadThing.MATERIAL)
    assert (row.name, row.thing_id) == (paper.name, str(paper.pk))
    reviewer.get(url("material_file", paper.pk)).getvalue()
    assert Reading.objects.filter(thing=ReadThing.MATERIAL).count() == 1, "the same paper in the same minute"


@pytest.mark.parametrize(("who", "why"), [("window1", ReadWhy.RECEIVING)])
def test_the_window_is_written_down(cast, application, who, why):
    browser_of(getattr(cast, who)).get(url("at_counter", application.reference))
    assert looks(application) == [(ReadThing.APPLICATION, why)]


def test_a_look_through_the_api_is_a_look(cast, application):
    review = a_review(application)
    reviewer = people.api(cast.reviewer(review.department.code))
    reviewer.get(f"/api/v1/applications/{application.reference}/")
    reviewer.get(f"/api/v1/reviews/{review.pk}/")
    assert [thing for thing, _why in looks(application)] == [ReadThing.APPLICATION, ReadThing.REVIEW]


def test_a_document_opened_by_the_window_is_written_down(cast, application):
    at.seal(application)
    receipt = at.documents(application, "receipt")[0]
    browser_of(cast.window1).get(url("document", receipt.pk)).getvalue()
    assert Reading.objects.get(thing=ReadThing.DOCUMENT).name == receipt.title


def test_a_list_is_no_look(cast, application):
    review = a_review(application)
    reviewer = browser_of(cast.reviewer(review.department.code))
    for name in ("inbox", "applications"):
        reviewer.get(url(name))
    browser_of(cast.window1).get(url("counter"))
    assert looks(application) == []


def test_the_applicant_and_who_represents_them_leave_no_trace(cast, application):
    browser_of(cast.li).get(url("application", application.reference))
    theirs = at.filed(cast.huarong, "restaurant-opening")
    browser_of(cast.boss).get(url("application", theirs.reference))
    assert not Reading.objects.exists()


def test_a_refused_look_is_no_look(cast, application):
    assert browser_of(cast.wang).get(url("application", application.reference)).status_code == 404
    assert not Reading.objects.exists()


def test_an_agent_looking_is_told_to_the_principal(cast):
    authorise(
        principal=cast.li.person,
        agent=cast.wang.person,
        matter_codes=set(definition(NEWBORN).matters_by_code),
        powers=["fill", "submit"],
        by=cast.li,
    )
    wang = Account.objects.get(pk=cast.wang.pk)
    filed = at.filed(wang, on_behalf_of=OnBehalfOf(name="李明", id_number=cast.li.person.id_number))
    browser_of(wang).get(url("application", filed.reference))
    assert looks(filed) == [(ReadThing.APPLICATION, ReadWhy.AGENT)]
    assert "您委托的代理人" in words(browser_of(cast.li).get(url("access")))
    assert "还没有记录" in words(browser_of(wang).get(url("access")))


def test_the_same_eyes_on_the_same_thing_are_one_row_a_minute(cast, application, clock):
    now = clock.set("2026-11-24 10:00:01")
    review = a_review(application)
    reviewer = cast.reviewer(review.department.code)
    for after in (0, 30, 61):
        clock.set(now + timedelta(seconds=after))
        browser_of(reviewer).get(url("review", review.pk))
    assert Reading.objects.count() == 2


def test_nobody_changes_what_was_written(cast, application):
    browser_of(cast.window1).get(url("at_counter", application.reference))
    for change in (lambda rows: rows.update(why=ReadWhy.AUDITING), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change(Reading.objects.all())


# What it costs


def test_a_look_costs_one_statement_and_one_s_own_none(cast, application, statements):
    review = a_review(application)
    reviewer = browser_of(cast.reviewer(review.department.code))
    reviewer.get(url("review", review.pk))
    with statements() as sent:
        reviewer.get(url("review", review.pk))
    assert len([sql for sql in sent if "workflow_reading" in sql]) == 1
    li = browser_of(cast.li)
    with statements() as sent:
        li.get(url("application", application.reference))
    assert not [sql for sql in sent if "workflow_reading" in sql]


# What the applicant reads


def test_the_applicant_reads_department_and_reason_and_never_the_clerk(cast, application):
    review = a_review(application)
    reviewer = cast.reviewer(review.department.code)
    browser_of(reviewer).get(url("review", review.pk))
    page = words(browser_of(cast.li).get(url("access")))
    for said in (review.department.name, review.name, "办理您的事项", application.reference):
        assert said in page
    assert reviewer.person.name not in page
    assert reviewer.username not in page
    assert review.department.name not in words(browser_of(cast.wang).get(url("access")))


def test_registers_that_were_asked_are_told(cast):
    check_shared(Subject(person_id=cast.li.person_id), ["结婚证"])
    page = words(browser_of(cast.li).get(url("access"), {"of": "registers"}))
    assert "本平台向部门数据共享平台查询" in page
    assert "结婚证" in page
    assert "免您提交" in page
    assert cast.li.person.id_number not in page
    assert "还没有记录" in words(browser_of(cast.wang).get(url("access"), {"of": "registers"}))


def test_a_long_list_is_turned_by_key(cast, application, clock, statements):
    begun = clock.set("2026-11-24 10:00")
    window = browser_of(cast.window1)
    for minute in range(23):
        clock.set(begun + timedelta(minutes=minute))
        window.get(url("at_counter", application.reference))
    first = accesses(cast.li, "people")
    second = accesses(cast.li, "people", after=first.next)
    assert [len(first.rows), len(second.rows), second.next] == [20, 3, ""]
    li = browser_of(cast.li)
    li.get(url("access"))
    with statements(at_most=8):
        li.get(url("access"))
