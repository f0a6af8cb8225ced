"""智能预审: hints within the act, kept with the application, and never in its way (I-42)."""

import re
from datetime import date
from html import unescape
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.identity import api
from workflow import services
from workflow.models import Application
from workflow.rules.precheck import Brought, advice, concerning
from workflow.states import ApplicationStatus, MaterialMode

TODAY = date(2026, 11, 23)
SOME_DAY = date(1990, 7, 16)


def paper(
    name="租赁合同", mode=MaterialMode.UPLOAD, *, size=None, sha="", valid_until=None, days=0
) -> Brought:
    file = SimpleNamespace(size=size, sha256=sha or name) if size is not None else None
    licence = SimpleNamespace(valid_until=valid_until) if valid_until else None
    return Brought(SimpleNamespace(name=name, deferrable_days=days), mode, file, licence)


def hints(*papers, born=SOME_DAY, reachable=True) -> str:
    return "\n".join(advice(papers, birth_date=born, reachable=reachable, today=TODAY))


def test_where_all_is_well_nothing_is_said():
    assert hints(paper(size=200_000)) == ""


@pytest.mark.parametrize(
    ("until", "said"), [(date(2026, 12, 23), True), (date(2026, 11, 23), True), (date(2026, 12, 24), False)]
)
def test_a_licence_that_ends_within_thirty_days_is_named_with_its_day(until, said):
    found = hints(paper("营业执照", MaterialMode.LICENCE, valid_until=until))
    assert (f"“营业执照”的有效期到{until.year}年{until.month}月{until.day}日" in found) is said


def test_a_licence_that_has_ended_is_said_to_have_ended():
    assert "已经过期" in hints(paper("营业执照", MaterialMode.LICENCE, valid_until=date(2026, 11, 22)))


def test_a_file_too_small_to_be_read_is_named():
    assert "“租赁合同”的文件很小" in hints(paper(size=900))


def test_the_same_file_for_two_papers_is_named():
    found = hints(paper("租赁合同", size=99_000, sha="a"), paper("平面图", size=99_000, sha="a"))
    assert "“租赁合同”、“平面图”上传的是同一个文件" in found


def test_what_follows_later_is_told_with_its_limit_and_its_consequence():
    found = hints(paper("平面图", MaterialMode.DEFERRED, days=3))
    assert "“平面图”要在受理后3个工作日内补交" in found
    assert "信用记录" in found


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(2010, 11, 24), "未满16周岁"),
        (date(2010, 11, 23), ""),
        (date(1905, 11, 22), "超过120周岁"),
        (None, ""),
    ],
)
def test_an_applicant_of_an_unlikely_age_is_asked_to_look_again(born, said):
    assert hints(born=born) == "" if not said else said in hints(born=born)


def test_who_cannot_be_reached_by_phone_is_told_where_to_look():
    assert "没有留手机号码" in hints(reachable=False)


def text(answer) -> str:
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def page(account, name, *args) -> str:
    """The page as this person reads it."""
    client = Client()
    client.force_login(account)
    return text(client.get(reverse(f"workflow:{name}", args=args)))


@pytest.fixture
def hinted(on_offer, cast):
    """王建国's shop: the floor plan follows later, and he left no mobile number; filed all the same."""
    return shop.filed(cast.wang, {shop.PLAN: MaterialMode.DEFERRED})


FOLLOWS, UNREACHABLE = "“平面图”要在受理后3个工作日内补交", "没有留手机号码"
HEADING = "智能预审提示（仅供参考，不影响办理）"


def test_hints_are_kept_within_the_act_and_stop_nothing(cast, hinted):
    """I-42: warned, and yet filed, received and accepted."""
    assert hinted.status == ApplicationStatus.ACCEPTED
    kept = at.now(hinted).advice
    assert any(FOLLOWS in hint for hint in kept)
    assert any(UNREACHABLE in hint for hint in kept)
    assert cast.wang.person.id_number not in str(kept)


@pytest.mark.parametrize("name", ["submitted", "application"])
def test_the_applicant_reads_them_on_the_page(cast, hinted, name):
    """I-42: the warning is there, beside the number of the application that went through."""
    said = page(cast.wang, name, hinted.reference)
    for words in (HEADING, FOLLOWS, UNREACHABLE, hinted.reference):
        assert words in said


def test_where_there_is_nothing_to_hint_at_no_page_speaks_of_it(on_offer, cast):
    """I-42."""
    quiet = shop.filed(cast.li)
    Application.objects.filter(pk=quiet.pk).update(advice=[])
    assert "智能预审" not in page(cast.li, "submitted", quiet.reference)
    assert "智能预审" not in page(shop.officer(cast, "cs-fire"), "review", at.review_of(quiet, "cs-fire").pk)


def test_when_it_is_over_the_hints_are_history(cast, hinted):
    """I-42: advice for those who still can act on it."""
    services.withdraw(hinted.pk, by=cast.wang)
    assert HEADING not in page(cast.wang, "application", hinted.reference)


@pytest.mark.parametrize(("code", "sees"), [("cs-fire", True), ("cs-police", False)])
def test_a_department_reads_what_concerns_its_own_papers(cast, hinted, code, sees):
    """I-42: the same words on the review's page and over the API; nothing of what others ask for."""
    officer = shop.officer(cast, code)
    said = page(officer, "review", at.review_of(hinted, code).pk)
    assert (HEADING in said, UNREACHABLE in said) == (True, True)
    address = f"/api/v1/applications/{hinted.reference}/"
    assert (FOLLOWS in said) is (FOLLOWS in str(api(officer).get(address).json()["advice"])) is sees
    assert api(cast.wang).get(address).json()["advice"] == at.now(hinted).advice


def test_a_hint_that_names_another_departments_paper_is_kept_from_this_one():
    """I-42."""
    both = hints(paper("租赁合同", size=99_000, sha="a"), paper("平面图", size=99_000, sha="a"))
    assert concerning([both], {"租赁合同"}) == []
    assert concerning([both], {"租赁合同", "平面图", "招牌效果图"}) == [both]


def test_the_clerk_tells_who_stands_at_the_window(cast, hinted):
    """I-42."""
    assert FOLLOWS in page(cast.window1, "at_counter", hinted.reference)
