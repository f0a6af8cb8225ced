"""The same matter again: one order for one person, a group for several, flagged when it comes back (H-130…H-133, H-136)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import NotAllowed, NotFound, Refused, WrongState
from events.models import EventRecord
from hotline import services
from hotline.models import ContactLog, Group, HotlineOrder, OrderWords, ResultSubmission, Urge
from hotline.rules.dispatching import Way
from hotline.selectors.dispatching import choice_for
from hotline.selectors.similar import nearby, same_matter, similar
from hotline.states import AssignmentState, ContactOutcome, HandleResult, OrderStatus
from identity.roles import Role
from notifications.models import Message
from tests.factories import hotline as at
from tests.factories import identity as people

pytestmark = pytest.mark.django_db
HERE = {
    "address_id": "ADDR-1",
    "location_text": "丽澜新城三号楼",
    "longitude": "126.600000",
    "latitude": "45.750000",
}
NOW = OrderStatus


def an_order(status=NOW.ACCEPTED, person="k1", **facts):
    return at.an_order(status, complainant_key=person, **{**HERE, **facts})


@pytest.fixture
def dispatcher():
    return at.desk(Role.DISPATCHER)


@pytest.fixture
def master():
    return an_order(NOW.HANDLING, at=timezone.now() - timedelta(days=2))


@pytest.mark.parametrize("status", [NOW.REGISTERED, NOW.ACCEPTED, NOW.DISPATCHED, NOW.HANDLING])
def test_t05_t09_t35_t36_a_repeat_is_merged_and_urges_the_host(master, dispatcher, status):
    """T-05, T-09, T-35, T-36: repeat_count + 1, an urge to the host, the part cancelled."""
    order = an_order(status)
    merged = services.merge(order.pk, into=master.pk, by=dispatcher)
    master.refresh_from_db()
    assert (merged.status, merged.parent_id) == (NOW.MERGED, master.pk)
    assert (master.repeat_count, master.urge_count) == (1, 1)
    assert Urge.objects.get(hotline_order=master).kind == Urge.Kind.REPEAT
    assert set(order.assignments.values_list("state", flat=True)) <= {AssignmentState.CANCELLED}
    assert EventRecord.objects.filter(name="hotline.OrderMerged").count() == 1


def nothing_changed(order, status, master):
    fresh = HotlineOrder.objects.get(pk=order.pk)
    return fresh.status == status and not Urge.objects.filter(hotline_order=master).exists()


def test_t05_only_dispatchers_merge(master):
    """T-05: who; 403 and nothing happens."""
    order = an_order()
    with pytest.raises(NotAllowed):
        services.merge(order.pk, into=master.pk, by=at.desk(Role.CALL_AGENT))
    assert nothing_changed(order, NOW.ACCEPTED, master)


def test_t05_only_into_an_open_order_about_the_same(master, dispatcher):
    """T-05: guard H-130; a closed master, itself and another matter are refused."""
    order, elsewhere = an_order(), an_order(address_id="ADDR-9", longitude="126.700000", category="0703")
    ended = an_order(NOW.ARCHIVED, archived_at=timezone.now())
    with pytest.raises(WrongState):
        services.merge(order.pk, into=ended.pk, by=dispatcher)
    with pytest.raises(WrongState):
        services.merge(order.pk, into=order.pk, by=dispatcher)
    with pytest.raises(Refused, match="同一事项"):
        services.merge(elsewhere.pk, into=master.pk, by=dispatcher)
    assert nothing_changed(order, NOW.ACCEPTED, master)


def test_t35_not_once_a_result_was_submitted(master, dispatcher):
    """T-35: no reply submitted."""
    order = an_order(NOW.HANDLING)
    part = order.assignments.get()
    ResultSubmission.objects.create(
        hotline_order=order, assignment=part, by=dispatcher, at=timezone.now(), due_at=timezone.now(),
        handle_result=HandleResult.SOLVED, result_text="已经清理完毕，请放心。",
    )  # fmt: skip
    with pytest.raises(WrongState, match="办理结果"):
        services.merge(order.pk, into=master.pk, by=dispatcher)


def test_t36_the_same_host_and_contacts_are_copied(master, dispatcher):
    """T-36: another host's is refused; who was spoken to stays known."""
    other = an_order(NOW.HANDLING, host="jiaoguan")
    with pytest.raises(WrongState, match="主办单位不同"):
        services.merge(other.pk, into=master.pk, by=dispatcher)
    order = an_order(NOW.HANDLING)
    ContactLog.objects.create(
        hotline_order=order, by=dispatcher, started_at=timezone.now(), outcome=ContactOutcome.REACHED
    )
    services.merge(order.pk, into=master.pk, by=dispatcher)
    assert master.contacts.count() == order.contacts.count() == 1


def test_what_was_merged_before_follows_into_the_new_master(master, dispatcher):
    """T-05: no chain of merged orders."""
    middle, first = an_order(), an_order()
    services.merge(first.pk, into=middle.pk, by=dispatcher)
    services.merge(middle.pk, into=master.pk, by=dispatcher)
    assert set(master.merged.all()) == {first, middle}
    master.refresh_from_db()
    assert master.repeat_count == 2


def test_the_complainant_hears_of_the_merge(master, dispatcher, deliver_events):
    """T-05: SMS with the number, none of the words."""
    services.merge(an_order().pk, into=master.pk, by=dispatcher)
    deliver_events()
    told = Message.objects.filter(template="hotline_merged").first()
    assert master.order_no in told.text
    assert "乱停" not in told.text


def test_h131_the_same_person_is_merged_by_the_system(master):
    """H-131: repeat while open → merged, acts as 催办; twice is once."""
    order = an_order(person="k1")
    for _time in range(2):
        services.relate(order.pk)
    order.refresh_from_db()
    master.refresh_from_db()
    assert (order.status, order.parent_id, master.repeat_count, master.urge_count) == (
        NOW.MERGED,
        master.pk,
        1,
        1,
    )


@pytest.mark.parametrize(
    "facts", [{"urgency": "emergency"}, {"urgency": "urgent"}, {"confidential": "secret"}]
)
def test_h87_h131_what_is_graver_than_the_master_is_not_folded_into_it(master, facts):
    """H-87, T-05: danger, more urgent or more secret words stay an order that names the one before."""
    order = services.relate(an_order(**facts).pk)
    assert order.status == NOW.ACCEPTED
    assert order.prior_order_id == master.pk
    assert nothing_changed(order, NOW.ACCEPTED, master)


@pytest.mark.parametrize(
    "status", [NOW.REGISTERED, NOW.DIRECT_ANSWERED, NOW.CALLBACK, NOW.CLOSE_REVIEW, NOW.SHELVED]
)
def test_t05_a_fresh_complaint_is_not_buried_in_an_order_nobody_works_on(status):
    """T-05, H-131: answered, in review or laid aside, it takes in nothing by itself."""
    old = an_order(status, at=timezone.now() - timedelta(days=2))
    order = services.relate(an_order().pk)
    assert (order.status, order.prior_order_id) == (NOW.ACCEPTED, old.pk)


def test_t05_h31_the_merged_words_are_read_on_the_master(master):
    """T-05, H-31: a supplement of the master, without name and number."""
    said = "我是王小二，电话19900010001，三号楼暖气还是不热。"
    order = services.relate(an_order(text=said, redacted="三号楼暖气还是不热。", phone="19900010001").pk)
    assert order.status == NOW.MERGED
    supplement = master.supplements.get()
    assert supplement.text == said
    assert "三号楼暖气还是不热" in supplement.redacted
    assert "王小二" not in supplement.redacted
    assert "19900010001" not in supplement.redacted
    assert EventRecord.objects.about(master.subject).filter(name="hotline.SupplementAdded").exists()


def test_h131_another_person_keeps_their_own_order_in_a_group(master):
    """H-131: own order_no, group set on both, a single host assignment each."""
    order = an_order(NOW.DISPATCHED, person="k2")
    for _time in range(2):
        services.relate(order.pk)
    order.refresh_from_db()
    master.refresh_from_db()
    group = Group.objects.get()
    assert order.group_id == master.group_id == group.pk
    assert (order.status, group.people, group.is_mass) == (NOW.DISPATCHED, 2, False)
    assert group.lead == master.host
    assert order.assignments.count() == master.assignments.count() == 1


@pytest.mark.parametrize(
    ("level", "title"), [("masked", "丽澜新城停车管理与收费"), ("secret", "停车管理与收费")]
)
def test_h141_a_groups_name_gives_away_nobodys_door(level, title):
    """H-141, H-131: what everybody in the group reads says the place at most, of a secret order not even that."""
    place = "丽澜新城3号楼2单元501室"
    an_order(person="k1", location_text=place, confidential=level, at=timezone.now() - timedelta(hours=1))
    order = services.relate(an_order(person="k2").pk)
    assert order.group.title == title


def test_h136_the_fifth_person_in_a_day_makes_it_a_mass_matter(deliver_events):
    """H-136: lead host, leader told, one notice, everyone's order sensitive; the fourth does not."""
    at.desk(Role.LEADER)
    first = an_order(NOW.HANDLING, person="k1")
    for number in range(2, 5):
        services.relate(an_order(person=f"k{number}").pk)
    assert not Group.objects.get().is_mass
    fifth = an_order(person="k5")
    for _time in range(2):
        services.relate(fifth.pk)
    group = Group.objects.get()
    assert (group.people, group.is_mass, group.lead) == (5, True, first.host)
    assert "丽澜新城" in group.public_notice
    assert all(group.orders.values_list("sensitive", flat=True))
    assert Message.objects.filter(template="hotline_mass").exists()
    facts = EventRecord.objects.filter(name="hotline.OrderGrouped", payload__is_mass=True)
    assert facts.count() == 1


def test_h136_four_people_and_one_who_calls_again_are_not_five():
    """H-136: distinct complainants, within 24 hours."""
    an_order(NOW.HANDLING, person="k1")
    for person in ("k2", "k3", "k4", "k4"):
        services.relate(an_order(person=person).pk)
    assert not Group.objects.get().is_mass
    services.relate(an_order(person="k5", at=timezone.now() + timedelta(hours=30)).pk)
    assert not Group.objects.get().is_mass


def test_h133_what_comes_back_within_thirty_days_is_a_new_order_that_names_the_old():
    """H-133: prior_order and 反弹; after thirty days it is a new matter."""
    ended = timezone.now() - timedelta(days=20)
    old = an_order(NOW.ARCHIVED, at=ended - timedelta(days=8), archived_at=ended)
    again = services.relate(an_order().pk)
    assert (again.prior_order, again.is_rebound, again.status) == (old, True, NOW.ACCEPTED)
    HotlineOrder.objects.filter(pk=old.pk).update(archived_at=ended - timedelta(days=20))
    HotlineOrder.objects.filter(pk=again.pk).update(address_id="", longitude=None, latitude=None)
    assert not services.relate(an_order().pk).is_rebound


def test_h131_acceptance_alone_sets_it_off(deliver_events):
    """H-131: everything follows from the fact of acceptance."""
    an_order(NOW.HANDLING, person="k1")
    order = an_order(NOW.REGISTERED, person="k2", region=None)
    services.accept(order.pk, by=at.desk(Role.CALL_AGENT))
    deliver_events()
    order.refresh_from_db()
    assert order.group_id is not None


def test_h130_candidates_are_one_statement(statements):
    """H-130: the number of orders changes nothing."""
    for number in range(6):
        an_order(NOW.HANDLING, person=f"k{number}")
    order = an_order(person="k9")
    same_matter(order)
    with statements(at_most=1):
        assert len(same_matter(order)) == 6


def test_similar_orders_are_found_by_words_and_place(statements):
    """H-130: the desk sees the like, most alike first, open ones only, by one statement."""
    texts = ["小区门口乱停车堵住消防通道", "商场停车场停车费太贵", "小区门口每天乱停车出不去"]
    orders = [
        at.an_order(NOW.ACCEPTED, title=text, redacted=text, location_text="丽澜新城") for text in texts
    ]
    closed = at.an_order(NOW.ARCHIVED, title=texts[0], redacted=texts[0])
    for order in (*orders, closed):
        services.index_words(order.pk)
        services.index_words(order.pk)
    assert OrderWords.objects.count() == 4
    similar("乱停车", texts[2], "丽澜新城")
    with statements(at_most=1):
        found = similar("小区乱停车", texts[2], "丽澜新城", category="0703")
    assert [number for number, _score in found][:2] == [orders[2].order_no, orders[0].order_no]
    assert all(0 <= score <= 1 for _number, score in found)
    assert closed.order_no not in dict(found)


def test_h132_nearby_shows_five_and_nobody(statements):
    """H-132: same L2, within 250 m, at most five, no phone, no name, no words; secret ones never."""
    for number in range(7):
        an_order(NOW.HANDLING, person=f"k{number}")
    an_order(NOW.HANDLING, person="far", latitude="45.760000", address_id="")
    an_order(NOW.HANDLING, person="secret", confidential="secret")
    nearby("0703", 126.6, 45.75)
    with statements(at_most=1):
        found = nearby("0703", 126.6, 45.75)
    assert len(found) == 5
    assert not any(word in str(found) for word in ("王小二", "1990001", "乱停"))


def test_h132_me_too_is_a_light_order_beside_the_other():
    """H-132: one's own number, linked; again it is the same one; not one's own, not a secret one."""
    citizen, known = people.an_account("li"), an_order(NOW.HANDLING, person="k1")
    mine = services.me_too(known.order_no, by=citizen)
    assert services.me_too(known.order_no, by=citizen) == mine
    known.refresh_from_db()
    assert mine.group_id == known.group_id is not None
    assert mine.category_l2 == known.category_l2
    assert "每天都有车" not in mine.text
    secret = an_order(NOW.HANDLING, person="k3", confidential="secret")
    with pytest.raises(NotFound):
        services.me_too(secret.order_no, by=citizen)
    with pytest.raises(WrongState):
        services.me_too(mine.order_no, by=citizen)


def test_h131_h133_the_same_matter_goes_to_the_same_host():
    """H-131, H-133: the group's lead, the host of before; not one that is recused or has returned it."""
    ended = timezone.now() - timedelta(days=5)
    an_order(NOW.ARCHIVED, at=ended, archived_at=ended, host="jiaoguan")
    again = services.relate(an_order(address_id="ADDR-1").pk)
    again.refresh_from_db()
    chosen = choice_for(again)
    assert (chosen.way, chosen.department_id) == (Way.SAME_MATTER, at.department("jiaoguan").pk)
    again.subject_department = at.department("jiaoguan")
    assert choice_for(again).way != Way.SAME_MATTER
    again.is_rebound, again.subject_department = False, None
    again.group = Group.objects.create(
        title="停车", category_l2="0703", lead=at.department("jiaoguan"), created_at=ended
    )
    assert choice_for(again).department_id == at.department("jiaoguan").pk
    at.a_part(again, "jiaoguan", state=AssignmentState.RETURNED)
    assert choice_for(again).way != Way.SAME_MATTER
