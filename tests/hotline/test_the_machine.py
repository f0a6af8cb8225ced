"""The machine as a whole: only the table's arrows (H-70), whose words are told (H-74), nothing random breaks it (H-30, H-71)."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import DomainError, NotAllowed, WrongState
from events.models import EventRecord
from hotline import services
from hotline.models import Assignment, HotlineOrder
from hotline.rules.waiting import Shelving
from hotline.services.acting import allowed_verbs
from hotline.states import HOSTED, PUBLIC_WORDS, TURN, OrderStatus
from tests.factories import hotline as at
from tests.factories.hotline_team import BAD, GOOD, SIX_POINTS, a_result, a_team, contact, photograph

S = OrderStatus
#: Section 5 of hotline.md, arrow by arrow.
TABLE = {
    S.REGISTERED: "transfer_emergency guide_elsewhere mark_invalid merge accept",
    S.ACCEPTED: "answer_directly dispatch merge withdraw open_ruling",
    S.DISPATCHED: "sign_for request_return raise_dispute merge withdraw",
    S.RETURN_REVIEW: "approve_return reject_return escalate_dispute withdraw",
    S.DISPUTED: "rule_to rule_keep withdraw",
    S.HANDLING: "submit_result shelve reassign merge withdraw",
    S.CLOSE_REVIEW: "reject_result approve_result",
    S.SHELVED: "resume write_off withdraw",
    S.DIRECT_ANSWERED: "settle_direct reopen_direct",
    S.CALLBACK: "conclude_good conclude_bad conclude_panel",
    S.REWORK: "submit_result shelve change_host withdraw",
    S.ARCHIVED: "reopen",
}
#: Only whoever holds an order does these: where nobody does, everybody is a stranger first (403).
OF_THE_HOLDER = {"sign_for", "request_return", "raise_dispute"}
A_SHELVING = {
    "reason": "funds",
    "evidence": "评审意见",
    "plan_date": timezone.localdate() + timedelta(days=100),
    "citizen_told": "已电话告知。",
}


@pytest.fixture
def as_an_order(team):
    """Each verb of this part of the table, done by whoever may, with words that lack nothing."""

    agent, master = at.desk("call_agent"), at.an_order(S.HANDLING)
    judges = (team.manager.pk, team.supervisor.pk, team.auditor.pk)
    verdict = services.Verdict(legal_basis="条例第十条", fact_tag="停车", text="由城管主办。", judges=judges)

    def verbs(order):
        pk, code = order.pk, order.query_code
        return {
            "submit_result": partial(services.submit_result, pk, by=team.officer, **a_result()),
            "reject_result": partial(services.reject_result, pk, by=team.inspector, defect="tone", note="改"),
            "approve_result": partial(services.approve_result, pk, by=team.inspector, checked=SIX_POINTS),
            "shelve": partial(services.shelve, pk, by=team.manager),
            "resume": partial(services.resume, pk, by=team.officer, reason="已具备条件。"),
            "write_off": partial(
                services.write_off, pk, by=team.officer, evidence="验收",
                **{k: v for k, v in a_result().items() if k != "handle_result"},
            ),
            "conclude_good": partial(services.conclude_good, pk, by=team.caller),
            "conclude_bad": partial(services.conclude_bad, pk, by=team.caller),
            "conclude_panel": partial(
                services.conclude_panel, pk, by=team.manager, is_unreasonable=True, ground="beyond_reason",
                reasons="超出法律规定。", members=[team.manager.pk, team.supervisor.pk, team.auditor.pk],
            ),
            "reopen": partial(services.reopen, pk, by=None, query_code=code),
            "withdraw": partial(services.withdraw, pk, by=None, query_code=code, code="000000"),
            "accept": partial(services.accept, pk, by=agent),
            "transfer_emergency": partial(services.transfer_emergency, pk, by=agent, line="110"),
            "guide_elsewhere": partial(
                services.guide_elsewhere, pk, by=agent, reason="litigation", channel="云澜市人民法院，电话 12368",
            ),
            "mark_invalid": partial(services.mark_invalid, pk, by=team.inspector, reason="silent", recording="r-1"),
            "answer_directly": partial(
                services.answer_directly, pk, by=agent, answer="小区东门外有夜间免费停车位，晚七点到早七点开放使用。",
            ),
            "reopen_direct": partial(services.reopen_direct, pk, by=None, query_code=code),
            "dispatch": partial(services.dispatch, pk, by=team.inspector, host="chengguan", basis="条例第十条"),
            "merge": partial(services.merge, pk, into=master.pk, by=team.inspector),
            "sign_for": partial(services.sign_for, pk, by=team.officer),
            "request_return": partial(
                services.request_return, pk, by=team.officer, legal_basis="道路交通安全法第五条", suggested="jiaoguan",
            ),
            "approve_return": partial(services.approve_return, pk, by=team.inspector, decision="属实"),
            "reject_return": partial(services.reject_return, pk, by=team.inspector, reason="归城管", rule="第十条"),
            "escalate_dispute": partial(services.escalate_dispute, pk, by=team.inspector, reason="说法不一"),
            "raise_dispute": partial(services.raise_dispute, pk, by=team.head, reason="不归我们管"),
            "rule_to": partial(services.rule_to, pk, by=team.manager, host="jiaoguan", verdict=verdict),
            "rule_keep": partial(services.rule_keep, pk, by=team.manager, verdict=verdict),
            "reassign": partial(services.reassign, pk, by=team.manager, host="jiaoguan", reason="职责调整"),
            "change_host": partial(services.change_host, pk, by=team.manager, host="jiaoguan", reason="职责调整"),
        }  # fmt: skip

    return verbs


@pytest.mark.django_db
@pytest.mark.parametrize("status", sorted(S))
def test_h70_only_the_arrows_of_the_table_exist(team, status):
    order = at.an_order(status)
    assert allowed_verbs(order) == sorted(TABLE.get(status, "").split())


@pytest.mark.django_db
@pytest.mark.parametrize("status", sorted(S))
def test_h70_every_other_verb_is_refused_with_what_may_be_done(as_an_order, status):
    order = at.an_order(status)
    if not order.assignments.exists():
        at.a_part(order, "chengguan", state="cancelled")  # whoever held it once still sees it (H-02)
    for name, verb in as_an_order(order).items():
        if name in TABLE.get(status, "").split():
            continue
        nobodys = name in OF_THE_HOLDER and not order.assignments.filter(state="open").exists()
        with pytest.raises(NotAllowed if nobodys else WrongState) as refused:
            verb()
        if not nobodys:
            assert refused.value.allowed == sorted(TABLE.get(status, "").split()), name
    assert HotlineOrder.objects.get(pk=order.pk).status == status
    assert not EventRecord.objects.filter(subject=order.subject).exists()


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (S.ACCEPTED, "已受理"),
        (S.DISPATCHED, "转办中"),
        (S.RETURN_REVIEW, "转办中"),
        (S.DISPUTED, "转办中"),
        (S.HANDLING, "办理中"),
        (S.SHELVED, "需较长时间"),
        (S.CALLBACK, "已答复待评价"),
        (S.REWORK, "重新办理"),
        (S.ARCHIVED, "已办结"),
        (S.GUIDED_ELSEWHERE, "已告知其他途径"),
        (S.MERGED, "已合并"),
    ],
)
def test_h74_what_the_citizen_reads(status, word):
    assert HotlineOrder(status=status).public_word == word


def test_h74_every_state_has_its_word_and_its_turn():
    assert set(PUBLIC_WORDS) == set(TURN["HotlineOrder"]) == set(S)


def _steps(team, order):
    """Verbs anybody might try, at any time, and the words they would say."""
    pk, code = order.pk, order.query_code
    sent = {"code": ""}

    def ask_for_code():
        sent["code"] = services.send_withdrawal_code(pk, by=None, query_code=code)

    def shelve():
        services.request_shelving(pk, by=team.officer, wanted=Shelving(**A_SHELVING))
        services.shelve(pk, by=team.manager)
        services.shelve(pk, by=team.leader)

    return [
        lambda: contact(order, team),
        lambda: photograph(order, team),
        lambda: services.submit_result(pk, by=team.officer, **a_result(done_differently="加派人手。")),
        lambda: services.reject_result(pk, by=team.inspector, defect="tone", note="改写。"),
        lambda: services.approve_result(pk, by=team.inspector, checked=SIX_POINTS),
        lambda: services.answer_survey(pk, by=team.caller, **BAD),
        lambda: services.answer_survey(pk, by=team.caller, **GOOD),
        lambda: services.conclude_good(pk, by=team.caller),
        lambda: services.conclude_bad(pk, by=team.caller),
        lambda: services.ask_supplement(pk, by=team.officer, question="请补充。"),
        lambda: services.stop_waiting(pk),
        shelve,
        lambda: services.resume(pk, by=team.officer, reason="已具备条件。"),
        ask_for_code,
        lambda: services.withdraw(pk, by=None, query_code=code, code=sent["code"]),
        lambda: services.reopen(pk, by=None, query_code=code),
        lambda: services.tick(timezone.now()),
        lambda: services.tick(timezone.now() + timedelta(days=400)),
    ]


def _holds(order):
    """What must hold of an order whatever was done to it."""
    now = HotlineOrder.objects.get(pk=order.pk)
    hosts = Assignment.objects.filter(hotline_order=order, role="host", state="open").count()
    assert hosts == (1 if now.status in HOSTED else 0), now.status  # H-30
    if TURN["HotlineOrder"][now.status] != "nobody":  # H-71
        assert (now.review_due_at if now.status == S.SHELVED else now.state_due_at) is not None, now.status
    else:
        assert now.state_due_at is None
    assert now.rework_no <= 2
    assert (now.paused_at is not None) == now.pauses.filter(ended_at__isnull=True).exists()
    bad = now.survey_level is not None and now.survey_level <= 2
    assert not (now.status == S.ARCHIVED and bad and now.close_reason == "good_review")  # H-72


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(tries=st.lists(st.integers(0, 17), min_size=6, max_size=22))
def test_h30_h71_h72_nothing_anybody_tries_breaks_an_order(team, tries):
    order = at.an_order(S.HANDLING)
    steps = _steps(team, order)
    for number in tries:
        before = HotlineOrder.objects.get(pk=order.pk).status
        told = EventRecord.objects.filter(subject=order.subject).count()
        try:
            steps[number]()
        except DomainError:
            assert HotlineOrder.objects.get(pk=order.pk).status == before or number == 11
            assert EventRecord.objects.filter(subject=order.subject).count() == told or number == 11
        _holds(order)


def test_an_approval_and_a_withdrawal_at_once_end_in_one_state(committed):
    team = a_team()
    order = at.an_order(S.HANDLING)
    contact(order, team)
    photograph(order, team)
    code = services.send_withdrawal_code(order.pk, by=None, query_code=order.query_code)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def run(name, verb):
        try:
            ready.wait()
            verb()
            outcomes.append(name)
        except DomainError:
            outcomes.append(f"no {name}")
        finally:
            connections.close_all()

    def finish():
        services.submit_result(order.pk, by=team.officer, **a_result())
        services.approve_result(order.pk, by=team.inspector, checked=SIX_POINTS)

    take_back = partial(services.withdraw, order.pk, by=None, query_code=order.query_code, code=code)
    threads = [
        threading.Thread(target=run, args=pair) for pair in (("finish", finish), ("withdraw", take_back))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    _holds(order)
    status = HotlineOrder.objects.get(pk=order.pk).status
    won = {S.CALLBACK: {"finish", "no withdraw"}, S.WITHDRAWN: {"withdraw", "no finish"}}
    assert set(outcomes) == won[status]
