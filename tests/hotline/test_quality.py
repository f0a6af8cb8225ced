"""Which calls are listened to again, and by whom (H-183)."""

from datetime import date, datetime

import pytest

from common.errors import BadInput, NotAllowed, WrongState
from common.workdays import SHANGHAI
from hotline import services
from hotline.models import QualitySample
from hotline.states import OrderStatus, OrderType, SampleReason, Urgency
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
MONTH = date(2026, 3, 1)


def calls(agent, number, **facts):
    heard = datetime(2026, 3, 9, 10, tzinfo=SHANGHAI)
    return [at.an_order(registered_by=agent, at=heard, **facts) for _call in range(number)]


def test_h_183_of_every_agent_at_least_two_in_a_hundred_are_drawn():
    busy, calm = at.desk(Role.CALL_AGENT), at.desk(Role.CALL_AGENT)
    calls(busy, 101)
    calls(calm, 3)
    assert services.draw_quality_sample(MONTH) == 4
    assert QualitySample.objects.filter(agent=busy).count() == 3
    assert QualitySample.objects.filter(agent=calm, reason=SampleReason.SHARE).count() == 1


def test_h_183_drawn_again_it_is_the_same():
    calls(at.desk(Role.CALL_AGENT), 60)
    services.draw_quality_sample(MONTH)
    first = set(QualitySample.objects.values_list("hotline_order_id", flat=True))
    assert services.draw_quality_sample(date(2026, 3, 31)) == 0
    QualitySample.objects.all().delete()
    services.draw_quality_sample(MONTH)
    assert set(QualitySample.objects.values_list("hotline_order_id", flat=True)) == first


def test_h_183_emergencies_and_complaints_about_agents_are_all_heard():
    agent = at.desk(Role.CALL_AGENT)
    calls(agent, 5, urgency=Urgency.EMERGENCY)
    calls(agent, 2, status=OrderStatus.EMERGENCY_TRANSFERRED)
    about = calls(agent, 3, title="话务员态度不好", order_type=OrderType.COMPLAINT)
    calls(agent, 1, title="表扬话务员", order_type=OrderType.PRAISE)
    services.draw_quality_sample(MONTH)
    drawn = QualitySample.objects.all()
    assert drawn.filter(reason=SampleReason.EMERGENCY).count() == 7
    assert {one.hotline_order for one in drawn.filter(reason=SampleReason.ABOUT_AGENT)} == set(about)


def test_h_183_other_months_and_other_channels_are_left_out():
    agent = at.desk(Role.CALL_AGENT)
    calls(agent, 2, channel="web")
    assert services.draw_quality_sample(MONTH) == 0
    calls(agent, 1)
    assert services.draw_quality_sample(date(2026, 4, 1)) == 0


def test_h_05_nobody_checks_their_own_call():
    head = at.desk(Role.HOTLINE_HEAD)
    calls(head, 1)
    calls(at.desk(Role.CALL_AGENT), 1)
    services.draw_quality_sample(MONTH)
    own, other = QualitySample.objects.get(agent=head), QualitySample.objects.exclude(agent=head).get()
    with pytest.raises(NotAllowed, match="自己"):
        services.check_quality(own.pk, score=100, note="很好", by=head)
    with pytest.raises(BadInput):
        services.check_quality(other.pk, score=101, note="很好", by=head)
    assert services.check_quality(other.pk, score=92, note="记录完整", by=head).score == 92
    with pytest.raises(WrongState):
        services.check_quality(other.pk, score=80, note="再听一遍", by=head)
    with pytest.raises(NotAllowed):
        services.check_quality(own.pk, score=90, note="好", by=at.desk(Role.CALL_AGENT))
