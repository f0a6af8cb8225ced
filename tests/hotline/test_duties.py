"""Who owes what by when on an order, and how each lamp stands (H-94, H-98, H-103, H-109, H-122)."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from common.workdays import SHANGHAI
from hotline import services
from hotline.models import Assignment, ContactLog, HotlineOrder, JointPlan
from hotline.selectors.duties import duties_of
from hotline.states import AssignmentRole, Lamp, OrderStatus
from tests.factories import hotline as at
from tests.factories import workflow as filings

pytestmark = pytest.mark.django_db
S = OrderStatus


@pytest.fixture
def signed(team, clock):
    """Given to 城管 on a Monday morning and signed for at once."""
    clock.set("2026-11-23 09:00")
    order = at.an_order(S.ACCEPTED, due_basis={"value": 7, "unit": "working_days"})
    services.dispatch(order.pk, by=team.inspector, host="chengguan", basis="城市管理条例", assists=[])
    return order.pk


def owed(pk: int) -> dict[str, Lamp]:
    order = HotlineOrder.objects.get(pk=pk)
    parts = list(order.assignments.select_related("department"))
    extension = order.extensions.filter(state="pending").first()
    return {str(one.what): one.lamp for one in duties_of(order, parts, extension=extension)}


def test_h94_without_an_effective_contact_at_the_due_it_is_red_and_three_tries_meet_it(team, signed, clock):
    services.sign_for(signed, by=team.officer)
    assert owed(signed)["联系诉求人"] != Lamp.RED
    due = Assignment.objects.get(hotline_order=signed).contact_due_at
    clock.set(f"{filings.local(due)[:11]}23:00")
    assert owed(signed)["联系诉求人"] == Lamp.RED
    for moment in ("2026-11-23 10:00", "2026-11-23 15:00", "2026-11-23 16:00"):
        clock.set(moment)
        services.log_contact(signed, by=team.officer, outcome="no_answer", seconds=0)
    assert "联系诉求人" not in owed(signed)
    assert ContactLog.objects.count() == 3


def test_h122_until_it_is_signed_for_the_signature_is_owed(signed, clock, team):
    assert set(owed(signed)) == {"签收"}
    clock.set("2026-11-25 18:00")
    assert owed(signed)["签收"] == Lamp.RED
    services.sign_for(signed, by=team.officer)
    assert "签收" not in owed(signed)


def test_h98_a_request_for_more_time_is_decided_within_four_working_hours(team, signed, clock):
    services.sign_for(signed, by=team.officer)
    services.request_extension(signed, by=team.officer, days=2, reason="设备采购", evidence="采购单")
    assert owed(signed)["延期审批"] == Lamp.GREEN
    clock.set("2026-11-23 15:59")
    assert owed(signed)["延期审批"] != Lamp.GREEN
    clock.set("2026-11-23 16:30")
    assert owed(signed)["延期审批"] == Lamp.RED


def test_h103_a_joint_order_without_a_plan_is_yellow_after_two_working_days(team, signed, clock):
    services.sign_for(signed, by=team.officer)
    order = HotlineOrder.objects.get(pk=signed)
    at.a_part(order, "jiaoguan", role=AssignmentRole.ASSIST, due_at=order.public_due_at)
    JointPlan.objects.create(hotline_order=order, due_at=datetime(2026, 11, 25, 16, 30, tzinfo=SHANGHAI))
    assert owed(signed)["联合办理方案"] == Lamp.GREEN
    clock.set("2026-11-25 16:31")
    assert owed(signed)["联合办理方案"] == Lamp.YELLOW


def test_h109_half_way_through_a_long_order_the_citizen_is_owed_a_word(team, signed, clock):
    services.sign_for(signed, by=team.officer)
    HotlineOrder.objects.filter(pk=signed).update(due_basis={"value": 10, "unit": "working_days"})
    assert owed(signed)["告知诉求人进展"] == Lamp.GREEN
    clock.set("2026-11-30 10:00")
    assert owed(signed)["告知诉求人进展"] == Lamp.YELLOW
    services.tell_progress(signed, by=team.officer, text="已约物业周四现场看。")
    assert "告知诉求人进展" not in owed(signed)


def test_h122_reviews_and_surveys_have_the_same_lamp(clock):
    clock.set("2026-11-23 09:00")
    for status, words in ((S.CLOSE_REVIEW, "办结审核"), (S.CALLBACK, "回访")):
        order = at.an_order(status)
        assert owed(order.pk)[words] == Lamp.GREEN
        clock.set("2026-12-10 09:00")
        assert owed(order.pk)[words] == Lamp.RED
        clock.set("2026-11-23 09:00")


def test_the_page_says_who_owes_what(team, signed):
    client = Client()
    client.force_login(team.officer)
    order_no = HotlineOrder.objects.get(pk=signed).order_no
    page = client.get(reverse("hotline:one", args=[order_no])).content.decode()
    assert "谁还要做什么" in page
    assert "签收" in page
