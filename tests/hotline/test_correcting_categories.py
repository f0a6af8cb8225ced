"""A person corrects the classifier; what was said by itself is kept, and what is wrong too often is listed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, NotAllowed, WrongState
from events.models import EventRecord
from hotline import services
from hotline.models import Assignment, Category, ClassCorrection, DeskTask, OrderFile
from hotline.selectors import forget_tree
from hotline.selectors.corrections import often_corrected
from hotline.selectors.history import history_for_staff
from hotline.services import classify_order
from hotline.states import ClassifiedBy, DeskTaskKind, OrderStatus, Urgency
from identity.roles import Role
from tests.factories import files
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou():
    return at.desk(Role.CALL_AGENT, "zhou")


@pytest.fixture
def head():
    return at.desk(Role.HOTLINE_HEAD, "head")


def the_month():
    return timezone.now() - timedelta(days=30), timezone.now() + timedelta(days=1)


def test_h_57_an_agents_correction_is_kept_with_the_words_it_went_by(zhou):
    order = at.an_order(category="0703")
    classify_order(order.pk, by=zhou, category="1203")
    order.refresh_from_db()
    assert (order.category_l1, order.category_l2, order.class_by) == ("12", "1203", ClassifiedBy.AGENT)
    (kept,) = ClassCorrection.objects.all()
    assert (kept.text, kept.auto_code, kept.final_code, kept.by) == (order.redacted, "0703", "1203", zhou)
    told = EventRecord.objects.get(name="hotline.OrderClassified").payload
    assert (told["category"], told["before"], told["by"]) == ("1203", "0703", "agent")


def test_h_57_a_dispatchers_correction_is_kept_as_his():
    order = at.an_order(OrderStatus.ACCEPTED, category="0703")
    classify_order(order.pk, by=at.desk(Role.DISPATCHER, "qian"), category="0705")
    order.refresh_from_db()
    assert order.class_by == ClassifiedBy.DISPATCHER


def test_h_57_four_of_twenty_corrected_in_a_month_are_listed(zhou):
    orders = [at.an_order(category="0703") for _number in range(20)]
    for order in orders[:4]:
        classify_order(order.pk, by=zhou, category="0705")
    (listed,) = often_corrected(*the_month())
    assert (listed.code, listed.corrected, listed.classified, listed.share) == ("0703", 4, 20, 0.2)
    assert listed.instead == ("0705",)


def test_h_57_three_of_twenty_are_not_more_than_the_share(zhou):
    orders = [at.an_order(category="0703") for _number in range(20)]
    for order in orders[:3]:
        classify_order(order.pk, by=zhou, category="0705")
    assert often_corrected(*the_month()) == []


def test_h_57_a_second_thought_of_a_person_is_no_second_mistake_of_the_classifier(zhou):
    order = at.an_order(category="0703")
    classify_order(order.pk, by=zhou, category="0705")
    classify_order(order.pk, by=zhou, category="1203")
    assert ClassCorrection.objects.count() == 1


def test_h_50_a_retired_or_unknown_category_cannot_be_chosen(zhou):
    order = at.an_order(category="0703")
    Category.objects.filter(code="0404").update(valid_to=timezone.localdate() - timedelta(days=1))
    forget_tree()
    for code in ("0404", "9999", "07"):
        with pytest.raises(BadInput, match="没有这个二级分类"):
            classify_order(order.pk, by=zhou, category=code)


def test_h_57_a_department_does_not_choose_the_category():
    order = at.an_order(OrderStatus.DISPATCHED, category="0703")
    with pytest.raises(NotAllowed):
        classify_order(order.pk, by=at.desk(Role.REVIEWER, "sun", "chengguan"), category="0705")


def test_h_57_once_a_department_holds_the_order_its_category_stays(zhou):
    order = at.an_order(OrderStatus.HANDLING, category="0703")
    with pytest.raises(WrongState):
        classify_order(order.pk, by=zhou, category="0705")


def test_h_61_an_agent_raises_urgency_and_may_not_lower_it(zhou):
    order = at.an_order(category="0603", urgency=Urgency.URGENT)
    classify_order(order.pk, by=zhou, urgency=Urgency.EMERGENCY)
    with pytest.raises(NotAllowed, match="班长"):
        classify_order(order.pk, by=zhou, urgency=Urgency.NORMAL, reason="没有那么急")
    order.refresh_from_db()
    assert order.urgency == Urgency.EMERGENCY


def test_h_61_the_shift_leader_lowers_urgency_with_a_reason_only(head):
    order = at.an_order(category="0603", urgency=Urgency.EMERGENCY)
    with pytest.raises(BadInput, match="理由"):
        classify_order(order.pk, by=head, urgency=Urgency.NORMAL)
    classify_order(order.pk, by=head, urgency=Urgency.NORMAL, reason="燃气公司已到场排除")
    order.refresh_from_db()
    assert order.urgency == Urgency.NORMAL
    told = EventRecord.objects.get(name="hotline.OrderClassified").payload
    assert (told["urgency"], told["reason"]) == ("normal", "燃气公司已到场排除")


def test_h_57_a_form_that_repeats_type_and_urgency_asks_for_nothing_but_the_category(zhou):
    order = at.an_order(category="0904", urgency=Urgency.NORMAL)
    classify_order(order.pk, by=zhou, category="0603", order_type="help", urgency=Urgency.NORMAL)
    order.refresh_from_db()
    assert (order.category_l2, order.order_type, order.urgency) == ("0603", "help", Urgency.EMERGENCY)
    with pytest.raises(BadInput, match="诉求类型"):
        classify_order(order.pk, by=zhou, order_type="nothing")


def test_h_61_a_corrected_category_brings_its_own_urgency(zhou):
    order = at.an_order(category="0904", urgency=Urgency.NORMAL)
    classify_order(order.pk, by=zhou, category="0603")
    order.refresh_from_db()
    assert (order.urgency, order.sensitive) == (Urgency.EMERGENCY, True)


def test_h_87_what_is_raised_to_an_emergency_after_acceptance_leaves_at_once(zhou):
    order = at.an_order(OrderStatus.ACCEPTED, category="0703")
    order = classify_order(order.pk, by=zhou, urgency=Urgency.EMERGENCY)
    part = Assignment.objects.get(hotline_order=order, role="host")
    assert order.status == OrderStatus.DISPATCHED
    assert order.state_due_at == part.sign_due_at
    assert DeskTask.objects.filter(hotline_order=order, kind=DeskTaskKind.EMERGENCY_CONFIRM).exists()
    names = [one.name for one in EventRecord.objects.about(order.subject)]
    assert names == ["hotline.OrderClassified", "hotline.OrderDispatched"]


@pytest.mark.parametrize(("urgency", "hours"), [(Urgency.URGENT, 2), (Urgency.NORMAL, 24)])
def test_h_86_the_dispatch_is_due_by_the_new_urgency(head, urgency, hours):
    other = Urgency.NORMAL if urgency == Urgency.URGENT else Urgency.URGENT
    order = at.an_order(OrderStatus.ACCEPTED, category="0703", urgency=other)
    order = classify_order(order.pk, by=head, urgency=urgency, reason="核实了情况")
    assert order.state_due_at == order.state_since + timedelta(hours=hours)


def test_h_65_a_return_of_what_became_an_emergency_is_decided_within_the_hour(zhou, clock):
    now = clock.set("2026-11-23 10:00")
    order = at.an_order(OrderStatus.RETURN_REVIEW, category="0703")
    order = classify_order(order.pk, by=zhou, urgency=Urgency.EMERGENCY)
    assert order.state_due_at == now + timedelta(hours=1)


def test_h_140_a_change_of_type_alone_is_a_fact_that_says_so(zhou):
    order = at.an_order(OrderStatus.ACCEPTED, category="0703")
    classify_order(order.pk, by=zhou, order_type="report")
    told = EventRecord.objects.get(name="hotline.OrderClassified")
    assert (told.payload["order_type"], told.payload["category"]) == ("report", "0703")
    assert [line.title for line in history_for_staff(order)] == ["诉求类型改为举报"]


def test_h_141_what_was_added_before_it_became_secret_is_redacted_strictly_too(zhou):
    order = at.an_order(OrderStatus.ACCEPTED)
    said = "车牌云A12345，我住3号楼2单元501室。"
    services.add_supplement(order.pk, by=None, query_code=order.query_code, text=said)
    assert "云A12345" in order.supplements.get().redacted
    classify_order(order.pk, by=zhou, order_type="report")
    supplement = order.supplements.get()
    assert supplement.text == said
    assert "云A12345" not in supplement.redacted
    assert "501" not in supplement.redacted


def test_h_141_pictures_of_what_became_secret_are_encoded_anew(zhou, deliver_events):
    order = at.an_order(OrderStatus.ACCEPTED)
    stored = files.a_stored_file(None, "现场.jpg", files.a_photo_that_tells_where())
    row = OrderFile.objects.create(hotline_order=order, kind="appeal", stored=stored, at=timezone.now())
    classify_order(order.pk, by=zhou, order_type="report")
    deliver_events()
    row.refresh_from_db()
    assert row.redacted is not None
    assert row.redacted.name.startswith("picture")
