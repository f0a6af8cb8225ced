"""智能预审: hints within the act, kept with the application, and never in its way (I-42)."""

from datetime import date
from types import SimpleNamespace

import pytest

from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.identity import api
from workflow.rules.precheck import Brought, advice
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
    ("until", "said"), [(date(2026, 12, 23), True), (date(2026, 11, 1), True), (date(2026, 12, 24), False)]
)
def test_a_licence_that_ends_within_thirty_days_is_named_with_its_day(until, said):
    found = hints(paper("营业执照", MaterialMode.LICENCE, valid_until=until))
    assert (f"“营业执照”的有效期到{until.year}年{until.month}月{until.day}日" in found) is said


def test_a_file_too_small_to_be_read_is_named():
    assert "“租赁合同”的文件很小" in hints(paper(size=900))


def test_the_same_file_for_two_papers_is_named():
    found = hints(paper("租赁合同", size=99_000, sha="a"), paper("平面图", size=99_000, sha="a"))
    assert "“租赁合同”、“平面图”上传的是同一个文件" in found


def test_what_follows_later_is_told_with_its_limit_and_its_consequence():
    found = hints(paper("平面图", MaterialMode.DEFERRED, days=3))
    assert "“平面图”须在受理后3个工作日内补交" in found
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
    assert "没有预留手机号码" in hints(reachable=False)


def test_hints_are_kept_and_shown_to_the_applicant_and_stop_nothing(on_offer, cast):
    application = shop.filed(cast.wang, {shop.PLAN: MaterialMode.DEFERRED})
    assert application.status == ApplicationStatus.ACCEPTED
    kept = at.now(application).advice
    assert any("“平面图”须在受理后3个工作日内补交" in hint for hint in kept)
    assert any("没有预留手机号码" in hint for hint in kept)
    address = f"/api/v1/applications/{application.reference}/"
    assert api(cast.wang).get(address).json()["advice"] == kept
    assert api(shop.officer(cast, "cs-fire")).get(address).json()["advice"] == []
    assert cast.wang.person.id_number not in str(kept)
