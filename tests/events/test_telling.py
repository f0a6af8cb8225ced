"""What has happened is told to everybody who asked, once, whatever breaks on the way."""

import datetime as dt
import threading
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from events import DomainEvent, facts, outbox, publish, services, tasks
from events.models import Delivery, DeliveryState, EventRecord
from events.services import WAITS, deliver_pending, resend
from tests.factories.events import listening, tell_everybody


@dataclass(frozen=True, kw_only=True)
class LampLit(DomainEvent):
    """Somebody lit a lamp."""

    lamp_id: int
    colour: str = "red"

    @property
    def subject(self) -> str:
        return f"lamp:{self.lamp_id}"


@dataclass(frozen=True, kw_only=True)
class LampPutOut(DomainEvent):
    """Somebody put it out; department systems may know."""

    public = True
    lamp_id: int


@pytest.fixture(autouse=True)
def empty_outbox(request, monkeypatch):
    """What loading the catalogue told is not of this test."""
    monkeypatch.setattr(outbox, "_broker", outbox.Broker())
    marks = {"django_db": "db", "usefixtures": "committed"}
    for fixture in [fixture for mark, fixture in marks.items() if request.node.get_closest_marker(mark)]:
        request.getfixturevalue(fixture)
        Delivery.objects.all().delete()


@pytest.fixture
def heard():
    return []


@pytest.fixture
def listener(heard):
    def listener(event, record_id):
        heard.append((event, record_id))

    with listening(listener, LampLit, LampPutOut):
        yield listener


@pytest.fixture
def pokes(monkeypatch):
    """Every wake-up call that leaves the process."""
    sent = []
    monkeypatch.setattr(
        outbox.current_app, "send_task", lambda name, **how: sent.append((name, how["retry"]))
    )
    return sent


@pytest.mark.django_db
def test_a_fact_is_recorded_with_who_and_for_whom(django_user_model):
    clerk = django_user_model.objects.create(username="clerk")
    (record_id,) = publish(LampLit(lamp_id=7), by=clerk, on_behalf="person:3")
    record = EventRecord.objects.get(pk=record_id)
    assert (record.name, record.subject, record.actor, record.on_behalf) == (
        "tests.LampLit",
        "lamp:7",
        clerk,
        "person:3",
    )
    assert record.payload == {"lamp_id": 7, "colour": "red"}
    assert list(EventRecord.objects.about("lamp:7").of(LampLit)) == [record]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 4, 12])
def test_any_number_of_facts_is_one_statement(listener, number, django_assert_num_queries):
    with django_assert_num_queries(1):
        record_ids = publish(*[LampLit(lamp_id=lamp) for lamp in range(number)])
    assert record_ids == sorted(record_ids)
    assert [
        record.payload["lamp_id"] for record in EventRecord.objects.filter(pk__in=record_ids).order_by("pk")
    ] == list(range(number))
    assert Delivery.objects.filter(event__in=record_ids, state=DeliveryState.PENDING).count() == number


@pytest.mark.django_db
def test_nothing_to_tell_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert publish() == []


@pytest.mark.django_db
def test_a_listener_gets_the_fact_itself_and_the_id_of_its_record(listener, heard):
    record_ids = publish(LampLit(lamp_id=1, colour="yellow"), LampPutOut(lamp_id=1))
    assert tell_everybody() == 2
    assert heard == [
        (LampLit(lamp_id=1, colour="yellow"), record_ids[0]),
        (LampPutOut(lamp_id=1), record_ids[1]),
    ]
    assert EventRecord.objects.of(LampPutOut).get(public=True).pk == record_ids[1]


@pytest.mark.django_db
def test_a_fact_that_nobody_asked_for_waits_for_nobody(pokes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(LampLit(lamp_id=1))
    assert Delivery.objects.count() == 0
    assert pokes == []


@pytest.mark.django_db
def test_many_facts_in_one_transaction_poke_once(listener, pokes, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        publish(LampLit(lamp_id=1))
        with transaction.atomic():
            publish(LampLit(lamp_id=2), LampLit(lamp_id=3))
    assert pokes == [("events.tasks.deliver", False)]


@pytest.mark.usefixtures("committed")
def test_a_rollback_tells_nothing_and_what_was_kept_is_still_told(listener, heard, pokes):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            light_and_regret()
        publish(LampLit(lamp_id=2))
    assert len(pokes) == 1
    tell_everybody()
    assert [event.lamp_id for event, _ in heard] == [2]


def light_and_regret():
    publish(LampLit(lamp_id=1))
    raise ZeroDivisionError


@pytest.mark.usefixtures("committed")
def test_a_broker_that_is_down_loses_nothing(listener, heard, monkeypatch):
    attempts = []

    def refused(name, **how):
        attempts.append(name)
        raise outbox.OperationalError("connection refused")

    monkeypatch.setattr(outbox.current_app, "send_task", refused)
    for lamp in (5, 6):
        with transaction.atomic():
            publish(LampLit(lamp_id=lamp))
    assert heard == []
    assert len(attempts) == 1, "the second does not wait for a broker that was just found away"
    tell_everybody()
    assert [event.lamp_id for event, _ in heard] == [5, 6]


@pytest.mark.django_db
def test_a_listener_that_fails_leaves_no_trace_and_is_told_again(heard):
    def clumsy(event, record_id):
        get_user_model().objects.create(username="half-done")
        raise RuntimeError("电话 13812345678 打不通")

    with listening(clumsy, LampLit):
        publish(LampLit(lamp_id=1))
        before = timezone.now()
        assert deliver_pending() == 1
    assert not get_user_model().objects.filter(username="half-done").exists()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert delivery.last_error == "RuntimeError: 电话 138****5678 打不通"
    assert WAITS[0] * 0.8 < delivery.next_attempt_at - before < WAITS[0] * 1.3


@pytest.mark.django_db
def test_one_bad_listener_does_not_keep_the_others_waiting(listener, heard):
    def broken(event, record_id):
        connection.cursor().execute("SELECT 1/0")

    with listening(broken, LampLit):
        publish(LampLit(lamp_id=1))
        assert deliver_pending() == 2
    assert len(heard) == 1
    assert Delivery.objects.get(state=DeliveryState.PENDING).last_error.startswith("DataError")


@pytest.mark.django_db
def test_after_two_days_it_is_given_up_and_may_be_sent_again(time_machine, heard):
    start = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)
    time_machine.move_to(start, tick=False)

    def deaf(event, record_id):
        raise RuntimeError("nobody home")

    with listening(deaf, LampLit):
        publish(LampLit(lamp_id=1))
        while Delivery.objects.filter(state=DeliveryState.PENDING).exists():
            time_machine.move_to(Delivery.objects.get().next_attempt_at, tick=False)
            deliver_pending()
    delivery = Delivery.objects.given_up().get()
    assert delivery.attempts == 12
    assert dt.timedelta(hours=40) < timezone.now() - start < dt.timedelta(hours=53)
    assert resend([delivery.pk]) == 1
    assert resend([delivery.pk]) == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 0)


@pytest.mark.django_db
def test_a_listener_that_left_the_code_is_noticed():
    def gone(event, record_id):
        raise AssertionError

    with listening(gone, LampLit):
        publish(LampLit(lamp_id=1))
    assert deliver_pending() == 1
    assert "LookupError: no handler is named" in Delivery.objects.get().last_error


@pytest.mark.usefixtures("committed")
def test_two_deliverers_tell_each_fact_exactly_once(pokes):
    told, together = [], threading.Barrier(2)

    def count(event, record_id):
        get_user_model().objects.create(username=f"told-{record_id}")
        told.append(record_id)

    def work():
        together.wait()
        try:
            while deliver_pending(limit=5):
                continue
        finally:
            connection.close()

    with listening(count, LampLit):
        record_ids = publish(*[LampLit(lamp_id=lamp) for lamp in range(40)])
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(told) == record_ids
    assert get_user_model().objects.filter(username__startswith="told-").count() == 40
    assert Delivery.objects.filter(state=DeliveryState.DELIVERED, attempts=1).count() == 40


@pytest.mark.usefixtures("committed")
def test_a_delivery_another_worker_holds_is_passed_over(listener, heard, pokes):
    publish(LampLit(lamp_id=1))
    held, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Delivery.objects.select_for_update().get()
            held.set()
            release.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    assert deliver_pending() == 0
    release.set()
    holder.join()
    assert deliver_pending() == 1
    assert len(heard) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [lambda rows: rows.update(subject="other"), lambda rows: rows._raw_delete("default")]
)
def test_the_database_refuses_to_change_history(change):
    publish(LampLit(lamp_id=1))
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        change(EventRecord.objects.all())
    assert EventRecord.objects.of(LampLit).filter(subject="lamp:1").count() == 1


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Rich(DomainEvent):
    """A fact with every kind of value a payload may have."""

    on: dt.date
    at: dt.datetime
    fee: Decimal
    ref: UUID
    colour: Colour
    codes: tuple[str, ...] = ()
    days: list[dt.date] | None = None
    note: str | None = None


@pytest.mark.django_db
def test_values_come_back_as_the_types_they_were():
    rich = Rich(
        on=dt.date(2026, 3, 4),
        at=dt.datetime(2026, 3, 4, 9, 30, 0, 123456, tzinfo=dt.UTC),
        fee=Decimal("12.50"),
        ref=UUID(int=5),
        colour=Colour.RED,
        codes=("a", "b"),
        days=[dt.date(2026, 3, 5)],
    )
    publish(rich)
    assert EventRecord.objects.of(Rich).get().fact == rich


def test_objects_are_not_facts():
    with pytest.raises(TypeError, match="never objects"):
        LampLit(lamp_id=settings).payload()


def test_an_older_payload_takes_defaults_and_loses_what_is_gone():
    assert facts.restore("tests.LampLit", {"lamp_id": 3, "size": 9}) == LampLit(lamp_id=3)
    with pytest.raises(LookupError, match=r"tests\.Unheard"):
        facts.restore("tests.Unheard", {})


@pytest.mark.django_db
def test_the_next_delivery_is_found_by_its_partial_index(listener):
    publish(*[LampLit(lamp_id=lamp) for lamp in range(50)])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "events_pending" in Delivery.objects.due(timezone.now())[:1].explain()


@pytest.mark.django_db
def test_no_more_than_the_limit_is_tried(listener, heard):
    publish(*[LampLit(lamp_id=lamp) for lamp in range(5)])
    assert services.deliver_pending(limit=3) == 3
    assert len(heard) == 3
    assert tasks.deliver() == 2
