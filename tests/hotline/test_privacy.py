"""Two keys, lists that leave the house, what the public reads, what only inspectors read, what lies at rest."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, Refused, WrongState
from events.models import EventRecord
from hotline import services
from hotline.events import PersonalRead
from hotline.models import HotlineOrder, RetaliationReport
from hotline.selectors.seeing import seen_by
from hotline.services.exporting import EXPORTED
from hotline.services.settings import set_parameter
from hotline.states import Confidentiality, OrderStatus, PublicationState, RequestState
from identity.roles import Role
from notifications.models import Message
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
PHONE = "13800001234"


@pytest.fixture
def host():
    return at.desk(Role.REVIEWER, department="chengguan")


@pytest.fixture
def head():
    return at.desk(Role.HOTLINE_HEAD)


@pytest.fixture
def inspector():
    return at.desk(Role.AUDITOR)


def a_secret_order(**facts) -> HotlineOrder:
    known = {
        "confidential": Confidentiality.SECRET,
        "phone": PHONE,
        "contact_name": "王小二",
        "alias": "举报人-1",
    }
    return at.an_order(OrderStatus.HANDLING, **{**known, **facts})


REASON = "举报人有人身危险，须当面保护"


# H-142


def test_h_142_one_key_opens_nothing(host, head):
    order = a_secret_order()
    grant = services.request_unmask(order.order_no, reason=REASON, by=host)
    with pytest.raises(NotAllowed):
        services.open_unmasked(order.order_no, by=host)
    services.turn_key(grant.pk, 1, by=head)
    with pytest.raises(NotAllowed, match="两把钥匙"):
        services.open_unmasked(order.order_no, by=host)


def test_h_142_two_keys_open_for_a_day_and_every_look_is_noted(host, head, inspector, time_machine):
    order = a_secret_order()
    grant = services.request_unmask(order.order_no, reason=REASON, by=host)
    services.turn_key(grant.pk, 2, by=inspector)
    services.turn_key(grant.pk, 1, by=head)
    for _look in range(2):
        view = services.open_unmasked(order.order_no, by=host, ip="10.0.0.1")[1]
    assert (view.name, view.phone) == ("王小二", PHONE)
    assert EventRecord.objects.of(PersonalRead).filter(payload__reason=f"解密查看 {grant.pk}").count() == 2
    assert seen_by(order, host).phone == ""
    time_machine.move_to(timezone.now() + timedelta(hours=24, seconds=1))
    with pytest.raises(NotAllowed):
        services.open_unmasked(order.order_no, by=host)


def test_h_142_it_opens_for_nobody_else(host, head, inspector):
    order = a_secret_order()
    grant = services.request_unmask(order.order_no, reason=REASON, by=host)
    services.turn_key(grant.pk, 1, by=head)
    services.turn_key(grant.pk, 2, by=inspector)
    with pytest.raises(NotAllowed):
        services.open_unmasked(order.order_no, by=at.desk(Role.REVIEWER, department="chengguan"))


def test_h_142_three_different_people(host, head, inspector):
    grant = services.request_unmask(a_secret_order().order_no, reason=REASON, by=head)
    with pytest.raises(NotAllowed, match="三个不同的人"):
        services.turn_key(grant.pk, 1, by=head)
    with pytest.raises(NotAllowed):
        services.turn_key(grant.pk, 1, by=inspector)
    with pytest.raises(NotAllowed):
        services.turn_key(grant.pk, 2, by=host)


def test_h_142_a_reason_is_needed_and_a_refusal_ends_it(host, inspector, head):
    order = a_secret_order()
    with pytest.raises(Refused, match="理由"):
        services.request_unmask(order.order_no, reason="看看", by=host)
    grant = services.request_unmask(order.order_no, reason=REASON, by=host)
    services.refuse_unmask(grant.pk, by=inspector)
    with pytest.raises(WrongState):
        services.turn_key(grant.pk, 1, by=head)


@pytest.mark.parametrize(("basis", "told"), [("", True), ("《监察法》第五十条", False)])
def test_h_142_the_complainant_is_told_unless_a_law_forbids_it(cast, host, head, inspector, basis, told):
    order = a_secret_order(person=cast.li.person)
    grant = services.request_unmask(order.order_no, reason=REASON, by=host, silence_basis=basis)
    services.turn_key(grant.pk, 1, by=head)
    grant = services.turn_key(grant.pk, 2, by=inspector)
    assert (grant.told_at is not None) is told
    assert Message.objects.filter(person=cast.li.person, template="hotline_unmasked").exists() is told


# H-143


def written(export, by) -> list[list[str]]:
    return list(csv.reader(StringIO(services.write_export(export.pk, by=by))))


def test_h_143_an_export_has_no_person_in_it_and_says_who_took_it_out(head):
    for _row in range(3):
        a_secret_order()
    export = services.request_export({"department": "chengguan"}, reason="月度分析", by=head)
    header, *rows = written(export, head)
    assert header == [*EXPORTED, "水印"]
    assert not {"姓名", "电话", "诉求内容", "标题", "地点"} & set(header)
    assert len(rows) == 3
    flat = "".join("".join(row) for row in rows)
    assert PHONE not in flat
    assert "王小二" not in flat
    assert all(head.username in row[-1] for row in rows)


def test_h_143_more_than_the_number_waits_for_a_second_person(head):
    set_parameter("export_rows", 2, by=None)
    for _row in range(3):
        a_secret_order()
    other = at.desk(Role.HOTLINE_HEAD)
    export = services.request_export({}, reason="月度分析", by=head)
    assert export.state == RequestState.PENDING
    with pytest.raises(NotAllowed):
        services.write_export(export.pk, by=head)
    with pytest.raises(NotAllowed, match="自己"):
        services.decide_export(export.pk, approved=True, by=head)
    with pytest.raises(NotAllowed, match="热线管理"):
        services.decide_export(export.pk, approved=True, by=at.desk(Role.DISPATCHER))
    services.decide_export(export.pk, approved=True, by=other)
    assert len(written(export, head)) == 4
    with pytest.raises(NotFound):
        services.write_export(export.pk, by=other)


def test_h_143_h_02_a_department_exports_its_own_orders_alone(host):
    a_secret_order()
    at.an_order(OrderStatus.HANDLING, host="gongan")
    assert services.request_export({}, reason="自查", by=host).rows == 1


@pytest.mark.parametrize("filters", [{"phone": PHONE}, {"status": "lost"}, {"from": "昨天"}])
def test_h_143_nothing_else_is_asked_for(head, filters):
    with pytest.raises(BadInput):
        services.request_export(filters, reason="月度分析", by=head)


def test_h_143_citizens_export_nothing(cast):
    with pytest.raises(NotAllowed):
        services.request_export({}, reason="看看", by=cast.li)


# H-146


def an_ended_order(**facts) -> HotlineOrder:
    return at.an_order(OrderStatus.ARCHIVED, **{"archived_at": timezone.now(), **facts})


def words(**facts) -> dict:
    known = {"title": "路灯不亮", "text": "松风路的路灯不亮已有一周。", "reply": "已更换灯头，当晚恢复照明。"}
    return {**known, **facts}


def test_h_146_a_second_person_publishes(head):
    agent = at.desk(Role.CALL_AGENT)
    proposed = services.propose_publication(an_ended_order().order_no, **words(), by=head)
    with pytest.raises(NotAllowed, match="第二个人"):
        services.decide_publication(proposed.pk, publish_it=True, by=head)
    with pytest.raises(NotAllowed):
        services.decide_publication(proposed.pk, publish_it=True, by=agent)
    published = services.decide_publication(proposed.pk, publish_it=True, by=at.desk(Role.HOTLINE_HEAD))
    assert published.state == PublicationState.PUBLISHED
    with pytest.raises(WrongState):
        services.decide_publication(proposed.pk, publish_it=False, by=at.desk(Role.HOTLINE_HEAD))


@pytest.mark.parametrize(
    ("facts", "said", "reason"),
    [
        ({}, {"text": "松风路3号楼2单元501室漏水"}, "住址"),
        ({}, {"reply": "已电话13800001234告知"}, "电话"),
        ({"contact_name": "王小二"}, {"text": "王小二反映路灯不亮"}, "姓名"),
        ({"confidential": Confidentiality.SECRET}, {}, "保密"),
        ({"category": "1001"}, {}, "医疗"),
        ({"redacted": "我家孩子在学校被打"}, {}, "未成年"),
        ({"archived_at": None}, {}, "归档"),
    ],
)
def test_h_146_what_would_show_somebody_is_not_published(head, facts, said, reason):
    with pytest.raises(BadInput, match=reason):
        services.propose_publication(an_ended_order(**facts).order_no, **words(**said), by=head)


def test_h_146_with_consent_the_place_may_be_named(head):
    order = an_ended_order(publish_consent=True)
    said = words(text="松风路3号楼2单元501室漏水")
    assert services.propose_publication(order.order_no, **said, by=head).title == "路灯不亮"


# H-147


def test_h_147_retaliation_is_told_to_the_inspectors_alone(cast, host, inspector):
    order = a_secret_order(person=cast.li.person)
    report = services.report_retaliation(order.pk, "举报以后店门被堵", by=cast.li)
    trail = EventRecord.objects.about(order.subject)
    assert not any("etaliation" in row.name for row in trail)
    assert not [name for name in vars(seen_by(order, host)) if "retaliation" in name]
    assert not [field.name for field in HotlineOrder._meta.get_fields() if "retaliation" in field.name]
    with pytest.raises(NotAllowed):
        services.close_retaliation(report.pk, "属实", by=host)
    assert services.close_retaliation(report.pk, "属实，已移交", by=inspector).closed_by == inspector


def test_h_147_nobody_reports_for_another(cast, host):
    with pytest.raises(NotFound):
        services.report_retaliation(a_secret_order().pk, "店门被堵", by=cast.li)
    with pytest.raises(BadInput):
        services.report_retaliation(a_secret_order(person=cast.li.person).pk, " ", by=cast.li)
    assert not RetaliationReport.objects.exists()


# H-145


def test_h_145_what_lies_at_rest_holds_no_phone_no_number_and_no_name():
    number = "330102199003070021"
    a_secret_order(id_number=number, text=f"我是王小二，电话{PHONE}")
    order = HotlineOrder.objects.get()
    RetaliationReport.objects.create(hotline_order=order, text=f"打{PHONE}找我", at=timezone.now())
    dumped = ""
    with connection.cursor() as cursor:
        tables = [one for one in connection.introspection.table_names() if one.startswith("hotline_")]
        for table in tables:
            cursor.execute(f'SELECT row_to_json(one)::text FROM "{table}" AS one')
            dumped += "".join(row[0] for row in cursor.fetchall())
    assert order.order_no in dumped
    for personal in (PHONE, number, "王小二"):
        assert personal not in dumped
    assert HotlineOrder.objects.filter(phone_hash=order.phone_hash).get().phone == PHONE
