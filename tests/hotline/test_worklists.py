"""The lists beside the orders: everybody's desk finds what waits for it, does it there, and sees nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import NotAllowed
from hotline import services
from hotline.models import (
    AbuseMark,
    CallBackTask,
    DeskTask,
    DispatchRule,
    FollowUp,
    NumberRestriction,
    OrderExport,
    PanelDecision,
    Parameter,
    PreemptTask,
    Publication,
    QualitySample,
    RetaliationReport,
    SampleCheck,
    Supervision,
    UnmaskGrant,
)
from hotline.selectors import forget_parameters, parameter
from hotline.services.calling import CallRecord
from hotline.states import (
    DeskTaskKind,
    HandleResult,
    PreemptSource,
    PublicationState,
    RequestState,
    RestrictionStage,
    SampleKind,
    SampleReason,
)
from hotline.states import OrderStatus as S
from hotline.views.worklists import LISTS
from identity.roles import Role
from identity.selectors import standing
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db


def browser(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def agent(cast):
    return browser(at.desk(Role.CALL_AGENT))


@pytest.fixture
def head(cast):
    return browser(at.desk(Role.HOTLINE_HEAD))


@pytest.fixture
def auditor(cast):
    return browser(at.desk(Role.AUDITOR))


def page(client, key, **query) -> str:
    answer = client.get(reverse("hotline:worklist", args=[key]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def whole(client, key, row) -> str:
    answer = client.get(reverse("hotline:worklist_row", args=[key, row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def act(client, key, row, verb, **said):
    address = reverse("hotline:act_on_worklist", args=[key, row.pk, verb])
    return client.post(address, {f"{verb}-{name}": value for name, value in said.items()})


def begin(client, listed, verb, **said):
    address = reverse("hotline:begin_on_worklist", args=[listed, verb])
    return client.post(address, {f"{verb}-{name}": value for name, value in said.items()})


def again(row):
    row.refresh_from_db()
    return row


# Who finds what


def test_every_list_opens_for_its_posts_and_for_nobody_else(cast):
    """Deny by default: a citizen and a window clerk read none of them."""
    anybody_at_work = {"unmasking", "exports"}  # whoever has a post may ask, and finds their own
    for account, own in ((cast.li, set()), (cast.window1, anybody_at_work)):
        client = browser(account)
        for one in LISTS:
            if one.key in own:
                continue
            assert client.get(reverse("hotline:worklist", args=[one.key])).status_code == 403, one.key
    assert browser(cast.li).get(reverse("hotline:worklists")).status_code == 403


@pytest.mark.parametrize("one", LISTS, ids=lambda one: one.key)
def test_a_list_opens_empty_and_over_for_each_of_its_posts(cast, one):
    readers = {role for role in Role if one.is_open_to(standing(at.desk(role)))}
    assert readers
    for role in sorted(readers):
        client = browser(at.desk(role))
        if one.key != "parameters":
            assert "没有" in page(client, one.key)
        assert "没有" in page(client, one.key, over="1")


def test_what_is_not_there_is_not_found(head):
    assert head.get(reverse("hotline:worklist", args=["nothing"])).status_code == 404
    assert head.get(reverse("hotline:worklist_row", args=["tasks", 10**9])).status_code == 404
    assert head.post(reverse("hotline:begin_on_worklist", args=["exports", "nothing"])).status_code == 404


def test_the_overview_counts_what_waits_for_these_posts(agent):
    services.record_call(missed("13911112222"))
    told = agent.get(reverse("hotline:worklists")).content.decode()
    assert "漏接回拨" in told
    assert "1 件待办" in told
    assert "打击报复线索" not in told


def test_a_page_costs_the_same_whatever_its_length(cast, statements):
    client = browser(at.desk(Role.CALL_AGENT))
    for number in range(3):
        services.record_call(missed(f"1391111222{number}"))
    address = reverse("hotline:worklist", args=["call-backs"])
    client.get(address)
    with statements() as few:
        client.get(address)
    for number in range(3, 9):
        services.record_call(missed(f"1391111222{number}"))
    with statements() as many:
        client.get(address)
    assert len(many) == len(few)


# Calls to return, looks that are owed


def missed(phone: str) -> CallRecord:
    now = timezone.now()
    return CallRecord(call_ref=f"ref-{phone}", started_at=now, ended_at=now, seconds_rung=30, phone=phone)


def test_h16_an_agent_calls_a_missed_number_back_and_says_what_came_of_it(agent):
    services.record_call(missed("13911112222"))
    row = CallBackTask.objects.get()
    assert "13911112222" in page(agent, "call-backs")
    refused = act(agent, "call-backs", row, "finish", outcome="")
    assert refused.status_code == 422
    assert act(agent, "call-backs", row, "finish", outcome="已接通，登记了噪声投诉").status_code == 302
    assert again(row).outcome == "已接通，登记了噪声投诉"
    over = page(agent, "call-backs", over="1")
    assert "已接通" in over
    assert "13911112222" not in over + page(agent, "call-backs")


def test_h23_h87_each_post_sees_its_own_kind_of_desk_task(cast, agent):
    now = timezone.now()
    kinds = {
        DeskTaskKind.EMERGENCY_OUTCOME: "紧急转接的结果核查",
        DeskTaskKind.EMERGENCY_CONFIRM: "特急派单的人工确认",
    }
    for kind in kinds:
        DeskTask.objects.create(hotline_order=at.an_order(), kind=kind, opened_at=now, due_at=now)
    told = page(agent, "tasks")
    assert kinds[DeskTaskKind.EMERGENCY_OUTCOME] in told
    assert kinds[DeskTaskKind.EMERGENCY_CONFIRM] not in told
    mine = DeskTask.objects.get(kind=DeskTaskKind.EMERGENCY_OUTCOME)
    theirs = DeskTask.objects.get(kind=DeskTaskKind.EMERGENCY_CONFIRM)
    assert act(agent, "tasks", theirs, "finish", outcome="看过").status_code == 404
    assert act(agent, "tasks", mine, "finish", outcome="119 已到场").status_code == 302
    assert again(mine).done_at is not None


# Two keys


@pytest.fixture
def asked(cast):
    """A dispatcher asks to read who complained."""
    dispatcher = at.desk(Role.DISPATCHER)
    order = at.an_order(S.HANDLING, confidential="secret", contact_name="王小二", phone="13922223333")
    services.request_unmask(order.order_no, reason="举报人要求当面核对证据原件", by=dispatcher)
    return browser(dispatcher), UnmaskGrant.objects.get()


def test_h142_two_people_turn_the_keys_and_only_the_asker_looks(asked, head, auditor):
    dispatcher, grant = asked
    personal = reverse("hotline:personal", args=[grant.pk])
    assert act(dispatcher, "unmasking", grant, "first_key").status_code == 403
    assert act(head, "unmasking", grant, "second_key").status_code == 403
    assert act(head, "unmasking", grant, "first_key").status_code == 302
    assert dispatcher.post(personal).status_code == 403
    assert act(auditor, "unmasking", grant, "second_key").status_code == 302
    assert "查看诉求人" in whole(dispatcher, "unmasking", grant)
    assert "查看诉求人" not in whole(head, "unmasking", grant)
    told = dispatcher.post(personal)
    assert "王小二" in told.content.decode()
    assert "13922223333" in told.content.decode()
    assert told.headers["Cache-Control"].count("no-store")
    assert head.post(personal).status_code == 404
    assert dispatcher.get(personal).status_code == 405


def test_h142_one_of_the_two_says_no_and_it_is_over(asked, auditor):
    dispatcher, grant = asked
    assert act(auditor, "unmasking", grant, "refuse").status_code == 302
    assert again(grant).refused_at is not None
    assert "未同意" in page(dispatcher, "unmasking", over="1")
    assert dispatcher.post(reverse("hotline:personal", args=[grant.pk])).status_code == 403


# What leaves the house


def test_h143_a_short_list_is_downloaded_at_once_with_its_watermark_and_without_persons(cast):
    at.an_order(S.HANDLING)
    account = at.desk(Role.SUPERVISOR)
    supervisor = browser(account)
    assert begin(supervisor, "exports", "request", reason="").status_code == 422
    answer = begin(supervisor, "exports", "request", status="handling", reason="季度分析")
    assert answer.status_code == 302
    export = OrderExport.objects.get()
    assert "下载表格" in whole(supervisor, "exports", export)
    address = reverse("hotline:export_file", args=[export.pk])
    written = supervisor.get(address)
    told = written.content.decode("utf-8-sig")
    assert f"{account.username} " in told
    assert "HL2026" in told
    assert "王小二" not in told
    assert "attachment" in written.headers["Content-Disposition"]
    assert browser(at.desk(Role.SUPERVISOR)).get(address).status_code == 404


def test_h143_a_long_list_waits_for_the_head_who_does_not_agree_to_their_own(cast, head):
    account = at.desk(Role.SUPERVISOR)
    now = timezone.now()
    export = OrderExport.objects.create(requested_by=account, requested_at=now, reason="年报", rows=99_999)
    supervisor = browser(account)
    assert supervisor.get(reverse("hotline:export_file", args=[export.pk])).status_code == 403
    assert act(supervisor, "exports", export, "approve").status_code == 403
    assert act(head, "exports", export, "approve").status_code == 302
    assert again(export).state == RequestState.APPROVED
    assert supervisor.get(reverse("hotline:export_file", args=[export.pk])).status_code == 200


def test_h143_dates_of_an_export_hold_the_last_day(cast):
    order = at.an_order(S.HANDLING)
    day = timezone.localtime(order.registered_at).date().isoformat()
    supervisor = browser(at.desk(Role.SUPERVISOR))
    assert (
        begin(
            supervisor, "exports", "request", registered_from=day, registered_to=day, reason="日报"
        ).status_code
        == 302
    )
    assert OrderExport.objects.get().rows == 1


# What the public reads, what only inspectors read


def test_h146_a_second_person_publishes(cast, head):
    order = at.an_order(S.ARCHIVED, archived_at=timezone.now(), handle_result=HandleResult.SOLVED)
    proposed = services.propose_publication(
        order.order_no,
        title="小区门口停车",
        text="门口车辆乱停，影响出行。",
        reply="已经划了停车线。",
        by=at.desk(Role.CALLBACK_OFFICER),
    )
    assert "小区门口停车" in page(head, "publications")
    assert act(head, "publications", proposed, "publish").status_code == 302
    assert Publication.objects.get().state == PublicationState.PUBLISHED


def test_h147_a_report_of_retaliation_is_the_inspectors_alone(cast, head, auditor):
    report = RetaliationReport.objects.create(
        hotline_order=at.an_order(S.HANDLING), text="被停了水电", at=timezone.now()
    )
    assert head.get(reverse("hotline:worklist", args=["retaliation"])).status_code == 403
    assert "被停了水电" not in page(auditor, "retaliation")
    assert "被停了水电" in whole(auditor, "retaliation", report)
    assert act(auditor, "retaliation", report, "close", finding="查实，已移送").status_code == 302
    assert again(report).closed_at is not None


# Before anybody complains


def register(client, **changed):
    said = {
        "source": "weather",
        "title": "寒潮前检查供热管网",
        "key": "气象2026-118",
        "lead": "zhujian",
        "due_on": "2026-12-20",
    }
    return begin(client, "preempting", "register", **{**said, **changed})


def test_h170_the_head_registers_once_and_whoever_leads_it_says_what_was_done(cast, head):
    assert register(head).status_code == 302
    assert register(head).status_code == 302
    row = PreemptTask.objects.get()
    leading = browser(at.desk(Role.REVIEWER, department="zhujian"))
    others = browser(at.desk(Role.REVIEWER, department="chengguan"))
    assert row.title in page(leading, "preempting")
    assert row.title not in page(others, "preempting")
    assert act(leading, "preempting", row, "finish", measures="").status_code == 422
    assert act(leading, "preempting", row, "finish", measures="巡检 12 处，更换阀门 3 个").status_code == 302
    assert again(row).done_at is not None


def test_h173_a_department_registers_what_residents_agreed_on_and_no_weather(cast):
    street = browser(at.desk(Role.REVIEWER, department="zhujian"))
    assert register(street).status_code == 403
    assert register(street, source="street", key="议事2026-3").status_code == 302
    assert PreemptTask.objects.get().source == PreemptSource.STREET


def test_h172_the_effect_is_told_on_the_page(cast, head):
    register(head)
    now = timezone.now()
    PreemptTask.objects.update(done_at=now, checked_at=now, before=9, after=3, last_year=8)
    assert "之前三十天 9 件，之后 3 件，去年同期 8 件" in whole(head, "preempting", PreemptTask.objects.get())


# Second looks


def test_h135_a_withdrawn_sample_is_checked_with_an_answer_about_pressure(cast):
    officer = browser(at.desk(Role.CALLBACK_OFFICER))
    sample = SampleCheck.objects.create(
        kind=SampleKind.WITHDRAWAL,
        department=at.department("chengguan"),
        period="2026-11",
        hotline_order=at.an_order(S.WITHDRAWN),
        drawn_at=timezone.now(),
    )
    assert act(officer, "samples", sample, "check", finding="本人自愿").status_code == 422
    assert (
        act(officer, "samples", sample, "check", finding="本人自愿", under_pressure="no").status_code == 302
    )
    assert again(sample).under_pressure is False


def test_h183_the_head_of_the_shift_scores_a_call_out_of_a_hundred(cast, head):
    sample = QualitySample.objects.create(
        hotline_order=at.an_order(),
        agent=at.desk(Role.CALL_AGENT),
        month=timezone.localdate().replace(day=1),
        reason=SampleReason.SHARE,
    )
    assert act(head, "quality", sample, "check", score="101", note="好").status_code == 422
    assert act(head, "quality", sample, "check", score="95", note="五要素齐全").status_code == 302
    assert again(sample).score == 95


def test_h115_a_panel_decision_is_looked_at_again_by_somebody_else(cast, head):
    deciders = [at.desk(Role.HOTLINE_HEAD) for _ in range(3)]
    decision = PanelDecision.objects.create(
        hotline_order=at.an_order(S.ARCHIVED, archived_at=timezone.now()),
        is_unreasonable=True,
        reasons="要求没有依据",
        members=[one.pk for one in deciders],
        by=deciders[0],
        at=timezone.now(),
        reconsidered_at=timezone.now(),
    )
    own = act(browser(deciders[0]), "reconsiderations", decision, "reconsider", conclusion="维持")
    assert own.status_code == 403
    assert act(head, "reconsiderations", decision, "reconsider", conclusion="维持原认定").status_code == 302
    assert again(decision).reconsideration == "维持原认定"


def test_h189_who_was_asked_whether_it_is_still_solved_is_on_a_list(cast, head):
    order = at.an_order(S.ARCHIVED, archived_at=timezone.now())
    FollowUp.objects.create(hotline_order=order, asked_at=timezone.now())
    assert order.order_no in page(head, "follow-ups")


# Numbers that harass, rules, knowledge


def test_h137_marks_of_agents_lead_to_the_ladder_and_its_next_rung_is_the_heads(cast, head):
    agents = [browser(at.desk(Role.CALL_AGENT)) for _ in range(2)]
    for number in range(10):
        marked = begin(agents[number % 2], "restrictions", "mark", phone="13933334444", kind="silent")
        assert marked.status_code == 302
    assert AbuseMark.objects.count() == 10
    rung = NumberRestriction.objects.get()
    told = page(head, "restrictions")
    assert "警告" in told
    assert "13933334444" not in told + whole(head, "restrictions", rung)
    NumberRestriction.objects.update(since=timezone.now() - timedelta(hours=1))
    assert act(head, "restrictions", rung, "restrict", reason="警告后继续").status_code == 302
    assert NumberRestriction.objects.latest("pk").stage == RestrictionStage.VOICEMAIL


def test_h138_an_appeal_is_heard_by_somebody_else(cast, head):
    now = timezone.now()
    rung = NumberRestriction.objects.create(
        phone="13933334444",
        stage=RestrictionStage.WARNING,
        since=now,
        reason="骚扰标记达到次数",
        appeal="孩子误拨",
        appealed_at=now,
        appeal_due_at=now + timedelta(days=5),
    )
    assert (
        act(head, "restrictions", rung, "decide_appeal", lift="yes", decision="情况属实").status_code == 302
    )
    assert again(rung).lifted_at is not None


def test_h80_the_head_approves_a_proposed_row_and_never_their_own(cast, head):
    mine = at.desk(Role.HOTLINE_HEAD)
    rule = services.propose_rule(
        category="0703", department=at.department("chengguan"), legal_basis="城市管理条例第十条", by=mine
    )
    assert act(browser(mine), "dispatch-rules", rule, "approve").status_code == 403
    assert act(head, "dispatch-rules", rule, "approve").status_code == 302
    assert DispatchRule.objects.get(pk=rule.pk).approved_at is not None


# Numbers, the catalogue, 督办, appeals


def test_h162_the_head_sets_a_number_from_now_on_and_nobody_else(cast, head):
    row = Parameter.objects.get(name="export_rows")
    assert "acknowledge_hours" in page(head, "parameters")
    assert "export_rows" in whole(head, "parameters", row)
    assert act(head, "parameters", row, "set", value="{", reason="试行").status_code == 422
    assert act(head, "parameters", row, "set", value="50", reason="试行").status_code == 302
    forget_parameters()
    assert parameter("export_rows") == 50
    dispatcher = browser(at.desk(Role.DISPATCHER))
    assert act(dispatcher, "parameters", row, "set", value="9", reason="试行").status_code == 403
    with pytest.raises(NotAllowed):
        services.set_parameter("export_rows", 9, by=at.desk(Role.DISPATCHER))


def test_h152_the_head_stops_every_clock_while_the_platform_is_away(cast, head):
    order = at.an_order(S.HANDLING)
    assert begin(head, "parameters", "declare_outage").status_code == 302
    assert again(order).paused_at is not None
    assert begin(head, "parameters", "end_outage").status_code == 302
    assert again(order).paused_at is None


def test_h80_a_dispatcher_proposes_a_row_and_the_head_approves_it(cast, head):
    dispatcher = browser(at.desk(Role.DISPATCHER))
    said = {"category": "0703", "department": "jiaoguan", "legal_basis": "道路交通安全法第五条"}
    assert begin(dispatcher, "dispatch-rules", "propose", **said).status_code == 302
    row = DispatchRule.objects.get(department__code="jiaoguan", category="0703", proposed_by__isnull=False)
    assert act(dispatcher, "dispatch-rules", row, "approve").status_code == 403
    assert act(head, "dispatch-rules", row, "approve").status_code == 302
    with pytest.raises(NotAllowed):
        services.propose_rule(
            category="0703", department=at.department("jiaoguan"), legal_basis="x", by=cast.window1
        )


def test_h123_a_leaders_instruction_opens_one_supervision(cast):
    supervisor = browser(at.desk(Role.SUPERVISOR))
    address = reverse("hotline:begin_supervision")
    said = {"open-department": "chengguan", "open-leader": "分管副市长", "open-key": "批示2026-7"}
    for _click in range(2):
        assert supervisor.post(address, said).status_code == 302
    assert "市城市管理局" in supervisor.get(reverse("hotline:supervisions")).content.decode()
    opened = Supervision.objects.get()
    assert (opened.cause, opened.leader) == ("instruction", "分管副市长")
    refused = supervisor.post(address, {**said, "open-department": ""})
    assert refused.status_code == 422
    assert browser(at.desk(Role.REVIEWER, department="chengguan")).post(address, said).status_code == 403


def test_h138_whoever_holds_the_number_appeals_on_the_page(cast):
    now = timezone.now()
    NumberRestriction.objects.create(
        phone=cast.li.person.mobile,
        stage=RestrictionStage.RESTRICTED,
        since=now,
        until=now + timedelta(days=30),
        reason="骚扰",
    )
    li, wang, address = browser(cast.li), browser(cast.wang), reverse("hotline:appeal")
    assert address in li.get(reverse("hotline:home")).content.decode()
    assert address not in wang.get(reverse("hotline:home")).content.decode()
    assert li.post(address, {"text": " "}).status_code == 422
    assert li.post(address, {"text": "孩子误拨，以后会注意。"}).status_code == 302
    assert NumberRestriction.objects.get().appeal == "孩子误拨，以后会注意。"
    assert "提交申诉" not in li.get(address).content.decode()
    assert wang.post(address, {"text": "冒充"}).status_code in {404, 422}
