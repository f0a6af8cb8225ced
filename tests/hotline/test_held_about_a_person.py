"""What 12345 holds of a person goes along when they take everything, and they read who has looked (H-06)."""

import io
import json
import zipfile
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from files.services import store
from hotline import services
from hotline.models import OrderFile, Supplement
from hotline.states import Confidentiality, OrderStatus
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories.events import tell_everybody
from tests.factories.files import a_pdf, sent
from tests.factories.hotline_team import GOOD, a_team, to_callback
from workflow.models import PersonalCopy
from workflow.services import copies

pytestmark = pytest.mark.django_db

REASON = "举报人有人身危险，须当面保护"


@pytest.fixture
def team(db):
    return a_team()


def of(person, **facts) -> dict:
    return {"person": person, "contact_name": person.name, "phone": "13800001234", **facts}


def taken_by(account) -> zipfile.ZipFile:
    asked = copies.ask_for_copy(by=account)
    copies.make_copy(asked.pk)
    with PersonalCopy.objects.get(pk=asked.pk).file.open("rb") as packed:
        return zipfile.ZipFile(io.BytesIO(packed.read()))


def told_in(archive: zipfile.ZipFile) -> dict:
    return json.loads(archive.read("everything.json"))


def looks_of(account) -> str:
    client = Client()
    client.force_login(account)
    return unescape(client.get(reverse("workflow:access"), {"of": "hotline"}).content.decode())


def test_what_was_raised_answered_and_rated_is_in_it(team, cast):
    order = to_callback(team, **of(cast.li.person))
    Supplement.objects.create(
        hotline_order=order, text="晚上更吵", redacted="晚上更吵", by=cast.li, at=timezone.now()
    )
    stored = store(sent(a_pdf("noise"), "噪声.pdf"), by=cast.li)
    OrderFile.objects.filter(hotline_order=order).update(stored=store(sent(a_pdf("proof")), by=team.officer))
    OrderFile.objects.create(
        hotline_order=order, kind=OrderFile.Kind.APPEAL, stored=stored, at=timezone.now()
    )
    services.answer_survey(order.pk, by=team.caller, text="处理得很快", **GOOD)
    tell_everybody()
    at.an_order(OrderStatus.HANDLING, **of(cast.wang.person, title="别人的诉求"))
    archive = taken_by(cast.li)
    told = told_in(archive)
    [mine] = told["hotline_orders"]
    order.refresh_from_db()
    assert (mine["order_no"], mine["text"], mine["phone"]) == (order.order_no, order.text, "13800001234")
    assert mine["reply"] == order.result_text != ""
    assert [said["text"] for said in mine["supplements"]] == ["晚上更吵"]
    assert (mine["survey_level"], mine["survey_text"]) == ("非常满意", "处理得很快")
    assert [one["level"] for one in told["ratings"]] == ["非常满意"]
    path = next(one["file"] for one in mine["files"] if one["name"] == "噪声.pdf")
    assert archive.read(path) == a_pdf("noise")
    page = archive.read("index.html").decode()
    assert order.text in page
    assert "处理得很快" in page
    assert "enc:" not in json.dumps(told)
    assert "别人的诉求" not in json.dumps(told, ensure_ascii=False)


def test_a_reply_that_is_still_being_reviewed_is_not_in_it(cast):
    """T-21."""
    at.an_order(OrderStatus.CLOSE_REVIEW, **of(cast.li.person, result_text="草稿里的话"))
    archive = taken_by(cast.li)
    assert [one["reply"] for one in told_in(archive)["hotline_orders"]] == [""]
    assert "草稿里的话" not in archive.read("index.html").decode()


def test_many_orders_cost_as_many_statements_as_one(cast, statements):
    at.an_order(OrderStatus.HANDLING, **of(cast.li.person))
    with statements() as one:
        taken_by(cast.li)
    for _another in range(4):
        at.an_order(OrderStatus.HANDLING, **of(cast.li.person))
    with statements() as five:
        taken_by(cast.li)
    assert len(five) <= len(one) + 1


def test_h_06_the_person_reads_which_department_looked_and_why(cast):
    order = at.an_order(OrderStatus.HANDLING, **of(cast.li.person, confidential=Confidentiality.OPEN))
    assert "还没有记录" in looks_of(cast.li)
    services.open_order(order.order_no, by=at.desk(Role.REVIEWER, department="chengguan"), reason="核实地址")
    services.open_order(order.order_no, by=cast.li)
    page = looks_of(cast.li)
    assert "市城市管理局" in page
    assert "核实地址" in page
    assert page.count(f">{order.order_no}</a>") == 1, "one's own look is nobody's business"
    assert order.order_no not in looks_of(cast.wang)
    assert [one["why"] for one in told_in(taken_by(cast.li))["accesses"]["hotline"]] == ["核实地址"]


@pytest.mark.parametrize(("basis", "is_told"), [("", True), ("监察法第四十九条", False)])
def test_h_142_an_unmasking_that_the_law_keeps_silent_is_not_in_it(cast, basis, is_told):
    order = at.an_order(
        OrderStatus.HANDLING,
        **of(cast.li.person, confidential=Confidentiality.SECRET, alias="举报人-1"),
    )
    host = at.desk(Role.REVIEWER, department="chengguan")
    grant = services.request_unmask(order.order_no, reason=REASON, by=host, silence_basis=basis)
    services.turn_key(grant.pk, 1, by=at.desk(Role.HOTLINE_HEAD))
    services.turn_key(grant.pk, 2, by=at.desk(Role.AUDITOR))
    services.open_unmasked(order.order_no, by=host)
    assert ("解密查看" in looks_of(cast.li)) is is_told


def test_long_lists_of_looks_are_paged_by_key(cast):
    order = at.an_order(OrderStatus.HANDLING, **of(cast.li.person, confidential=Confidentiality.OPEN))
    host = at.desk(Role.REVIEWER, department="chengguan")
    for number in range(60):
        services.note_personal_read(order, by=host, reason=f"第{number}次")
    page = looks_of(cast.li)
    assert "第59次" in page
    assert "第0次" not in page
    assert "after=" in page
