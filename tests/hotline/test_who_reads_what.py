"""An assist reads its part, a department its own hot spots, a list no whole name; opening an original leaves a row."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import EventRecord
from hotline import services
from hotline.events import PersonalRead
from hotline.models import HotAlert, OrderFile, ReturnRequest, Supplement
from hotline.states import AssignmentRole
from hotline.states import OrderStatus as S
from identity.roles import Role
from tests.factories import files
from tests.factories import hotline as at
from tests.factories import identity as people
from tests.factories.identity import api as client_of

pytestmark = pytest.mark.django_db
OTHERS = ("电话里又说了一件事", "加装了六个隔离桩", "不属于我们管", "园林部门写的答复", "城市管理条例")


def browser(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def page(account, order) -> str:
    return browser(account).get(reverse("hotline:one", args=[order.order_no])).content.decode()


@pytest.fixture
def order(team):
    """With everything that others wrote on it."""
    found = at.an_order(
        S.HANDLING, redacted="路" * 300, result_text=OTHERS[1], legal_basis=OTHERS[4], answer="先前的答复"
    )
    at.a_part(found, "jiaoguan", role=AssignmentRole.ASSIST)
    at.a_part(found, "yuanlin", role=AssignmentRole.ASSIST, reply=OTHERS[3], replied_at=timezone.now())
    now = timezone.now()
    Supplement.objects.create(hotline_order=found, text="…", redacted=OTHERS[0], at=now)
    ReturnRequest.objects.create(
        hotline_order=found, assignment=found.assignments.get(role=AssignmentRole.HOST),
        department=at.department("chengguan"), by=team.officer, at=now, legal_basis=OTHERS[2],
    )  # fmt: skip
    return found


def test_h_02_an_assist_reads_a_summary_and_its_own_part(team, order):
    services.log_contact(order.pk, by=team.officer, outcome="reached", note="已通话")
    told = page(team.assistant, order)
    assert not [one for one in (*OTHERS, "路" * 201, "联系诉求人") if one in told]
    assert "路" * 200 in told
    assert "/reply_as_assist/" in told
    assert at.department("yuanlin").name not in told


def test_h_02_the_host_reads_it_all(team, order):
    told = page(team.officer, order)
    assert [one for one in OTHERS if one not in told] == []


def test_h_02_the_api_tells_an_assist_no_more(team, order):
    told = client_of(team.assistant).get(f"/api/v1/hotline/orders/{order.order_no}/").json()
    assert (told["result"], told["answer"], told["supplements"]) == (None, "", [])


# Hot spots


@pytest.fixture
def alert():
    now = timezone.now()
    found = HotAlert.objects.create(
        algo="A-1", key="0703:x", window_start=now, window_end=now, level="orange", people=5, inputs={},
        found_at=now, due_at=now,
    )  # fmt: skip
    secret = at.an_order(S.HANDLING, confidential="secret", alias="举报人-1")
    found.orders.add(at.an_order(S.HANDLING), secret, at.an_order(S.HANDLING, host="gongan"))
    return found


def numbers(account, alert) -> set[str]:
    told = client_of(account).get(f"/api/v1/hotline/alerts/{alert.pk}/").json()
    return {one["order_no"] for one in told["members"]}


def test_h_02_the_head_of_a_department_is_told_of_its_own_orders_and_no_secret_one(cast, alert):
    own = alert.orders.filter(host__code="chengguan").exclude(confidential="secret")
    assert numbers(cast.rep("chengguan"), alert) == set(own.values_list("order_no", flat=True))
    listed = client_of(cast.rep("chengguan")).get("/api/v1/hotline/alerts/").json()
    assert [one["orders"] for one in listed] == [1]


def test_h_02_a_department_without_an_order_in_it_sees_no_hot_spot(cast, alert):
    assert client_of(cast.rep("shichang")).get(f"/api/v1/hotline/alerts/{alert.pk}/").status_code == 404
    assert client_of(cast.rep("shichang")).get("/api/v1/hotline/alerts/").json() == []


@pytest.mark.parametrize("role", [Role.HOTLINE_HEAD, Role.SUPERVISOR, Role.AUDITOR, Role.LEADER])
def test_h_166_whoever_oversees_reads_it_whole(alert, role):
    assert len(numbers(at.desk(role), alert)) == 3


# Looks at who complained


def test_h_06_the_queue_of_the_agents_shows_masks(cast):
    at.an_order(S.REGISTERED, contact_name="王小二", state_due_at=timezone.now())
    told = browser(at.desk(Role.CALL_AGENT)).get(reverse("hotline:inbox")).content.decode()
    assert "王**" in told
    assert "王小二" not in told


def a_file(order, kind=OrderFile.Kind.APPEAL) -> OrderFile:
    stored = files.a_stored_file(people.an_account(f"sender{kind}"), "现场.pdf", files.a_pdf("信"))
    return OrderFile.objects.create(hotline_order=order, kind=kind, stored=stored, at=timezone.now())


def opened(account, row) -> int:
    answer = browser(account).get(reverse("hotline:file", args=[row.hotline_order.order_no, row.pk]))
    assert b"".join(answer.streaming_content)
    return answer.status_code


def test_h_02_an_assist_is_not_shown_what_the_host_photographed(team, order):
    row = a_file(order, OrderFile.Kind.EVIDENCE)
    assert row.stored.name in page(team.officer, order)
    assert row.stored.name not in page(team.assistant, order)


def test_h_06_opening_what_the_complainant_sent_leaves_a_row(team):
    row = a_file(at.an_order(S.HANDLING))
    assert opened(team.officer, row) == 200
    noted = EventRecord.objects.of(PersonalRead).get()
    assert (noted.actor, noted.payload["reason"]) == (team.officer, f"打开原件 {row.pk}")


def test_h_06_what_the_department_photographed_is_nobodys_secret(team):
    assert opened(team.officer, a_file(at.an_order(S.HANDLING), OrderFile.Kind.EVIDENCE)) == 200
    assert not EventRecord.objects.of(PersonalRead).exists()
