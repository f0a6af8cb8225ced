"""A request with a key is done once, however often and however many at a time it comes."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from common.errors import BadInput, Conflict, Refused
from exchange import tasks
from exchange.models import IdempotencyKey
from exchange.services import answer_once
from identity.models import Account


@pytest.fixture
def account(db):
    return Account.objects.create(username="li")


def submit(account, *, key="k-1", body=None, act=None):
    return answer_once(
        door="applications", key=key, account=account, body=body or {"a": 1}, act=act or open_application
    )


def open_application():
    number = Account.objects.create(username=f"done-{Account.objects.count()}").pk
    return 201, {"reference": number, "at": dt.datetime(2026, 3, 4, tzinfo=dt.UTC)}


def test_a_repeat_gets_the_first_answer(account):
    first, second = submit(account), submit(account)
    assert (first.status, first.replayed) == (201, False)
    assert (second.status, second.replayed) == (201, True)
    assert second.body == {"reference": first.body["reference"], "at": "2026-03-04T00:00:00Z"}
    assert Account.objects.filter(username__startswith="done-").count() == 1


def test_another_body_under_the_same_key_is_refused(account):
    submit(account)
    with pytest.raises(Conflict) as refusal:
        submit(account, body={"a": 2})
    assert refusal.value.code == "idempotency_mismatch"


def test_the_same_body_in_another_sequence_is_the_same(account):
    submit(account, body={"a": 1, "b": [1, 2]})
    assert submit(account, body={"b": [1, 2], "a": 1}).replayed


def test_keys_belong_to_one_account_and_one_door(account):
    other = Account.objects.create(username="wang")
    submit(account)
    assert not submit(other).replayed
    assert not submit(None).replayed
    assert submit(None).replayed
    assert not answer_once(
        door="orders", key="k-1", account=account, body={"a": 1}, act=open_application
    ).replayed


def test_a_refused_request_leaves_its_key_free(account):
    def refuse():
        Account.objects.create(username="half-done")
        raise Refused("缺少材料")

    with pytest.raises(Refused):
        submit(account, act=refuse)
    assert not Account.objects.filter(username="half-done").exists()
    assert not submit(account).replayed


def test_without_a_key_nothing_is_promised(account):
    assert not submit(account, key="").replayed
    assert not submit(account, key="").replayed
    assert IdempotencyKey.objects.count() == 0


def test_a_key_has_a_length(account):
    with pytest.raises(BadInput, match="太长"):
        submit(account, key="k" * 201)


def test_a_request_inside_itself_is_noticed(account):
    with pytest.raises(Conflict) as refusal:
        submit(account, act=lambda: submit(account))
    assert refusal.value.code == "idempotency_in_progress"


def test_two_statements_are_the_price(account, django_assert_num_queries):
    with django_assert_num_queries(4):  # savepoint, take, keep, release
        submit(account, act=lambda: (200, {}))


def test_the_answer_is_not_readable_at_rest(account):
    submit(account, act=lambda: (201, {"query_code": "open sesame"}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM exchange_idempotencykey")
        assert "sesame" not in cursor.fetchone()[0]


def test_last_months_keys_are_forgotten(account):
    submit(account)
    submit(account, key="old")
    IdempotencyKey.objects.filter(key="old").update(created_at=timezone.now() - dt.timedelta(days=31))
    assert tasks.forget_old_keys() == 1
    assert submit(account).replayed


@pytest.mark.usefixtures("committed")
def test_twenty_at_once_do_it_once():
    account = Account.objects.create(username="li")
    together, answers, done = threading.Barrier(20), [], []

    def act():
        done.append(threading.get_ident())
        return open_application()

    def send():
        together.wait()
        try:
            answers.append(submit(account, act=act))
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(20)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(answers) == 20
    assert len(done) == 1
    assert [answer.replayed for answer in answers].count(False) == 1
    assert len({answer.body["reference"] for answer in answers}) == 1
