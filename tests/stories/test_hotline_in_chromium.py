"""Ten lives of an order as those in it see them, on the pages of the desks and of the citizen (H-73)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from hotline import services
from hotline.models import HotlineOrder, Supervision
from hotline.states import CloseReason
from hotline.states import OrderStatus as S
from notifications.gateways.sms.fake import FakeSms
from tests.factories import hotline as at
from tests.factories import identity as cast_of
from tests.factories.hotline_team import (
    BAD,
    GOOD,
    SIX_POINTS,
    Team,
    a_result,
    a_team,
    approve,
    submit,
    to_callback,
)
from tests.stories.desks import PHOTO, AtADesk, Complainant
from tests.stories.people import Somebody, kept

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("hotline in a browser")]

PARKING = "小区东门口每天早晚都有车乱停车，占了人行道，行人只能走到马路上，希望有人来管。"
DONE = a_result() | {"photos": PHOTO}
AGAIN = DONE | {"done_differently": "增派夜间巡查，协调物业加装道闸。"}


@pytest.fixture
def team(browser: Browser) -> Team:
    """Everybody an order meets, committed."""
    return a_team()


@pytest.fixture
def sit(browser: Browser, site: str):
    """Somebody sits down at a desk; when the story is over everybody gets up and nothing has gone wrong."""
    seated: dict[int, AtADesk] = {}

    def down(account) -> AtADesk:
        if account.pk not in seated:
            seated[account.pk] = AtADesk(browser, site, account)
        return seated[account.pk]

    yield down
    for somebody in seated.values():
        somebody.leave()


def now(order: HotlineOrder) -> HotlineOrder:
    return HotlineOrder.objects.get(pk=order.pk)


def survey(answers: dict) -> dict:
    """As the form's buttons are called."""
    return {**answers, "responded": "yes", "level": str(answers["level"])}


def test_h73_an_agent_answers_at_once_and_nobody_objects(browser, site, sit):
    order = at.an_order(S.ACCEPTED, order_type="help", category="0703")
    agent = sit(at.desk("call_agent"))
    words = "夜间停车位在小区东门外，晚上七点到早上七点免费，欢迎使用。"
    agent.does(order, "answer_directly", answer=words, picture="hotline-answer")
    caller = Complainant(browser, site, order)
    assert caller.sees(words)
    HotlineOrder.objects.filter(pk=order.pk).update(state_due_at=timezone.now() - timedelta(minutes=1))
    services.tick()
    assert (now(order).status, now(order).close_reason) == (S.ARCHIVED, CloseReason.DIRECT)
    assert caller.sees("已办结")
    caller.leaves()


def test_h73_said_on_a_phone_handled_seen_and_judged_good(browser, site, sit, team):
    """From the citizen's own words to the archive, every step on its page."""
    cast_of.cast()
    citizen = Somebody(browser, site, "li", width=390)
    citizen.go("/hotline/new/")
    citizen.page.locator("[name=order_type][value=complaint]").check()
    citizen.write(citizen.page.locator("[name=text]"), PARKING)
    citizen.write(citizen.page.locator("[name=location_text]"), "松风路20号小区东门")
    kept(citizen.page, "hotline-new", for_the_guide=1300)
    citizen.press("提交")
    order = HotlineOrder.objects.get()
    assert citizen.sees(order.query_code)

    dispatcher = sit(team.inspector)
    dispatcher.does(
        order, "dispatch", host="chengguan", basis="城市管理条例第十条", picture="hotline-dispatch"
    )
    officer = sit(team.officer)
    officer.does(order, "sign_for")
    officer.does(order, "log_contact", outcome="reached", note="已电话联系，约定周四现场看。")
    for assist in order.assignments.filter(role="assist").select_related("department"):
        assistant = sit(at.desk("reviewer", department=assist.department.code))
        assistant.does(
            order, "reply_as_assist", text="已加强小区东门早晚高峰的巡逻，并会同物业劝离违停车辆。"
        )
    officer.does(order, "submit_result", **DONE, picture="hotline-result")
    dispatcher.does(order, "approve_result", checked=SIX_POINTS)
    citizen.go(f"/hotline/orders/{order.order_no}/")
    assert citizen.sees(DONE["result_text"])
    kept(citizen.page, "hotline-own", for_the_guide=1300)
    for name, value in survey(GOOD).items():
        citizen.tick(citizen.page.locator(f"[name=survey-{name}][value='{value}']"))
    citizen.press("提交评价")
    assert now(order).status == S.ARCHIVED
    assert now(order).close_reason == CloseReason.GOOD_REVIEW
    citizen.leave()


def test_h73_returned_with_a_reason_and_given_to_the_right_desk(sit, team):
    order = at.an_order(S.ACCEPTED)
    dispatcher, officer = sit(team.inspector), sit(team.officer)
    dispatcher.does(order, "dispatch", host="chengguan", basis="城市管理条例第十条")
    officer.does(
        order,
        "request_return",
        legal_basis="道路交通安全法第五条",
        suggested="jiaoguan",
        reason="机动车道路停车由交警管理。",
    )
    dispatcher.does(order, "approve_return", decision="属实，改派交警。", picture="hotline-return")
    dispatcher.does(order, "dispatch", host="jiaoguan", basis="道路交通安全法第五条")
    sit(team.assistant).does(order, "sign_for")
    assert (now(order).status, now(order).host.code) == (S.HANDLING, "jiaoguan")


def test_h73_a_dispute_is_ruled_and_the_ruled_unit_must_sign(sit, team):
    order = at.an_order(S.ACCEPTED)
    dispatcher = sit(team.inspector)
    dispatcher.does(order, "dispatch", host="chengguan", basis="城市管理条例第十条")
    sit(team.officer).does(
        order, "request_return", legal_basis="道路交通安全法第五条", suggested="jiaoguan", reason="不归城管。"
    )
    dispatcher.does(
        order, "reject_return", reason="小区门口的停车秩序由城管管理。", rule="城市管理条例第十条"
    )
    sit(team.head).does(order, "raise_dispute", reason="道路停车由交警管理，已多次退单。")
    judges = [team.manager.pk, team.supervisor.pk, team.auditor.pk]
    sit(team.manager).does(
        order,
        "rule_to",
        host="jiaoguan",
        legal_basis="道路交通安全法第五条",
        fact_tag="道路停车",
        text="道路上的机动车停放由交警主办。",
        judges=judges,
        picture="hotline-ruling",
    )
    assert now(order).forced
    assert not sit(team.assistant).page.locator("form[action$='/request_return/']").count()
    assistant = sit(team.assistant)
    assistant.does(order, "sign_for")
    assert assistant.sees("裁定由市公安局交警支队主办")
    assert not assistant.sees("jiaoguan")
    assert (now(order).status, now(order).host.code) == (S.HANDLING, "jiaoguan")


def test_h73_shelved_by_two_keys_and_written_off_when_it_is_done(sit, team):
    order = at.an_order(S.HANDLING)
    officer = sit(team.officer)
    officer.does(
        order,
        "request_shelving",
        reason="funds",
        evidence="立项批复",
        plan_date=f"{timezone.localdate() + timedelta(days=90):%Y-%m-%d}",
        citizen_told="已电话告知，诉求人理解。",
    )
    sit(team.manager).does(order, "shelve")
    sit(team.leader).does(order, "shelve", picture="hotline-shelve")
    assert now(order).status == S.SHELVED
    officer.does(order, "log_contact", outcome="reached", note="已告知加装完成。")
    officer.does(order, "write_off", evidence="竣工验收单", **{
        name: DONE[name] for name in ("measures", "result_text", "photos")
    })  # fmt: skip
    sit(team.inspector).does(order, "approve_result", checked=SIX_POINTS)
    caller = sit(team.caller)
    caller.does(order, "answer_survey", **survey(GOOD), picture="hotline-survey")
    caller.does(order, "conclude_good")
    assert now(order).status == S.ARCHIVED


def test_h73_judged_bad_done_again_and_judged_good(sit, team):
    order = to_callback(team)
    caller = sit(team.caller)
    caller.does(order, "answer_survey", **survey(BAD))
    caller.does(order, "conclude_bad")
    sit(team.officer).does(order, "submit_result", **AGAIN)
    sit(team.inspector).does(order, "approve_result", checked=SIX_POINTS)
    caller.does(order, "answer_survey", **survey(GOOD))
    caller.does(order, "conclude_good")
    assert (now(order).close_reason, now(order).rework_no) == (CloseReason.GOOD_REVIEW, 1)


def test_h73_judged_bad_twice_more_and_a_panel_decides(browser, site, sit, team):
    order = to_callback(team)
    for number in range(2):
        services.answer_survey(order.pk, by=team.caller, **BAD)
        services.conclude_bad(order.pk, by=team.caller)
        submit(now(order), team, done_differently=f"第{number + 1}次加派了巡查。")
        approve(now(order), team)
    above = Supervision.objects.get(hotline_order=order)
    services.answer_supervision(above.pk, by=team.head, answer="已逐项整改。", evidence="照片")
    services.close_supervision(above.pk, by=team.supervisor)
    sit(team.caller).does(order, "answer_survey", **survey(BAD))
    sit(team.manager).does(
        order,
        "conclude_panel",
        is_unreasonable="no",
        reasons="两次重办后已穷尽现有办法。",
        members=[team.manager.pk, team.supervisor.pk, team.auditor.pk],
        picture="hotline-panel",
    )
    assert now(order).close_reason == CloseReason.REWORK_EXHAUSTED
    caller = Complainant(browser, site, order)
    assert caller.sees("两次重办后已穷尽现有办法")
    caller.leaves()


def test_h73_taken_back_with_the_code_on_the_phone(browser, site, sit, team):
    order = at.an_order(S.HANDLING)
    caller = Complainant(browser, site, order)
    caller.page.locator("summary", has_text="撤回诉求").click()
    with caller.page.expect_navigation(wait_until="load"):
        caller.page.get_by_role("button", name="发送验证码").click()
    code = "".join(one for one in FakeSms.sent[-1].text.split("，")[0] if one.isdigit())
    caller.does("withdraw", code=code)
    assert now(order).status == S.WITHDRAWN
    assert caller.sees("已办结")
    caller.leaves()


def test_h73_two_about_the_same_become_one(browser, site, sit, team):
    same = {"address_id": "ADDR-1", "complainant_key": "k1"}
    master, other = at.an_order(S.HANDLING, **same), at.an_order(S.ACCEPTED, **same)
    sit(team.inspector).does(other, "merge", into=master.order_no, picture="hotline-merge")
    assert (now(other).status, now(other).parent_id) == (S.MERGED, master.pk)
    caller = Complainant(browser, site, other)
    assert caller.sees(master.order_no) or caller.sees("合并")
    caller.leaves()


def test_h73_not_reached_opened_again_by_the_citizen_and_judged_good(browser, site, sit, team):
    order = to_callback(team)
    HotlineOrder.objects.filter(pk=order.pk).update(
        status=S.ARCHIVED, close_reason=CloseReason.NO_CONTACT, archived_at=timezone.now(), state_due_at=None
    )
    caller = Complainant(browser, site, order)
    caller.does("reopen", text="车又停回来了，没有解决。")
    assert now(order).status == S.REWORK
    caller.leaves()
    sit(team.officer).does(order, "submit_result", **AGAIN)
    sit(team.inspector).does(order, "approve_result", checked=SIX_POINTS)
    officer = sit(team.caller)
    officer.does(order, "answer_survey", **survey(GOOD))
    officer.does(order, "conclude_good")
    assert (now(order).status, now(order).rework_no) == (S.ARCHIVED, 1)
