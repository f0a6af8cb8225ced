"""Health, figures, headers and logs: what those who run the house rely on."""

import io
import json
import logging
from unittest.mock import ANY  # noqa: TID251  (a wildcard, not a fake)

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from portal import checks, health, logs, tasks


@pytest.fixture
def written():
    """What production would write of a logger's lines."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logs.line_formatter("json"))
    logging.getLogger("somewhere").addHandler(handler)
    yield lines.getvalue
    logging.getLogger("somewhere").removeHandler(handler)


@pytest.fixture
def alive():
    health.beat_seen()
    health.worker_seen()
    yield
    cache.delete_many(["heartbeat:beat", "heartbeat:worker"])


def parts(client) -> dict[str, bool]:
    answer = client.get("/healthz/")
    found = {name: part["ok"] for name, part in answer.json()["parts"].items()}
    assert answer.status_code == (200 if all(found.values()) else 503)
    return found


def test_a_house_in_order_says_so(db, alive, client):
    assert parts(client) == dict.fromkeys(["web", "database", "broker", "worker", "beat"], True)


def test_a_worker_that_went_quiet_is_seen(db, alive, client):
    cache.set("heartbeat:worker", 1.0)
    assert parts(client) == {"web": True, "database": True, "broker": True, "worker": False, "beat": True}


def test_a_database_that_is_down_is_seen_and_not_a_crash(client, alive):
    assert parts(client)["database"] is False, "this test has no access to the database"


def test_the_liveness_probe_asks_nobody(client, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert client.get("/healthz/live/").json() == {"status": "ok"}


def test_the_heartbeat_task_speaks_for_the_worker_and_its_sending_for_beat():
    cache.delete_many(["heartbeat:beat", "heartbeat:worker"])
    tasks.beat.apply_async(expires=1)
    assert cache.get("heartbeat:beat") is not None
    assert cache.get("heartbeat:worker") is None
    tasks.beat()
    assert cache.get("heartbeat:worker") is not None


@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [("", "", 404), ("", "Bearer ", 404), ("t", "Bearer x", 404), ("t", "Bearer t", 200)],
)
def test_figures_are_for_the_holder_of_the_token(client, settings, token, sent, status):
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers={"authorization": sent}).status_code == status


def test_every_page_forbids_scripts_and_frames_from_elsewhere(client):
    policy = client.get("/healthz/live/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_interface_s_description_is_served_from_here(client):
    assert client.get("/api/v1/schema/").status_code == 200
    page = client.get("/api/v1/docs/").content.decode()
    assert "//cdn" not in page
    assert "drf_spectacular_sidecar" in page


def test_no_personal_number_reaches_the_log(written):
    logging.getLogger("somewhere").error("person %s", "11010519491231002X", extra={"phone": 13812345678})
    assert json.loads(written()) == {
        "event": "person 1101**********002X",
        "phone": "138****5678",
        "level": "error",
        "logger": "somewhere",
        "timestamp": ANY,
    }


def test_an_exception_in_the_log_is_scrubbed_too(written):
    try:
        raise ValueError("13812345678")
    except ValueError:
        logging.getLogger("somewhere").exception("broken")
    assert "138****5678" in written()
    assert "13812345678" not in written()


def test_development_keys_serve_this_machine_alone(settings):
    settings.SECRET_KEY = settings.DEVELOPMENT_SECRET
    settings.ALLOWED_HOSTS = ["localhost"]
    assert checks.development_secrets_stay_at_home() == []
    settings.ALLOWED_HOSTS = ["localhost", "portal.example"]
    assert [found.id for found in checks.development_secrets_stay_at_home()] == ["portal.E001"]


def test_statements_leave_out_what_only_frames_a_transaction(db, statements):
    from django.db import transaction

    with statements(at_most=1) as sent, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert sent == ["SELECT 1"]


def test_a_test_cannot_leave_this_machine():
    import socket

    with pytest.raises(ConnectionError, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_the_clock_stands_where_it_is_set(clock):
    from django.utils import timezone

    clock.set("2026-03-02 09:00")
    assert timezone.localtime().isoformat() == "2026-03-02T09:00:00+08:00"


def test_a_request_carries_its_number_into_the_answer(client: Client, caplog):
    with caplog.at_level(logging.INFO):
        answer = client.get("/healthz/live/")
    assert any(answer.headers["X-Request-ID"] in str(record.msg) for record in caplog.records)
