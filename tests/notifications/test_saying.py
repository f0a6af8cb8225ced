"""People are told in plain words, once, by every way they can be reached, and nobody is named."""

import datetime as dt
import inspect
import json
import threading
from pathlib import Path
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from common import signed_http
from notifications import gateways, selectors, tasks
from notifications.gateways.sms.client import SmsClient
from notifications.gateways.sms.fake import FakeSms
from notifications.models import Message
from notifications.rendering import KIND, day_text, message_text
from notifications.services import Notice, deliver_messages, mark_read, send, sending
from notifications.services.sending import WAITS
from notifications.states import Kind, MessageState
from tests.factories.exchange import li, other_system, person
from tests.factories.notifications import FACTS, notice, reachable_li, texts_sent

TEMPLATES = sorted(path.stem for path in Path("templates/messages").glob("*.txt"))
#: What is told of a person's own affairs names no application, and of an appeal never what it is about (H-27).
ABOUT_AN_APPLICATION = sorted(
    {one for one in TEMPLATES if not one.startswith("hotline_")}
    - {"authorised", "authorisation_revoked", "contact_changed", "copy_made"}
)
#: Whoever has no account looks at the page that number and query code open.
OF_THE_HOTLINE = ("工单页面", "查询码", "热线收件箱")
PROMISED = [
    "received",
    "accepted",
    "correction_requested",
    "correction_reminder",
    "declined",
    "special_procedure_started",
    "extended",
    "decided",
    "handed_over",
    "closed",
    "terminated",
    "withdrawn",
    "deferred_reminder",
    "choices_after_denial",
    "evaluation_invited",
]


def test_every_message_of_the_contract_is_there():
    assert set(PROMISED) <= set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_message_fits_into_one_sms_and_reads_well_without_the_optional_facts(template):
    text = message_text(template, FACTS)
    assert len(text) <= 70
    assert "{" not in text
    bare = message_text(template, {**FACTS, "department": "", "due": ""})
    assert "，，" not in bare
    assert "请前" not in bare
    assert "由办理" not in bare


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_message_says_where_to_look(template):
    """On the site, or where there is something to fetch; an officer in the list of applications."""
    text = message_text(template, FACTS)
    assert any(where in text for where in ("我的空间", "自助柜", "出件窗口", "看“办件”", *OF_THE_HOTLINE))


@pytest.mark.parametrize("template", ABOUT_AN_APPLICATION)
def test_a_message_about_an_application_says_which(template):
    text = message_text(template, FACTS)
    assert "新生儿出生一件事" in text
    assert "2026030400000128" in text


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_message_says_what_it_is_for(template):
    """Its first line is the kind by which people choose its ways."""
    said = KIND.match(Path(f"templates/messages/{template}.txt").read_text(encoding="utf-8"))
    assert said, "begin it with {# kind: notice #}, reminder, progress or rating"
    assert said[1] in Kind.values


def test_a_text_says_the_day_and_escapes_nothing():
    text = message_text("accepted", {**FACTS, "name": "“A & B”变更"})
    assert "2026年3月18日前办完" in text
    assert "A & B" in text


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (dt.date(2026, 3, 4), "2026年3月4日"),
        ("2026-03-04", "2026年3月4日"),
        ("2026-03-04T16:30:00+00:00", "2026年3月5日"),
        (dt.datetime(2026, 3, 4, 16, 30, tzinfo=dt.UTC), "2026年3月5日"),
        ("下周三", "下周三"),
        ("", ""),
        (None, ""),
    ],
)
def test_days_are_said_as_people_say_them(due, said):
    assert day_text(due) == said


def test_a_missing_fact_is_noticed():
    with pytest.raises(ValueError, match="lacks reference"):
        message_text("received", {"name": "x"})


@pytest.mark.parametrize("number", ["13812345678", "34010219900716687X"])
@pytest.mark.django_db
def test_a_personal_number_is_never_stored(number):
    with pytest.raises(ValueError, match="personal number"):
        send(notice(li(), name=f"给{number}的事"))
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_li_is_told_by_every_way():
    send(notice(reachable_li()))
    assert sorted(Message.objects.values_list("channel", "state")) == [
        ("in_site", "sent"),
        ("mail", "pending"),
        ("sms", "pending"),
    ]
    (sms,) = texts_sent()
    assert sms.number == "19900000001"
    assert sms.text.startswith("您的“新生儿出生一件事”申请收到了")
    (letter,) = mail.outbox
    assert letter.to == ["li@example.test"]
    assert letter.body.endswith("/applications/2026030400000128/")
    assert not Message.objects.exclude(state=MessageState.SENT).exists()
    assert texts_sent() == []


@pytest.mark.django_db
def test_who_has_no_number_reads_it_on_the_site():
    send(notice(person("王建国", "110105196804035699")))
    assert list(Message.objects.values_list("channel", flat=True)) == ["in_site"]


@pytest.mark.django_db
def test_the_same_key_says_nothing_twice():
    li_ = li()
    send(notice(li_))
    send(notice(li_), notice(li_, key="event:2"), notice(li_, template="decided"))
    assert selectors.box(li_.pk).count() == 2
    assert len(texts_sent()) == 2


@pytest.mark.django_db
def test_many_notices_are_two_statements(statements):
    people = [li(), person("王建国", "110105196804035699", mobile="19900000002")]
    with statements(at_most=2):
        send(*[notice(one, key=f"event:{n}") for one in people for n in range(10)])
    with statements(at_most=0):
        send()
    assert Message.objects.count() == 40


@pytest.mark.django_db
def test_somebody_who_does_not_exist_is_told_nothing():
    send(Notice(0, "received", FACTS, "event:1", ""))
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_the_box_shows_newest_first_and_counts_what_is_new():
    li_, wang = li(), person("王建国", "110105196804035699")
    send(notice(li_, key="event:1"), notice(wang, key="event:1"))
    send(notice(li_, "decided", key="event:2"))
    newest, oldest = selectors.box(li_.pk)
    assert (newest.template, oldest.template) == ("decided", "received")
    assert mark_read(wang.pk, [newest.pk]) == 0
    assert mark_read(li_.pk, [newest.pk]) == 1
    assert selectors.unread_count(li_.pk) == 1
    assert mark_read(li_.pk) == 1
    assert selectors.unread_count(wang.pk) == 1
    assert selectors.about("application:7").count() == 5


@pytest.fixture
def wired(settings, monkeypatch):
    monkeypatch.setattr(signed_http, "TRIES_AGAIN", 0)
    settings.SMS_SECRET = "shared"

    def wire(far_end):
        settings.SMS_URL = far_end.url
        gateways._client.cache_clear()

    yield wire
    gateways._client.cache_clear()


@pytest.mark.django_db
def test_the_real_sms_platform_gets_number_text_and_reference(wired):
    send(notice(li()))
    with other_system(lambda path, body: (200, b'{"receipt": "S1"}')) as far_end:
        wired(far_end)
        assert isinstance(gateways.sms(), SmsClient)
        assert tasks.deliver_messages() == 1
    message = Message.objects.get(channel="sms")
    assert (message.receipt, message.attempts) == ("S1", 1)
    ((path, body),) = far_end.asked
    assert path == "/gateway/sms/send"
    assert body == {"mobile": "19900000001", "content": message.text, "reference": f"message-{message.pk}"}
    assert far_end.signatures == [True]


@pytest.mark.django_db
def test_a_number_the_platform_refuses_is_given_up_at_once(wired):
    send(notice(li()))
    with other_system(lambda path, body: (400, b"{}")) as far_end:
        wired(far_end)
        deliver_messages()
    assert Message.objects.get(channel="sms").state == MessageState.GIVEN_UP


@pytest.mark.django_db
def test_a_platform_that_is_away_gets_the_message_later(wired, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 4, 1, 0, tzinfo=dt.UTC), tick=False)
    send(notice(li()))
    answers = [(503, b""), (200, json.dumps({"receipt": "S2"}).encode())]
    with other_system(lambda path, body: answers.pop(0)) as far_end:
        wired(far_end)
        assert deliver_messages() == 1
        message = Message.objects.get(channel="sms")
        assert (message.state, message.attempts) == (MessageState.PENDING, 1)
        assert WAITS[0] * 0.8 < message.next_attempt_at - timezone.now() < WAITS[0] * 1.2
        assert deliver_messages() == 0
        time_machine.move_to(message.next_attempt_at, tick=False)
        assert deliver_messages() == 1
    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.SENT, "")


@pytest.mark.django_db
def test_after_a_day_of_trying_it_is_given_up(monkeypatch, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 4, 1, 0, tzinfo=dt.UTC), tick=False)

    def refuse(*letter):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(sending, "send_mail", refuse)
    send(notice(reachable_li()))
    deliver_messages()
    while (letter := Message.objects.get(channel="mail")).state == MessageState.PENDING:
        time_machine.move_to(letter.next_attempt_at, tick=False)
        deliver_messages()
    assert (letter.state, letter.attempts) == (MessageState.GIVEN_UP, len(WAITS) + 1)
    assert letter.last_error.startswith("SMTPServerDisconnected")


@pytest.mark.django_db
def test_an_address_that_was_taken_back_is_not_written_to():
    li_ = reachable_li()
    send(notice(li_))
    li_.account.email, li_.mobile = "", ""
    li_.account.save()
    li_.save()
    assert texts_sent() == []
    assert mail.outbox == []
    assert Message.objects.filter(state=MessageState.GIVEN_UP).count() == 2


@pytest.mark.usefixtures("committed")
def test_two_senders_send_each_message_once():
    li_ = li()
    send(*[notice(li_, key=f"event:{n}") for n in range(20)])
    FakeSms.sent.clear()
    together = threading.Barrier(2)

    def work():
        together.wait()
        try:
            while deliver_messages(limit=3):
                continue
        finally:
            connection.close()

    senders = [threading.Thread(target=work) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len({sent.reference for sent in FakeSms.sent}) == len(FakeSms.sent) == 20


def test_the_fake_says_so_and_keeps_the_real_signature():
    assert inspect.signature(FakeSms.send) == inspect.signature(SmsClient.send)
    assert FakeSms().send("19900000001", "您好", "r1") == "fake-r1"
