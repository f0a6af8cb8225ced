"""The rarer moves of the desk have their door too: two matters, a joint plan, a look on the spot, what is blackened."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hotline import services
from hotline.models import Dispute, HotlineOrder, OrderFile, Publication, UnmaskGrant
from hotline.states import AssignmentRole
from hotline.states import OrderStatus as S
from tests.factories import files
from tests.factories import hotline as at
from tests.factories import identity as people
from tests.hotline.test_at_the_desk import TWO
from tests.hotline.test_through_the_doors import does, page

pytestmark = pytest.mark.django_db
REASON = "需要上门核实诉求人反映的情况"


def offered(account, order, verb: str) -> bool:
    return f"/{order.order_no}/{verb}/" in page(account, order)


def test_h_58_the_second_matter_is_split_off_at_the_desk(team):
    order = at.an_order(S.ACCEPTED, category="0705", text=TWO, redacted=TWO, title="路口")
    agent = at.desk("call_agent")
    assert does(agent, order, "split", category="0805").status_code == 422
    assert does(agent, order, "split", category="0805", confirmed="on").status_code == 302
    assert HotlineOrder.objects.exclude(pk=order.pk).get().category_l2 == "0805"
    assert not offered(team.inspector, order, "split")


def test_h_103_the_leading_unit_writes_who_does_what_until_when(team):
    order = at.an_order(S.ACCEPTED)
    services.dispatch(
        order.pk, by=team.inspector, host="chengguan", basis="条例第十条", assists=["jiaoguan"], joint=True
    )
    assert not offered(team.assistant, order, "plan_jointly")
    half = {"what_chengguan": "清理", "due_chengguan": "2026-12-10"}
    assert does(team.officer, order, "plan_jointly", **half).status_code == 422
    whole = half | {"what_jiaoguan": "划禁停线", "due_jiaoguan": "2026-12-12"}
    assert does(team.officer, order, "plan_jointly", **whole).status_code == 302
    assert [one["department"] for one in HotlineOrder.objects.get().joint_plan.steps] == [
        "chengguan",
        "jiaoguan",
    ]
    assert "划禁停线" in page(team.officer, order)


def test_h_92_whoever_does_not_come_to_the_spot_is_proposed_in_the_ruling(team, clock):
    now = clock.set("2026-11-23 10:00")
    order = at.an_order(S.DISPUTED)
    at.a_part(order, "jiaoguan", role=AssignmentRole.ASSIST)
    Dispute.objects.create(hotline_order=order, opened_at=now, due_at=now + timedelta(days=1))
    assert not offered(team.manager, order, "record_site")
    called = {"units": ["chengguan", "jiaoguan"], "place_text": "听松社区门口", "at": "2026-11-23 15:00"}
    assert does(team.inspector, order, "call_to_site", **called).status_code == 409
    assert does(team.manager, order, "call_to_site", **called).status_code == 302
    assert "11月23日 15:00" in page(team.manager, order)
    clock.set("2026-11-23 15:30")
    assert does(team.manager, order, "record_site", present=["chengguan"]).status_code == 302
    told = page(team.manager, order)
    assert "没有到场" in told
    assert "视为认可承办职责" in told


def test_h_139_a_heap_is_left_out_of_the_figures_by_the_management(team):
    order = at.an_order(S.HANDLING, is_batch=True)
    assert not offered(team.inspector, order, "approve_batch")
    assert does(team.manager, order, "approve_batch", reason="职业打假批量投诉").status_code == 302
    assert order.exclusions.get().code == "X8"
    assert not offered(team.manager, order, "approve_batch")
    assert not offered(team.manager, at.an_order(S.HANDLING), "approve_batch")


def test_h_141_a_scan_is_blackened_at_the_desk(team):
    order = at.an_order(S.ACCEPTED, confidential="secret", alias="举报人-1")
    stored = files.a_stored_file(people.an_account("sender"), "举报信.pdf", files.a_pdf("信"))
    row = OrderFile.objects.create(hotline_order=order, kind="appeal", stored=stored, at=timezone.now())
    content = SimpleUploadedFile("x.pdf", files.a_pdf("涂黑"), "application/pdf")
    told = does(team.inspector, order, "supply_redacted", file_id=row.pk, content=content)
    assert told.status_code == 302, told.content.decode()[-1500:]
    row.refresh_from_db()
    assert row.redacted is not None
    assert not offered(team.inspector, at.an_order(S.ACCEPTED), "supply_redacted")


def test_h_142_whoever_sees_masks_may_ask_for_two_keys(team):
    order = at.an_order(S.HANDLING)
    assert does(team.officer, order, "request_unmask", reason="看看").status_code == 422
    assert does(team.officer, order, "request_unmask", reason=REASON).status_code == 302
    assert UnmaskGrant.objects.get().requested_by == team.officer
    assert not offered(team.caller, order, "request_unmask")


def test_h_146_an_ended_order_is_proposed_to_the_public_once(team):
    order = at.an_order(S.ARCHIVED, publish_consent=True, archived_at=timezone.now())
    words = {"title": "路灯不亮", "text": "一条路上的路灯不亮。", "reply": "已经全部修好。"}
    assert does(team.caller, order, "propose_publication", **words).status_code == 302
    assert Publication.objects.get().proposed_by == team.caller
    assert not offered(team.caller, order, "propose_publication")
    assert not offered(team.officer, order, "propose_publication")
