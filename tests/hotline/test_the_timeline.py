"""Who is named in the history that departments read: the desks, never whoever complained (H-140, H-33, H-02)."""

import pytest

from hotline import services
from hotline.rules.envelopes import IntakeEnvelope
from hotline.selectors.history import history_for_citizen, history_for_staff
from hotline.states import Channel, OrderStatus, OrderType
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
PARKING = "小区停车场乱收停车费，物业说车位不够"


def filed(by, **facts):
    known = {
        "channel": Channel.WEB,
        "text": PARKING,
        "order_type": OrderType.COMPLAINT,
        "location_text": "桥头街道老码头社区",
        "person_id": by.person_id,
    }
    return services.register(IntakeEnvelope(**{**known, **facts}), by=by)


def actors(order):
    return {(line.title, line.actor) for line in history_for_staff(order)}


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, "诉求人"),
        ({"anonymous": True}, "诉求人"),
        ({"confidential": "secret"}, "诉求人-"),
    ],
)
def test_h_140_h_33_the_complainant_is_nowhere_named(cast, facts, shown):
    order = filed(cast.li, **facts)
    services.add_supplement(order.pk, by=cast.li, query_code=order.query_code, text="今天又多收了五元。")
    named = {actor for title, actor in actors(order) if title in ("登记诉求", "诉求人补充内容")}
    assert len(named) == 1
    assert named.pop().startswith(shown)
    assert all("李明" not in actor for _title, actor in actors(order))


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CALL_AGENT])
def test_h_140_an_officer_who_complains_from_home_is_a_complainant(role):
    officer = at.desk(role, department="chengguan")
    order = filed(officer, anonymous=True)
    services.add_supplement(order.pk, by=officer, query_code=order.query_code, text="今天又多收了五元。")
    assert officer.display_name not in {actor for _title, actor in actors(order)}


def test_h_06_whoever_acts_by_a_post_is_named_and_the_machine_is_called_so(team):
    order = at.an_order(OrderStatus.HANDLING)
    services.tell_progress(order.pk, by=team.officer, text="已派人到现场。")
    assert ("告知诉求人进展", team.officer.display_name) in actors(order)
    services.stop_waiting(order.pk)
    assert {line.actor for line in history_for_citizen(order)} == {""}


def test_h_74_departments_and_categories_are_called_by_their_names(team):
    order = at.an_order(OrderStatus.ACCEPTED)
    services.dispatch(order.pk, by=team.inspector, host="chengguan", basis="城市管理条例", assists=[])
    services.sign_for(order.pk, by=team.officer)
    assert [line.title for line in history_for_citizen(order)] == [
        "已转市城市管理局办理",
        "市城市管理局已经接手",
    ]
    assert [line.title for line in history_for_staff(order)] == [
        "派单给市城市管理局（第 1 轮）",
        "市城市管理局签收",
    ]


def test_h_06_what_follows_by_itself_from_a_citizens_words_is_the_systems_doing(cast):
    told = actors(filed(cast.li))
    assert ("登记诉求", "诉求人") in told
    assert all(actor == "系统" for title, actor in told if title != "登记诉求")


def test_the_history_asks_once_for_the_facts_and_once_for_the_posts(team, statements):
    order = at.an_order(OrderStatus.HANDLING)
    for _time in range(3):
        services.tell_progress(order.pk, by=team.officer, text="已派人到现场。")
    with statements(at_most=2):
        history_for_staff(order)
