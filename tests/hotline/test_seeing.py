"""Who sees what of an order, and what is left of every look (section 14, H-02, H-06)."""

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from common.errors import NotFound
from events.models import EventRecord
from hotline import services
from hotline.events import PersonalRead
from hotline.models import HotlineOrder, OrderFile
from hotline.rules.seeing import PERSON, Contact, Detail, Reach, View, Words, seen
from hotline.selectors.seeing import file_seen_by, files_seen_by, order_for, seen_by, seen_by_all
from hotline.states import AssignmentRole, Confidentiality, OrderStatus
from identity.roles import Role
from tests.factories import files
from tests.factories import hotline as at
from tests.factories import identity as people

pytestmark = pytest.mark.django_db
NAME, PHONE, ID = "王小二", "13800001234", "330102199003070021"
TEXT = "我是王小二，住听松里3号楼2单元501室，电话13800001234，车牌云A12345天天堵门。"


def an_order(level=Confidentiality.MASKED, **facts) -> HotlineOrder:
    known = {
        "contact_name": NAME,
        "phone": PHONE,
        "id_number": ID,
        "text": TEXT,
        "redacted": TEXT.replace(NAME, "***").replace(PHONE, "***"),
        "title": "王小二反映车辆堵门",
        "location_text": "听松里3号楼2单元501室门口",
        "alias": "举报人-8F3A",
        "confidential": level,
    }
    return at.an_order(OrderStatus.HANDLING, **{**known, **facts})


@pytest.fixture
def host():
    return at.desk(Role.REVIEWER, department="chengguan")


def everything(view) -> str:
    return f"{view.name} {view.phone} {view.id_number} {view.title} {view.text} {view.location}"


# H-02


def test_h_02_another_department_finds_neither_the_order_nor_a_count(host):
    order, stranger = an_order(), at.desk(Role.REVIEWER, department="gongan")
    assert order_for(host, order.order_no) == order
    with pytest.raises(NotFound):
        order_for(stranger, order.order_no)
    with pytest.raises(NotFound):
        seen_by(order, stranger)
    assert HotlineOrder.objects.visible_to(stranger).count() == 0


def test_h_02_an_assist_reads_a_redacted_summary_and_nothing_of_the_person():
    order = an_order(Confidentiality.OPEN)
    at.a_part(order, "gongan", role=AssignmentRole.ASSIST)
    view = seen_by(order, at.desk(Role.REVIEWER, department="gongan"))
    assert (view.name, view.phone, view.reach) == ("", "", Reach.NONE) or view.name == order.alias
    assert not any(secret in everything(view) for secret in (NAME, PHONE, ID))
    assert len(view.text) <= 200


# H-140


def test_h_140_the_host_of_an_open_order_sees_name_and_phone(host):
    view = seen_by(an_order(Confidentiality.OPEN), host)
    assert (view.name, view.phone, view.text, view.reach) == (NAME, PHONE, TEXT, Reach.DIRECT)


def test_h_140_the_host_of_a_masked_order_sees_a_mask_and_calls_through_the_relay(host):
    view = seen_by(an_order(), host)
    assert (view.name, view.phone, view.reach) == ("王**", "138****1234", Reach.RELAY_CALL)
    assert NAME not in everything(view)
    assert PHONE not in everything(view)


def test_h_140_h_141_the_host_of_a_secret_order_sees_an_alias_and_no_door(host):
    view = seen_by(an_order(Confidentiality.SECRET), host)
    assert (view.name, view.phone, view.id_number, view.reach) == ("举报人-8F3A", "", "", Reach.RELAY_MESSAGE)
    for personal in (NAME, PHONE, ID, "501", "云A12345", "13800"):
        assert personal not in everything(view)
    assert not view.recordings


@pytest.mark.parametrize("level", Confidentiality.values)
def test_h_140_the_complainant_sees_all_of_their_own(cast, level):
    view = seen_by(an_order(level, person=cast.li.person), cast.li)
    assert (view.view, view.name, view.text, view.reveals) == (View.COMPLAINANT, NAME, TEXT, False)


def test_h_140_the_desk_that_calls_back_sees_the_number_but_not_of_a_secret_order():
    officer = at.desk(Role.CALLBACK_OFFICER)
    assert seen_by(an_order(), officer).phone == PHONE
    assert seen_by(an_order(Confidentiality.SECRET), officer).phone == ""


def test_h_140_the_agent_who_took_the_secret_call_still_sees_what_they_wrote():
    agent = at.desk(Role.CALL_AGENT)
    assert seen_by(an_order(Confidentiality.SECRET, registered_by=agent), agent).text == TEXT


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR, Role.AUDITOR])
def test_h_140_whoever_does_not_speak_to_complainants_sees_masks(role):
    view = seen_by(an_order(), at.desk(role))
    assert (view.name, view.phone) == ("王**", "138****1234")


def test_h_140_the_table_shows_nobody_whole_of_a_secret_order_by_duty():
    whole = {view for (view, level), detail in PERSON.items() if level == "secret" and detail is Detail.WHOLE}
    assert whole == {View.COMPLAINANT, View.TAKER, View.UNMASKED}


def test_h_144_a_department_complained_of_reads_redacted_words_only():
    order = an_order(Confidentiality.OPEN, subject_department=at.department("gongan"))
    at.a_part(order, "gongan", role=AssignmentRole.ASSIST)
    view = seen_by(order, at.desk(Role.REVIEWER, department="gongan"))
    assert not any(one in everything(view) for one in (NAME, PHONE, "501", "云A12345"))
    assert view.attachments == "redacted"


def test_a_page_of_orders_is_seen_in_one_statement(host, statements):
    orders = [an_order() for _row in range(5)]
    seen_by(orders[0], host)
    with statements(at_most=1):
        assert {view.name for view in seen_by_all(orders, host).values()} == {"王**"}


def test_h_140_the_rule_is_pure():
    view = seen(View.HOST, "masked", Contact(NAME, PHONE, ID, "甲"), Words("标题", TEXT, TEXT, ""))
    assert NAME not in view.text
    assert view.id_number == ""


# H-141


def an_attachment(order, content, name, kind=OrderFile.Kind.APPEAL) -> OrderFile:
    stored = files.a_stored_file(people.an_account(f"sender{order.pk}{name}"), name, content)
    return OrderFile.objects.create(hotline_order=order, kind=kind, stored=stored, at=order.registered_at)


def test_h_141_the_department_opens_a_picture_that_says_nothing_but_the_picture(host):
    from PIL import Image

    order = an_order(Confidentiality.SECRET)
    row = an_attachment(order, files.a_photo_that_tells_where(), "王小二家门口.jpg")
    assert [(one.name, one.stored) for one in files_seen_by(order, host)] == [("附件1", None)]
    with pytest.raises(NotFound):
        file_seen_by(order, row.pk, host)
    assert services.redact_pictures(order.pk) == 1
    given = file_seen_by(order, row.pk, host)
    assert "王小二" not in given.name
    with given.file.open("rb") as picture:
        assert not dict(Image.open(picture).getexif())
    assert services.redact_pictures(order.pk) == 0


def test_h_141_a_scan_waits_for_somebody_to_blacken_it(host):
    order = an_order(Confidentiality.SECRET)
    row = an_attachment(order, files.a_pdf("信"), "举报信.pdf")
    assert services.redact_pictures(order.pk) == 0
    blackened = files.sent(files.a_pdf("涂黑"), "x.pdf")
    services.supply_redacted(order.order_no, row.pk, blackened, by=at.desk(Role.CALL_AGENT))
    assert file_seen_by(order, row.pk, host) != row.stored


def test_h_140_no_department_hears_the_recording(host):
    order = an_order()
    row = an_attachment(order, files.a_pdf("录音"), "录音.pdf", OrderFile.Kind.RECORDING)
    assert files_seen_by(order, host) == []
    assert file_seen_by(order, row.pk, at.desk(Role.CALLBACK_OFFICER)) == row.stored


# H-06


def test_h_06_every_look_at_who_complained_leaves_a_row():
    order, officer = an_order(), at.desk(Role.CALLBACK_OFFICER)
    services.open_order(order.order_no, by=officer, ip="10.0.0.9", reason="回访")
    row = EventRecord.objects.of(PersonalRead).get()
    assert (row.actor, row.payload["reason"], row.payload["ip"]) == (officer, "回访", "10.0.0.9")
    assert row.subject == order.subject
    assert PHONE not in str(row.payload)


def test_h_06_masks_and_ones_own_leave_none(host, cast):
    services.open_order(an_order().order_no, by=host)
    services.open_order(an_order(person=cast.li.person).order_no, by=cast.li)
    assert not EventRecord.objects.of(PersonalRead).exists()


def test_h_06_the_trail_is_never_changed():
    services.open_order(an_order().order_no, by=at.desk(Role.CALLBACK_OFFICER))
    for change in (lambda rows: rows.update(payload={}), lambda rows: rows.delete()):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            change(EventRecord.objects.of(PersonalRead))
