"""
An hour of a busy hotline in less: orders through HTTP to their department, while things break.

    python -m portal.embedded --purpose test -- python -m bench.hotline_load [--orders 500] [--an-hour 5000]

gunicorn and two Celery workers on a database of their own take orders at the rate of ``--an-hour``, every tenth
delivered twice as channels do. After a third a Celery worker is killed, after two thirds Redis forgets
everything. Afterwards every order is counted in the database: lost and dispatched twice must be none.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from statistics import quantiles
from typing import Any

import django
from django.conf import settings
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

import redis  # noqa: E402 - Django must be set up first
from django.core.management import call_command  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from hotline.models import Assignment, HotlineOrder  # noqa: E402
from hotline.states import AssignmentRole, OrderStatus  # noqa: E402
from identity.models import Account, Person  # noqa: E402
from identity.services import issue_token  # noqa: E402
from portal.management.commands.setup_portal import CATALOGUE  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PORT = 18_117
#: As long as the last order may take from its answer to its department, broker lost or not.
PATIENCE = 300


def main() -> None:
    """Set the house up, send, break, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--an-hour", type=int, default=5000)
    given = parser.parse_args()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        for name in CATALOGUE:
            call_command(name, stdout=StringIO())
        _measure(given.orders, given.an_hour)
    finally:
        teardown_databases(databases, verbosity=0)


def _measure(orders: int, an_hour: int) -> None:
    token = _citizen()
    with tempfile.TemporaryDirectory() as folder, _house(folder) as workers:
        begun = time.monotonic()
        latencies = _send(orders, an_hour, token, workers)
        sent = time.monotonic() - begun
        _await_dispatch(orders)
        done = time.monotonic() - begun
    _report(orders, latencies, sent, done)


def _citizen() -> str:
    person = Person.objects.create(name="李明", id_number="110101199003078515", birth_date=date(1990, 3, 7))
    return issue_token(Account.objects.create(username="bench", person=person))


@contextmanager
def _house(folder: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """gunicorn, beat and two workers in processes of their own."""
    database = connection.settings_dict
    login = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{login}/{database['NAME']}",
        "REDIS_PREFIX": "bench-hotline:",
        "DATA_DIR": folder,
        "PORT": str(PORT),
        "LOG_LEVEL": "ERROR",
        "CELERY_VISIBILITY_TIMEOUT": "10",
    }
    celery = [sys.executable, "-m", "celery", "-A", "portal"]
    working = [*celery, "worker", "--pool=solo", "--queues=default,hotline,notifications"]
    commands = [
        [sys.executable, "-m", "gunicorn", "-c", "python:portal.serving"],
        [*celery, "beat"],
        *([*working, f"--hostname=bench{n}@%h", "--without-gossip", "--without-mingle"] for n in (1, 2)),
    ]
    running = [subprocess.Popen(one, env=environment, cwd=ROOT) for one in commands]
    try:
        _await_door()
        yield running
    finally:
        for one in running:
            one.send_signal(signal.SIGTERM)
        for one in running:
            one.wait()


def _await_door() -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if _ask("GET", "/healthz/live/")[0] == 200:
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("gunicorn never answered")


def _send(orders: int, an_hour: int, token: str, running: list[subprocess.Popen[bytes]]) -> list[float]:
    """At an even pace; a worker is killed after a third, and Redis forgets after two thirds."""
    pace, begun = 3600 / an_hour, time.monotonic()
    with ThreadPoolExecutor(max_workers=8) as senders:
        answers = []
        for number in range(orders):
            time.sleep(max(0.0, begun + number * pace - time.monotonic()))
            answers.append(senders.submit(_file, number, token))
            if number == orders // 3:
                running[2].kill()
                print(f"order {number}: a worker was killed")
            if number == 2 * orders // 3:
                _forget()
                print(f"order {number}: Redis has forgotten everything")
        return [one.result() for one in answers]


def _file(number: int, token: str) -> float:
    begun = time.monotonic()
    status, answer = _post(number, token)
    took = time.monotonic() - begun
    assert status == 201, answer
    if number % 10 == 0:
        assert _post(number, token)[1]["order_no"] == answer["order_no"]
    return took


def _post(number: int, token: str) -> tuple[int, Any]:
    said = {
        "channel": "web",
        "source_ref": f"load-{number}",
        "order_type": "help",
        "text": f"第{number}号路灯不亮，路灯杆旁的井盖也松了，窨井很危险。",
        "location": {"text": f"松风路{number}号"},
        "region": "990103001",
    }
    return _ask("POST", "/api/v1/hotline/orders/", said, token)


def _ask(method: str, address: str, said: Any = None, token: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"} if token else {}
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        line.request(method, address, json.dumps(said) if said else None, headers)
        answer = line.getresponse()
        content = answer.read()
    finally:
        line.close()
    is_json = answer.headers.get_content_type() == "application/json"
    return answer.status, json.loads(content) if is_json else content


def _forget() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        if keys := list(client.scan_iter("bench-hotline:*", count=1000)):
            client.delete(*keys)


def _await_dispatch(orders: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while HotlineOrder.objects.filter(status=OrderStatus.DISPATCHED).count() < orders:
        if time.monotonic() > deadline:
            return
        time.sleep(0.5)


def _report(orders: int, latencies: list[float], sent: float, done: float) -> None:
    rows = HotlineOrder.objects.all()
    dispatched = rows.filter(status=OrderStatus.DISPATCHED)
    hosts = (
        Assignment.objects.filter(role=AssignmentRole.HOST).values("hotline_order").annotate(n=Count("id"))
    )
    waits = [
        (at - since).total_seconds()
        for at, since in dispatched.values_list("dispatched_at", "accepted_at")
        if at and since
    ]
    print(
        f"orders sent        {orders} in {sent:.1f} s ({orders / sent * 3600:.0f} an hour), done after {done:.1f} s"
    )
    print(f"answer             {_spread(latencies)}")
    print(f"until dispatched   {_spread(waits)}")
    print(f"lost               {orders - rows.count()}")
    print(f"not dispatched     {orders - dispatched.count()}")
    print(f"dispatched twice   {sum(row['n'] > 1 for row in hosts)}")
    if rows.count() != orders or dispatched.count() != orders or any(row["n"] > 1 for row in hosts):
        raise SystemExit(1)


def _spread(seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return f"P50 {cuts[49] * 1000:.0f} ms, P95 {cuts[94] * 1000:.0f} ms, P99 {cuts[98] * 1000:.0f} ms"


if __name__ == "__main__":
    main()
