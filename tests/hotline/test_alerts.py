"""The nine algorithms on stored orders, their levels, dispositions, issues and what is done beforehand (sections 17, 18)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, WrongState
from common.workdays import SHANGHAI
from events.models import EventRecord
from hotline import services
from hotline.models import Group, HotAlert, HotlineOrder, Issue, PreemptTask, Supervision
from hotline.selectors.alerts import (
    alert_page,
    alert_rows,
    alerts_for,
    precision,
    themes,
)
from hotline.services.warning import warn
from hotline.states import AlertLevel, Channel, Disposition, OrderStatus, PreemptSource, SupervisionCause
from identity.models import Region
from identity.roles import Role
from notifications.models import Message
from tests.factories import hotline as at
from tests.factories import identity as people_

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 10, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
S = OrderStatus


@pytest.fixture
def street():
    return Region.objects.filter(kind=Region.Kind.STREET).order_by("code").first()


@pytest.fixture
def head():
    return at.desk(Role.HOTLINE_HEAD)


def said(person, when=NOW - timedelta(hours=2), status=S.HANDLING, **facts):
    facts.setdefault("accepted_at", when)
    return at.an_order(status, at=when, complainant_key=person, **facts)


def people(n, street, **facts):
    return [said(f"k{number}", region=street, **facts) for number in range(n)]


def keys(algo):
    return list(HotAlert.objects.filter(algo=algo).order_by("key").values_list("key", flat=True))


def test_a1_the_fifth_person_in_a_street_within_a_day(street):
    """A-1: four do not, five do; one who calls five times is one; λ and n are kept."""
    people(4, street)
    said("k0", region=street)
    assert warn(["A-1"], NOW) == []
    said("k9", region=street)
    [alert] = warn(["A-1"], NOW)
    assert alert.key == f"0703:{street.code}"
    assert alert.level == AlertLevel.ORANGE
    assert (alert.inputs["lambda"], alert.inputs["n"], alert.orders.count()) == (0.5, 5.0, 6)


def test_a1_what_is_usual_in_a_street_is_no_alert(street):
    """A-1: the mean of the 28 days before; invalid and guided ones do not count."""
    for ago in range(1, 29):
        said(f"d{ago}a", NOW - ago * DAY - timedelta(hours=2), region=street)
        said(f"d{ago}b", NOW - ago * DAY - timedelta(hours=2), region=street)
    people(5, street)
    people(9, street, status=S.INVALID)
    assert warn(["A-1"], NOW) == []


def test_h165_run_again_the_same_rows(street):
    """H-165: twice at the moment, and ten minutes later while it cools."""
    people(6, street, longitude="126.6", latitude="45.75")
    first = warn(["A-1", "A-4", "A-7"], NOW)
    assert (
        first == warn(["A-1", "A-4", "A-7"], NOW) == warn(["A-1", "A-4", "A-7"], NOW + timedelta(minutes=10))
    )
    assert HotAlert.objects.count() == len(first) == 2
    assert EventRecord.objects.filter(name="hotline.AlertRaised").count() <= 4


def test_h166_a1_and_a4_about_the_same_are_red_and_move_people(street):
    """H-166: leader SMS, 督办 to the host, 会商 within a day; H-134 asks whether an order is in it."""
    at.desk(Role.LEADER)
    orders = people(6, street, longitude="126.6", latitude="45.75")
    alerts = warn(["A-1", "A-4"], NOW)
    assert {alert.level for alert in HotAlert.objects.all()} == {AlertLevel.RED}
    assert all(alert.meeting_due_at for alert in HotAlert.objects.all())
    assert Message.objects.filter(template="hotline_alert").exists()
    assert Supervision.objects.filter(cause=SupervisionCause.HOT_SPOT).count() == len(alerts) == 2
    assert HotlineOrder.objects.filter(in_red_alert=True).count() == len(orders)


def test_h166_a_hot_spot_that_grows_while_it_cools_turns_red_once(street):
    """H-166, H-134: with the twentieth person leaders hear of it and all its orders are held, new ones too."""
    at.desk(Role.LEADER)
    people(6, street)
    [alert] = warn(["A-1"], NOW)
    assert (alert.level, alert.people) == (AlertLevel.ORANGE, 6)
    for number in range(6, 20):
        said(f"k{number}", NOW, region=street)
    soon = NOW + timedelta(minutes=10)
    assert [one.pk for one in warn(["A-1"], soon)] == [alert.pk]
    alert.refresh_from_db()
    assert (alert.level, alert.people, alert.orders.count()) == (AlertLevel.RED, 20, 20)
    assert alert.inputs["n"] == 20
    assert Message.objects.filter(template="hotline_alert").exists()
    said("k20", soon, region=street)
    warn(["A-1"], soon + timedelta(minutes=10))
    assert HotlineOrder.objects.filter(in_red_alert=True).count() == 21
    assert EventRecord.objects.filter(name="hotline.AlertRaised").count() == 2


def test_h134_a_false_alarm_lets_its_orders_go(street, head):
    """H-134: what is in a red hot spot goes on; once both were false alarms, no longer."""
    people(6, street, longitude="126.6", latitude="45.75")
    first, second = warn(["A-1", "A-4"], NOW)
    for alert, left in ((first, 6), (second, 0)):
        services.dispose(alert.pk, by=head, disposition=Disposition.FALSE_ALARM, reason="演练")
        assert HotlineOrder.objects.filter(in_red_alert=True).count() == left


def test_a2_a_trend_and_a_new_word(street):
    """A-2: seven after three a week before; a word said by six people and never before."""
    for ago in (8, 9, 10):
        said(f"p{ago}", NOW - ago * DAY, region=street)
    for ago in (1, 1, 2, 2, 3, 3, 4):
        said(f"n{ago}{HotlineOrder.objects.count()}", NOW - ago * DAY, region=street, redacted="电鸡乱窜")
    warn(["A-2"], NOW)
    found = keys("A-2")
    assert any(key.startswith("0703:") for key in found)
    [trend] = HotAlert.objects.filter(algo="A-2", key__startswith="0703:")
    assert trend.inputs == {"n7": 7, "p7": 3, "ratio": 2.0}
    assert trend.level == AlertLevel.YELLOW
    assert not any(key.startswith("term:") for key in found)
    for number in range(5):
        said(f"t{number}", NOW - DAY, region=street, redacted="氢气球升空")
    warn(["A-2"], NOW + 8 * DAY - 7 * DAY)
    assert any("气球" in key for key in keys("A-2"))


def test_a3_typical_by_subject_and_the_theme_of_the_month(street):
    """A-3, H-168: wide, lasting, unsolved; the month's themes are picked by score."""
    streets = list(Region.objects.filter(kind=Region.Kind.STREET).order_by("code")[:4])
    for number in range(6):
        facts = {
            "region": streets[number % len(streets)],
            "subject_code": "91230100MA",
            "survey_solved": "no",
        }
        said(f"k{number}", NOW - (7 * number + 1) * DAY, **facts)
    [alert] = warn(["A-3"], NOW)
    assert alert.inputs["t"] >= 0.6
    HotAlert.objects.update(found_at=NOW)
    assert [theme.alert_id for theme in themes(NOW.date())] == [alert.pk]


def test_a4_points_in_a_line_are_no_cluster(street):
    """A-4: 750 m apart no, within 400 m yes, same L1."""
    for number in range(5):
        said(f"k{number}", longitude="126.6", latitude=f"{45.75 + number * 0.00675:.6f}")
    assert warn(["A-4"], NOW) == []
    for number in range(5):
        said(f"n{number}", longitude="126.7", latitude=f"{45.75 + number * 0.0009:.6f}")
    assert len(warn(["A-4"], NOW)) == 1


def test_a5_a_group_of_five_people():
    """A-5: once for a group."""
    group = Group.objects.create(
        title="丽澜新城停车", category_l2="0703", people=5, is_mass=True, mass_since=NOW, created_at=NOW
    )
    said("k1", group=group)
    [alert] = warn(["A-5"], NOW)
    assert warn(["A-5"], NOW + timedelta(hours=3)) == [alert]
    assert alert.key == f"group:{group.pk}"


def test_a6_the_third_time_two_reworks_and_ten_days_late():
    """A-6: the third order of the same person about the same, rework 2, overdue > 10 working days."""
    for number in range(2):
        said("k1", NOW - (number + 2) * DAY, address_id="ADDR-1")
    assert warn(["A-6"], NOW) == []
    first = HotlineOrder.objects.order_by("id").first()
    said("k1", NOW - DAY, address_id="ADDR-1")
    said("k2", status=S.REWORK, rework_no=2)
    said("k3", NOW - 40 * DAY, public_due_at=NOW - 20 * DAY)
    said("k4", NOW - 40 * DAY, public_due_at=NOW - 12 * DAY)
    warn(["A-6"], NOW)
    assert len(keys("A-6")) == 3
    assert f"repeat:{first.order_no}" in keys("A-6")


def test_a7_a_sensitive_word_at_once_and_swept_again():
    """A-7: 集体上访 is red, for a person to look within fifteen minutes; the order is sensitive."""
    order = said("k1", timezone.now(), redacted="再不解决我们就集体 上访")
    alert = services.check_sensitive(order.pk)
    assert services.check_sensitive(order.pk) == alert
    order.refresh_from_db()
    assert order.sensitive
    assert alert.level == AlertLevel.RED
    assert alert.due_at - alert.found_at == timedelta(minutes=15)
    assert warn(["A-7"], timezone.now()) == [alert]
    assert services.check_sensitive(said("k2").pk) is None


def test_a8_heating_is_announced_in_september():
    """A-8: October stood out two years running; it fires thirty days before, and not before that."""
    for year in (2024, 2025):
        for month, count in ((10, 4), (5, 1)):
            for number in range(count):
                said(f"{year}{month}{number}", datetime(year, month, 10, tzinfo=SHANGHAI), category="0604")
    assert warn(["A-8"], datetime(2026, 8, 20, tzinfo=SHANGHAI)) == []
    [alert] = warn(["A-8"], datetime(2026, 9, 14, tzinfo=SHANGHAI))
    assert (alert.key, alert.level) == ("0604:2026-10", AlertLevel.BLUE)


def test_a9_a_matter_people_complain_of():
    """A-9: five complaints or bad ratings about one matter in thirty days."""
    for number in range(4):
        said(f"k{number}", NOW - 3 * DAY, matter_code="M-1")
    assert warn(["A-9"], NOW) == []
    said("k9", NOW - 3 * DAY, matter_code="M-1", channel=Channel.EVAL)
    [alert] = warn(["A-9"], NOW)
    assert (alert.key, alert.inputs["complaints"]) == ("M-1", 5)


@pytest.fixture
def alert(street):
    people(5, street)
    return warn(["A-1"], NOW)[0]


def test_h167_a_disposition_is_a_persons_and_a_false_alarm_has_its_reason(alert, head):
    """H-167: confirmed, false alarm (reason), merged; 403 for others, 409 twice."""
    with pytest.raises(NotAllowed):
        services.dispose(alert.pk, by=at.desk(Role.CALL_AGENT), disposition=Disposition.CONFIRMED)
    with pytest.raises(BadInput):
        services.dispose(alert.pk, by=head, disposition=Disposition.FALSE_ALARM)
    services.dispose(alert.pk, by=head, disposition=Disposition.FALSE_ALARM, reason="同一单位测试来电")
    with pytest.raises(WrongState):
        services.dispose(alert.pk, by=head, disposition=Disposition.CONFIRMED)
    with pytest.raises(NotFound):
        services.dispose(0, by=head, disposition=Disposition.CONFIRMED)


def test_h167_two_working_days_unhandled_goes_to_supervisors_once(alert):
    """H-167: the timer."""
    at.desk(Role.SUPERVISOR)
    assert services.escalate_neglected(alert.due_at - timedelta(minutes=1)) == 0
    assert services.escalate_neglected(alert.due_at + timedelta(minutes=1)) == 1
    assert services.escalate_neglected(alert.due_at + timedelta(minutes=2)) == 0
    assert Message.objects.filter(template="hotline_alert_neglected").exists()


def test_h166_a_red_alert_has_a_meeting(alert, head):
    """H-166: 会商 record, for red ones."""
    with pytest.raises(WrongState):
        services.record_meeting(alert.pk, by=head, record="研判")
    HotAlert.objects.filter(pk=alert.pk).update(level=AlertLevel.RED)
    assert services.record_meeting(alert.pk, by=head, record="城管牵头，两日内清理").meeting_at


def test_h168_an_issue_closes_by_its_effect_or_a_panel(alert, head, street):
    """H-168: only when 30 days after the measures brought ≥ 30 % fewer, or a panel accepts."""
    services.dispose(alert.pk, by=head, disposition=Disposition.CONFIRMED)
    issue = Issue.objects.get()
    assert issue.lead.code == "chengguan"
    with pytest.raises(WrongState, match="措施"):
        services.close_issue(issue.pk, by=head)
    services.record_measures(issue.pk, by=head, measures="划线、增加巡查", root_cause="车位不足")
    with pytest.raises(WrongState, match="30 天"):
        services.close_issue(issue.pk, by=head)
    long_ago = timezone.now() - 31 * DAY
    Issue.objects.update(measures_at=long_ago)
    HotlineOrder.objects.update(accepted_at=long_ago - DAY)
    for number in range(4):
        said(f"a{number}", region=street, when=long_ago + DAY)
    with pytest.raises(WrongState, match="下降不足"):
        services.close_issue(issue.pk, by=head)
    said("b", region=street, when=long_ago - 2 * DAY)
    closed = services.close_issue(issue.pk, by=head)
    assert (closed.before, closed.after) == (6, 4)


def test_h168_a_panel_may_accept(alert, head):
    """H-168: or a panel accepts."""
    services.dispose(alert.pk, by=head, disposition=Disposition.CONFIRMED)
    issue = services.record_measures(Issue.objects.get().pk, by=head, measures="另建停车场")
    assert services.close_issue(issue.pk, by=head, panel_opinion="方案可行").closed_at


def test_h169_precision_of_the_month(alert, head):
    """H-169: confirmed ÷ all, below half → review of its numbers."""
    HotAlert.objects.update(found_at=NOW)
    services.dispose(alert.pk, by=head, disposition=Disposition.FALSE_ALARM, reason="误报")
    [row] = [one for one in precision(NOW.date()) if one.algo == "A-1"]
    assert (row.raised, row.disposed, row.confirmed, row.share, row.needs_review) == (1, 1, 0, 0.0, True)
    assert [one.share for one in precision(NOW.date()) if one.algo == "A-2"] == [None]


def test_h143_lists_and_pages_name_nobody(alert, statements):
    """H-143: no name, number or word; trend by day; two statements for the list."""
    leader = at.desk(Role.LEADER)
    alert_rows(alerts_for(leader))
    with statements(at_most=2):
        [row] = alert_rows(alerts_for(leader))
    page = alert_page(leader, alert.pk)
    assert (row.people, row.orders, row.matter) == (5.0, 5, "停车管理与收费")
    assert sum(count for _day, count in page.trend) == 5
    assert 0 < row.heat <= 100
    assert not any(word in f"{row}{page}" for word in ("王小二", "1990001", "乱停", "k1"))
    assert not alerts_for(at.desk(Role.CALL_AGENT)).exists()
    with pytest.raises(NotFound):
        alert_page(at.desk(Role.CALL_AGENT), alert.pk)


def test_h170_each_source_makes_a_task_with_lead_and_due(alert, head):
    """H-170, H-173: alerts by the night, the rest by hand; each cause once; a street links its group."""
    HotAlert.objects.filter(pk=alert.pk).update(algo="A-9", found_at=timezone.now())
    assert services.preempt_nightly() == services.preempt_nightly() == 1
    group = Group.objects.create(title="停车", category_l2="0703", created_at=NOW)
    for source in (
        PreemptSource.POLICY,
        PreemptSource.WEATHER,
        PreemptSource.INSPECTION,
        PreemptSource.STREET,
    ):
        for _time in range(2):
            services.preempt(
                source, by=head, key="2026-1", title="提前排查", lead="chengguan", due_at=NOW, group=group.pk
            )
    assert PreemptTask.objects.count() == 5
    assert all(task.lead_id and task.due_at for task in PreemptTask.objects.all())
    assert PreemptTask.objects.get(source=PreemptSource.STREET).group == group
    with pytest.raises(BadInput):
        services.preempt(PreemptSource.SEASON, by=head, key="x", title="y", lead="chengguan", due_at=NOW)
    with pytest.raises(NotAllowed):
        services.preempt(
            PreemptSource.POLICY,
            by=at.desk(Role.CALL_AGENT),
            key="x",
            title="y",
            lead="chengguan",
            due_at=NOW,
        )


def test_h172_the_effect_is_counted_thirty_days_later(head):
    """H-172: after, before and a year ago, stored on the task."""
    task = services.preempt(
        PreemptSource.WEATHER, by=head, key="w", title="寒潮", lead="gongre", due_at=NOW, category="0604"
    )
    services.finish_preempting(task.pk, by=head, measures="提前升温")
    assert services.check_effects() == 0
    done = PreemptTask.objects.get().done_at
    for when, count in ((done - DAY, 3), (done + DAY, 1), (done - 364 * DAY, 2)):
        for number in range(count):
            said(f"{when}{number}"[:60], when, category="0604")
    assert services.check_effects(done + 31 * DAY) == 1
    task.refresh_from_db()
    assert (task.before, task.after, task.last_year) == (3, 1, 2)


def test_h143_the_api_answers_those_who_may_see_and_names_nobody(alert):
    """H-143: list and one; filters; a stranger 401, an agent an empty list and 404."""
    leader, agent = people_.api(at.desk(Role.LEADER)), people_.api(at.desk(Role.CALL_AGENT))
    [row] = leader.get("/api/v1/hotline/alerts/", {"level": "orange", "open": "true"}).json()
    assert (row["algo"], row["people"]) == ("A-1", 5.0)
    one = leader.get(f"/api/v1/hotline/alerts/{alert.pk}/")
    assert sum(day["orders"] for day in one.json()["trend"]) == 5
    assert not any(word in one.content.decode() for word in ("王小二", "1990001", "乱停", "k1"))
    assert leader.get("/api/v1/hotline/alerts/", {"level": "pink"}).status_code == 400
    assert agent.get("/api/v1/hotline/alerts/").json() == []
    assert agent.get(f"/api/v1/hotline/alerts/{alert.pk}/").status_code == 404
    assert people_.api().get("/api/v1/hotline/alerts/").status_code == 401
