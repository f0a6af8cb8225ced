"""Tests that commit: what they see, and that nothing of them stays."""

import threading
import time
from urllib.request import urlopen

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from bundles.models import Bundle
from identity.models import Department
from portal.celery import app


def written_elsewhere() -> list[str]:
    """What another connection sees."""
    seen: list[str] = []

    def look() -> None:
        seen.extend(Session.objects.values_list("session_key", flat=True))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return seen


@pytest.mark.parametrize("time_round", [1, 2])
def test_another_connection_sees_what_was_committed_and_the_next_test_does_not(committed, time_round):
    assert written_elsewhere() == []
    Session.objects.create(session_key=f"s{time_round}", expire_date=timezone.now())
    assert written_elsewhere() == [f"s{time_round}"]


@pytest.mark.parametrize("time_round", [1, 2])
def test_the_catalogue_is_there_each_time_and_put_back_where_it_was_changed(committed, time_round):
    assert not Department.objects.filter(phone="00000").exists()
    assert Bundle.objects.filter(kind="bundle").count() == 13
    Department.objects.update(phone="00000")


def test_what_was_cached_is_forgotten(committed):
    assert cache.get("kept") is None
    cache.set("kept", 1)


def test_what_was_cached_is_forgotten_again(committed):
    assert cache.get("kept") is None


def test_the_site_answers_on_a_real_port(site):
    with urlopen(f"{site}/healthz/live/") as answer:
        assert answer.status == 200


def test_a_real_worker_takes_what_is_sent(start_worker):
    worker = start_worker("default")
    app.send_task("portal.tasks.beat")
    until = time.monotonic() + 60
    while cache.get("heartbeat:worker") is None and time.monotonic() < until:
        assert worker.poll() is None
        time.sleep(0.2)
    assert cache.get("heartbeat:worker") is not None
