"""个人数据副本: everything of one's own as one file, nothing of others, after the password, for a week."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from common.errors import Gone, NotFound, TooOften
from events.models import EventRecord
from identity.models import Account
from identity.services.confirming import ATTEMPTS
from notifications.models import Message
from tests.conftest import forget_redis
from tests.factories import identity as people
from tests.factories import workflow as at
from tests.factories.identity import PASSWORD
from workflow.models import PersonalCopy
from workflow.services import OnBehalfOf, copies
from workflow.states import CopyState

PAGE = reverse("workflow:everything")


@pytest.fixture(autouse=True)
def _nobody_has_tried():
    forget_redis()


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def made_for(account) -> PersonalCopy:
    """Asked for, and made."""
    asked = copies.ask_for_copy(by=account)
    copies.make_copy(asked.pk)
    asked.refresh_from_db()
    return asked


def opened(made: PersonalCopy) -> zipfile.ZipFile:
    with made.file.open("rb") as packed:
        return zipfile.ZipFile(io.BytesIO(packed.read()))


def told_in(made: PersonalCopy) -> dict:
    return json.loads(opened(made).read("everything.json"))


def take(client, made, password=PASSWORD):
    return client.post(reverse("workflow:take_copy", args=[made.pk]), {"password": password})


@pytest.fixture
def application(cast):
    """李明's newborn, with papers and a sealed receipt."""
    filed = at.filed(cast.li)
    at.seal(filed)
    return filed


# What is in it


def test_everything_of_one_s_own_is_in_it(cast, application):
    told = told_in(made_for(cast.li))
    assert told["person"]["id_number"] == cast.li.person.id_number
    (one,) = told["applications"]
    assert one["reference"] == application.reference
    assert one["answers"]
    assert "enc:" not in json.dumps(one)
    assert len(one["reviews"]) == application.reviews.count()
    assert len(one["timeline"]) > 1


def test_every_file_is_in_it_under_a_name_that_says_what_it_is(cast, application):
    made = made_for(cast.li)
    packed = opened(made)
    assert packed.testzip() is None
    (one,) = told_in(made)["applications"]
    paths = [paper["file"] for paper in [*one["materials"], *one["documents"]] if paper["file"]]
    assert paths
    assert set(paths) <= set(packed.namelist())
    assert all(path.startswith(f"{application.reference}/") for path in paths)
    stored = application.materials.filter(file__isnull=False).first()
    path = next(paper["file"] for paper in one["materials"] if paper["name"] == stored.name)
    with stored.file.file.open("rb") as original:
        assert packed.read(path) == original.read()


def test_a_person_can_read_it_without_a_program(cast, application):
    page = opened(made_for(cast.li)).read("index.html").decode()
    for said in (cast.li.person.name, application.reference, application.name, "部门办理"):
        assert said in page
    assert "<script" not in page


def test_nothing_of_others_is_in_it(cast, application):
    at.filed(cast.wang)
    at.filed(cast.huarong, "restaurant-opening")
    told = told_in(made_for(cast.huarong))
    assert told["applications"] == []
    assert [one["organisation"] for one in told["representations"]] == [cast.company.name]
    whole = json.dumps(told_in(made_for(cast.li)), ensure_ascii=False)
    assert cast.wang.person.id_number not in whole
    assert cast.agent.person.id_number not in whole


def test_what_an_agent_did_for_a_principal_is_the_principal_s(cast):
    cast.authorise_agent(at.definition("newborn").matters_by_code)
    at.filed(cast.agent, on_behalf_of=OnBehalfOf(name="李明", id_number=cast.li.person.id_number))
    assert told_in(made_for(cast.agent))["applications"] == []
    assert len(told_in(made_for(cast.li))["applications"]) == 1


def test_what_does_not_fit_is_named(cast, application, monkeypatch):
    monkeypatch.setattr(copies, "MOST_BYTES", 1)
    made = made_for(cast.li)
    told = told_in(made)
    assert made.left_out == len(told["left_out"]) > 0
    assert not set(told["left_out"]) & set(opened(made).namelist())


def test_a_name_leads_nowhere_else(cast, application):
    paper = application.materials.filter(file__isnull=False).first()
    paper.name = "../../etc/passwd"
    paper.save()
    for path in opened(made_for(cast.li)).namelist():
        assert ".." not in path.split("/")
        assert not path.startswith("/")


def test_collecting_costs_the_same_for_one_and_for_many(cast, application, statements):
    with statements() as one:
        made_for(cast.li)
    at.filed(cast.li, number=1)
    with statements() as two:
        made_for(cast.li)
    assert len(two) <= len(one) + 1


# Asking


def test_a_double_click_asks_once(cast):
    li = browser_of(cast.li)
    for _ in range(2):
        assert li.post(PAGE).url == PAGE
    assert PersonalCopy.objects.count() == 1
    assert EventRecord.objects.filter(name="workflow.CopyAsked").count() == 1
    assert "正在准备" in li.get(PAGE).content.decode()


def test_three_a_day_and_no_more(cast, clock):
    begun = clock.set("2026-11-24 10:00")
    for _ in range(copies.COPIES_A_DAY):
        made_for(cast.li)
    with pytest.raises(TooOften):
        copies.ask_for_copy(by=cast.li)
    clock.set(begun + timedelta(days=1, seconds=1))
    assert copies.ask_for_copy(by=cast.li)


def test_when_it_is_made_the_person_is_told(cast, deliver_events):
    made_for(cast.li)
    deliver_events()
    assert Message.objects.filter(person=cast.li.person, template="copy_made").exists()


def test_making_it_twice_makes_it_once(cast):
    made = made_for(cast.li)
    copies.make_copy(made.pk)
    assert EventRecord.objects.filter(name="workflow.CopyMade").count() == 1


def test_what_was_lost_on_the_way_is_begun_again(cast, clock):
    begun = clock.set("2026-11-24 10:00")
    asked = copies.ask_for_copy(by=cast.li)
    assert copies.unmade_copies() == []
    clock.set(begun + copies.LOST_AFTER + timedelta(seconds=1))
    assert copies.unmade_copies() == [asked.pk]


# Taking it


def test_the_owner_takes_it_after_the_password(cast, application):
    made = made_for(cast.li)
    answer = take(browser_of(cast.li), made)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.streaming
    assert len(answer.getvalue()) == made.size
    made.refresh_from_db()
    assert made.taken_at
    assert EventRecord.objects.filter(name="workflow.CopyTaken", actor=cast.li).count() == 1


def test_without_the_password_nothing_leaves(cast):
    made, li = made_for(cast.li), browser_of(cast.li)
    answer = take(li, made, "wrong-password")
    assert answer.status_code == 422
    assert "密码不正确" in answer.content.decode()
    for _ in range(ATTEMPTS):
        answer = take(li, made, "wrong-password")
    assert answer.status_code == 429
    assert take(li, made).status_code == 429, "the right one rests too"
    assert not EventRecord.objects.filter(name="workflow.CopyTaken").exists()


def test_nobody_else_takes_it(cast):
    made = made_for(cast.li)
    for somebody in (cast.wang, cast.window1, cast.boss):
        assert take(browser_of(somebody), made).status_code == 404
    with pytest.raises(NotFound):
        copies.take_copy(made.pk, by=cast.wang, password=PASSWORD)


def test_after_a_week_it_is_gone_from_the_disk_too(cast, clock, django_capture_on_commit_callbacks):
    begun = clock.set("2026-11-24 10:00")
    made = made_for(cast.li)
    storage, stored = made.file.storage, made.file.name
    clock.set(begun + timedelta(days=7))
    with pytest.raises(Gone, match="过期"):
        copies.take_copy(made.pk, by=cast.li, password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        assert copies.expire_copies() == 1
    assert not storage.exists(stored)
    made.refresh_from_db()
    assert made.state == CopyState.EXPIRED
    assert copies.expire_copies() == 0


def test_the_page_costs_little(cast, statements):
    made_for(cast.li)
    li = browser_of(cast.li)
    li.get(PAGE)
    with statements(at_most=6):
        li.get(PAGE)


# Two at once


@pytest.mark.usefixtures("committed")
def test_asked_from_eight_windows_at_once_one_is_made(django_db_blocker):
    li = people.cast().li.pk

    def ask(_number: int) -> str:
        with django_db_blocker.unblock():
            try:
                return str(copies.ask_for_copy(by=Account.objects.get(pk=li)).pk)
            finally:
                connections.close_all()

    with ThreadPoolExecutor(8) as crowd:
        assert len(set(crowd.map(ask, range(8)))) == 1
