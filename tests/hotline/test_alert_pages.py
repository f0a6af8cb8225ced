"""Hot spots on a page: ranked, explained, disposed of by those whose duty it is, nothing personal on it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hotline.models import HotAlert, HotlineOrder, Issue
from hotline.states import AlertLevel, Disposition
from hotline.states import OrderStatus as S
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db


def browser(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def head(cast):
    return browser(at.desk(Role.HOTLINE_HEAD))


def an_alert(level: AlertLevel = AlertLevel.ORANGE, **facts) -> HotAlert:
    """Five people about parking within three days."""
    now = timezone.now()
    known = {"algo": "A-1", "key": "0703:990103001", "people": 5, "inputs": {"n": 5, "lambda": 0.5}}
    made = HotAlert.objects.create(
        **{**known, **facts},
        level=level,
        window_start=now - timedelta(days=1),
        window_end=now,
        found_at=now,
        due_at=now + timedelta(days=2),
    )
    made.orders.set([at.an_order(S.HANDLING, at=now - timedelta(days=n % 3)) for n in range(5)])
    return made


def test_the_list_says_what_how_hot_and_how_many(head):
    an_alert()
    told = head.get(reverse("hotline:alerts")).content.decode()
    assert "停车管理与收费" in told
    assert "橙色" in told


def test_h_143_neither_list_nor_page_names_anybody(head):
    made = an_alert()
    told = head.get(reverse("hotline:alerts")).content.decode()
    told += head.get(reverse("hotline:alert", args=[made.pk])).content.decode()
    for order in HotlineOrder.objects.all():
        assert order.phone not in told
        assert order.contact_name not in told


def test_one_hot_spot_shows_its_days_as_picture_and_table(head):
    told = head.get(reverse("hotline:alert", args=[an_alert().pk])).content.decode()
    assert "data:image/svg+xml;base64," in told
    assert "每天几件" in told


def test_h_167_h_168_a_confirmed_one_opens_an_issue_and_leaves_the_list(head):
    made = an_alert()
    answer = head.post(
        reverse("hotline:act_on_alert", args=[made.pk, "dispose"]), {"dispose-disposition": "confirmed"}
    )
    assert answer.status_code == 302
    assert Issue.objects.get().alert == made
    assert (
        reverse("hotline:alert", args=[made.pk]) not in head.get(reverse("hotline:alerts")).content.decode()
    )
    everything = head.get(reverse("hotline:alerts"), {"all": "1"}).content.decode()
    assert reverse("hotline:alert", args=[made.pk]) in everything


def test_h_167_a_false_alarm_without_a_reason_comes_back(head):
    made = an_alert()
    answer = head.post(
        reverse("hotline:act_on_alert", args=[made.pk, "dispose"]), {"dispose-disposition": "false_alarm"}
    )
    assert answer.status_code == 400
    assert "误报要写明理由" in answer.content.decode()
    assert HotAlert.objects.get().disposition == ""


def test_h_166_only_a_red_one_needs_a_meeting(head):
    made = an_alert(AlertLevel.YELLOW)
    answer = head.post(reverse("hotline:act_on_alert", args=[made.pk, "meeting"]), {"meeting-record": "议定"})
    assert "只有红色预警要会商" in answer.content.decode()
    red = an_alert(AlertLevel.RED, key="0703:990103002")
    head.post(reverse("hotline:act_on_alert", args=[red.pk, "meeting"]), {"meeting-record": "议定三条措施"})
    assert HotAlert.objects.get(pk=red.pk).meeting_record == "议定三条措施"


def test_a_leader_looks_and_does_not_dispose(cast):
    made, leader = an_alert(), browser(at.desk(Role.LEADER))
    assert leader.get(reverse("hotline:alert", args=[made.pk])).status_code == 200
    leader.post(
        reverse("hotline:act_on_alert", args=[made.pk, "dispose"]), {"dispose-disposition": "confirmed"}
    )
    assert HotAlert.objects.get().disposition != Disposition.CONFIRMED


def test_a_department_and_a_citizen_do_not_see_them(cast):
    made = an_alert()
    for account in (cast.reviewer("chengguan"), cast.li):
        for address in (reverse("hotline:alerts"), reverse("hotline:alert", args=[made.pk])):
            assert browser(account).get(address).status_code == 403


@pytest.mark.parametrize(
    "role",
    [
        Role.CALL_AGENT,
        Role.DISPATCHER,
        Role.CALLBACK_OFFICER,
        Role.HOTLINE_HEAD,
        Role.SUPERVISOR,
        Role.AUDITOR,
        Role.CHIEF_REPRESENTATIVE,
        Role.REVIEWER,
    ],
)
def test_every_desk_opens_with_the_doors_of_its_post(role, cast):
    desk = browser(
        at.desk(
            role,
            department="chengguan" if role in (Role.REVIEWER, Role.CHIEF_REPRESENTATIVE) else "govservice",
        )
    )
    answer = desk.get(reverse("hotline:inbox"))
    assert answer.status_code == 200
    for address in (reverse("hotline:alerts"), reverse("hotline:supervisions"), reverse("hotline:reports")):
        if f'href="{address}"' in answer.content.decode():
            assert desk.get(address).status_code == 200
