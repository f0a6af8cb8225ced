"""What an agent decides: guided, invalid, answered at once, reclassified, split (sections 4 and 6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, NotAllowed, Refused, WrongState
from events.models import EventRecord
from hotline import services
from hotline.models import AbuseMark, Call, HotlineOrder, NumberRestriction
from hotline.services.guiding import reopen_now
from hotline.services.restricting import keep_mark
from hotline.states import Confidentiality, GuideReason, InvalidReason, OrderStatus, OrderType
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db

ENOUGH = "停车费标准见物价部门公示，每小时三元，半小时内免费。"


@pytest.fixture
def agent():
    return at.desk(Role.CALL_AGENT)


@pytest.fixture
def lead():
    return at.desk(Role.DISPATCHER)


def told(order: HotlineOrder) -> list[str]:
    return [one.name.partition(".")[2] for one in EventRecord.objects.about(order.subject)]


def untouched(order: HotlineOrder) -> None:
    status = order.status
    order.refresh_from_db()
    assert (order.status, told(order)) == (status, [])


# Guided


@pytest.mark.parametrize("reason", GuideReason)
def test_t_03_h_22_each_of_the_nine_reasons_guides_with_its_channel(reason, agent):
    order = at.an_order(OrderStatus.REGISTERED)
    order = services.guide_elsewhere(order.pk, by=agent, reason=reason, channel="向人民法院起诉，电话 12368")
    assert (order.status, order.guide_reason) == (OrderStatus.GUIDED_ELSEWHERE, reason)
    assert order.guide_channel == "向人民法院起诉，电话 12368"
    assert told(order) == ["OrderGuided"]


@pytest.mark.parametrize(("reason", "channel"), [("litigation", " "), ("not_ours", "某处"), ("", "")])
def test_h_21_a_bare_refusal_cannot_be_saved(reason, channel, agent):
    order = at.an_order(OrderStatus.REGISTERED)
    with pytest.raises(BadInput):
        services.guide_elsewhere(order.pk, by=agent, reason=reason, channel=channel)
    untouched(order)


def test_t_03_only_an_agent_guides_and_only_what_is_not_accepted(agent, cast):
    order = at.an_order(OrderStatus.REGISTERED, person=cast.li.person)
    with pytest.raises(NotAllowed):
        services.guide_elsewhere(order.pk, by=cast.li, reason="litigation", channel="法院")
    untouched(order)
    accepted = at.an_order(OrderStatus.ACCEPTED)
    with pytest.raises(WrongState):
        services.guide_elsewhere(accepted.pk, by=agent, reason="litigation", channel="法院")
    untouched(accepted)


# Invalid


def test_t_04_a_desk_lead_marks_it_invalid_with_the_recording(agent, lead):
    order = at.an_order(OrderStatus.REGISTERED)
    with pytest.raises(NotAllowed):
        services.mark_invalid(order.pk, by=agent, reason="silent", recording="rec-1")
    with pytest.raises(BadInput, match="录音"):
        services.mark_invalid(order.pk, by=lead, reason="silent")
    with pytest.raises(BadInput, match="原因"):
        services.mark_invalid(order.pk, by=lead, reason="boring", recording="rec-1")
    untouched(order)
    Call.objects.create(
        call_ref="c-1", started_at=timezone.now(), seconds_rung=3, recording="rec-1", hotline_order=order
    )
    order = services.mark_invalid(order.pk, by=lead, reason=InvalidReason.SILENT)
    assert (order.status, order.invalid_reason) == (OrderStatus.INVALID, InvalidReason.SILENT)
    with pytest.raises(WrongState):
        services.mark_invalid(order.pk, by=lead, reason="silent", recording="rec-1")


@pytest.mark.parametrize(("reason", "kind"), [("silent", "silent"), ("abuse", "abusive")])
def test_t_04_h_137_an_invalid_call_counts_against_its_number_once(agent, lead, reason, kind):
    order = at.an_order(OrderStatus.REGISTERED, registered_by=agent)
    Call.objects.create(
        call_ref="c-1",
        started_at=timezone.now(),
        seconds_rung=3,
        phone=order.phone,
        recording="rec-1",
        hotline_order=order,
    )
    services.mark_invalid(order.pk, by=lead, reason=reason)
    mark = AbuseMark.objects.get()
    assert (mark.phone, mark.kind, mark.by, mark.recording) == (order.phone, kind, agent, "rec-1")
    keep_mark(order.phone, by=agent, kind=kind, call_id=mark.call_id)
    assert AbuseMark.objects.count() == 1


def test_t_04_h_137_ten_silent_calls_marked_invalid_warn_the_number(agent, lead):
    for _call in range(10):
        order = at.an_order(OrderStatus.REGISTERED, registered_by=agent, phone="19955550000")
        services.mark_invalid(order.pk, by=lead, reason="silent", recording="rec-1")
    assert NumberRestriction.objects.get().stage == "warning"


@pytest.mark.parametrize(
    ("reason", "facts"),
    [("wrong_number", {}), ("abuse", {"channel": "web"}), ("abuse", {"phone": ""})],
)
def test_h_137_neither_a_wrong_number_nor_a_form_with_somebodys_number_is_harassment(lead, reason, facts):
    order = at.an_order(OrderStatus.REGISTERED, **facts)
    services.mark_invalid(order.pk, by=lead, reason=reason, recording="rec-1")
    assert not AbuseMark.objects.exists()


# Answered at once


def test_t_07_h_26_an_agent_answers_with_the_departments_expert_in_the_call(agent, clock):
    now = clock.set("2026-11-23 10:00")
    order = at.an_order(OrderStatus.ACCEPTED, order_type=OrderType.INQUIRY)
    order = services.answer_directly(order.pk, by=agent, answer=ENOUGH, expert_department="chengguan")
    assert (order.status, order.expert_department.code) == (OrderStatus.DIRECT_ANSWERED, "chengguan")
    assert order.state_due_at == now + timedelta(days=7)


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"order_type": OrderType.COMPLAINT}, ENOUGH),
        ({"order_type": OrderType.REPORT}, ENOUGH),
        ({"order_type": OrderType.INQUIRY, "confidential": Confidentiality.SECRET}, ENOUGH),
        ({"order_type": OrderType.INQUIRY}, "知道了"),
    ],
)
def test_t_07_complaints_secrets_and_few_words_are_no_direct_answer(facts, answer, agent):
    order = at.an_order(OrderStatus.ACCEPTED, **facts)
    with pytest.raises(Refused):
        services.answer_directly(order.pk, by=agent, answer=answer)
    untouched(order)


def test_t_07_only_an_agent_and_only_what_is_accepted(agent, lead):
    order = at.an_order(OrderStatus.ACCEPTED, order_type=OrderType.INQUIRY)
    with pytest.raises(NotAllowed):
        services.answer_directly(order.pk, by=lead, answer=ENOUGH)
    untouched(order)
    registered = at.an_order(OrderStatus.REGISTERED, order_type=OrderType.INQUIRY)
    with pytest.raises(WrongState):
        services.answer_directly(registered.pk, by=agent, answer=ENOUGH)


def test_t_27_the_complainant_comes_back_themselves(cast):
    order = at.an_order(OrderStatus.DIRECT_ANSWERED, person=cast.li.person)
    stranger = at.an_order(OrderStatus.DIRECT_ANSWERED)
    with pytest.raises(NotAllowed):
        services.reopen_direct(order.pk, by=at.desk(Role.DISPATCHER))
    order = services.reopen_direct(order.pk, by=cast.li)
    assert (order.status, told(order)) == (OrderStatus.ACCEPTED, ["OrderAnswerVoided"])
    with pytest.raises(WrongState):
        services.reopen_direct(order.pk, by=cast.li)
    assert reopen_now(stranger.pk, by=None).status == OrderStatus.ACCEPTED
    assert reopen_now(stranger.pk, by=None).status == OrderStatus.ACCEPTED
    assert told(stranger) == ["OrderAnswerVoided"]


# Corrected


def test_h_157_after_a_correction_the_promise_follows_from_acceptance(agent, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(OrderStatus.ACCEPTED, category="0703", class_conf=0.4)
    clock.set("2026-11-24 10:00")
    order = services.classify_order(order.pk, by=agent, category="0304", fact_tag="缺斤短两")
    assert (order.due_basis["row"], order.fact_tag) == ("category:0304", "缺斤短两")
    assert timezone.localtime(order.public_due_at).isoformat() == "2026-12-02T16:30:00+08:00"


def test_h_56_what_a_person_classified_goes_to_its_desk_by_itself(agent, deliver_events):
    order = at.an_order(OrderStatus.ACCEPTED, category="0000", class_conf=0)
    assert services.dispatch(order.pk, by=None).status == OrderStatus.ACCEPTED
    services.classify_order(order.pk, by=agent, category="0703")
    deliver_events()
    assert services.dispatch(order.pk, by=None).host.code == "chengguan"


def test_h_140_a_complaint_that_is_a_report_becomes_secret(agent):
    order = at.an_order(OrderStatus.ACCEPTED, redacted="老码头18号楼2单元有人私占车位")
    order = services.classify_order(order.pk, by=agent, order_type="report")
    assert order.confidential == Confidentiality.SECRET
    assert order.alias.startswith("举报人-")
    assert "18号楼" not in order.redacted


# Split


TWO = "路口红绿灯信号灯坏了一直堵车，另外路灯不亮井盖也破了"


def test_h_58_two_matters_of_two_hosts_become_two_orders_with_their_own_dues(agent):
    order = at.an_order(
        OrderStatus.ACCEPTED, category="0705", text=TWO, redacted=TWO, title="路口", location_text="桥头街道"
    )
    sibling = services.split(order.pk, by=agent, category="0805", confirmed=True)
    order.refresh_from_db()
    assert sibling.split_group == order.split_group is not None
    assert (sibling.category_l2, sibling.status, sibling.text) == ("0805", OrderStatus.ACCEPTED, TWO)
    assert sibling.order_no != order.order_no
    assert sibling.public_due_at != order.public_due_at
    assert sibling.phone == order.phone
    assert services.split(order.pk, by=agent, category="0805", confirmed=True).pk == sibling.pk
    assert told(order) == ["OrderSplit"]


@pytest.mark.parametrize(
    ("category", "confirmed", "why"),
    [("0805", False, "确认"), ("0705", True, "第二件事"), ("1301", True, "第二件事")],
)
def test_h_58_not_without_the_callers_yes_nor_what_is_not_there(category, confirmed, why, agent):
    order = at.an_order(OrderStatus.ACCEPTED, category="0705", text=TWO, redacted=TWO, title="路口")
    with pytest.raises(Refused, match=why):
        services.split(order.pk, by=agent, category=category, confirmed=confirmed)
    untouched(order)
    assert HotlineOrder.objects.count() == 1
