"""The house the tests live in: a loaded catalogue, closed sockets, a clock that stands still when told to."""

import ipaddress
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connection, connections
from django.test.testcases import LiveServerThread
from django.test.utils import modify_settings
from hypothesis import HealthCheck
from hypothesis import settings as drawing

from bundles.selectors import forget_offers
from matters.selectors.calendar import centre_calendar, forget_calendars, read_again
from portal.management.commands.setup_portal import MACHINERY
from tests import prepared
from tests.browsers import browser, chromium  # noqa: F401 - fixtures for every test
from tests.factories import identity as people
from tests.factories.events import deliver_events  # noqa: F401 - a fixture for every test
from tests.pristine import Pristine

SHANGHAI = ZoneInfo("Asia/Shanghai")
REPOSITORY = Path(__file__).resolve().parent.parent
ON_CI = os.getenv("CI") == "true"
WORKER = os.getenv("PYTEST_XDIST_WORKER", "main")

# No clock on drawing: the first example on a fresh checkout reads all our modules and the whole of Unicode.
drawing.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("no clock")


# Before Django starts


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_only_this_machine)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["anon"] = None
    # Static files are looked for when asked for: listing all of them for each test client takes longer than most tests.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.REDIS_PREFIX = f"test-{os.getppid() if WORKER != 'main' else os.getpid()}-{WORKER}:"
    settings.CACHES["default"]["KEY_PREFIX"] = settings.REDIS_PREFIX
    settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = settings.REDIS_PREFIX
    settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] = 3
    config.stash[KEPT] = tempfile.TemporaryDirectory(prefix="onestop-tests-")
    settings.DATA_DIR = Path(config.stash[KEPT].name)
    settings.MEDIA_ROOT = settings.DATA_DIR / "media"


KEPT = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[KEPT].cleanup()


def _only_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """A test that reaches beyond this machine fails, and says where it went."""
    if event != "socket.connect":
        return
    opened, address = arguments
    if opened.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise ConnectionError(f"a test tried to reach {host}: use a fake from exchange.gateways")


# A skipped test proves nothing on CI


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = yield
    if ON_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    if ON_CI and report.skipped:
        report.outcome, report.longrepr = "failed", f"skipped, which CI does not allow: {report.longrepr}"
    return report


# The database, with the catalogue in it


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Regions, departments, calendar, matters, bundles, fonts, seals: there for every test."""
    name = f"test_{connection.settings_dict['NAME']}_{WORKER}"
    with django_db_blocker.unblock():
        prepared.clone(name)
        with prepared.connected_to(name):
            for command in MACHINERY:
                call_command(command, stdout=StringIO(), stderr=StringIO())
            with django_db_blocker.block():
                yield
        prepared.drop(name)


@pytest.fixture(scope="session")
def pristine(django_db_setup: None, django_db_blocker: Any) -> Pristine:
    """The catalogue as loaded, to go back to."""
    with django_db_blocker.unblock():
        return Pristine(connection)


@pytest.fixture
def committed(pristine: Pristine, django_db_blocker: Any) -> Iterator[None]:
    """
    Real commits, seen by other connections, threads and workers.

    Afterwards everything a test wrote is removed and the catalogue put back, without
    loading it again; so `transactional_db` and `transaction=True` are never needed.
    """
    with committing(pristine, django_db_blocker):
        yield


@contextmanager
def committing(pristine: Pristine, django_db_blocker: Any) -> Iterator[None]:
    """The same for a fixture of a wider scope, whose tests only look at what it wrote."""
    with django_db_blocker.unblock():
        forget_redis()
        yield
        connections.close_all()
        pristine.restore()
        forget_redis()
        forget_offers()
        forget_calendars()
        connections.close_all()


def forget_redis() -> None:
    """Cached values and queued messages of this test process alone."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        if keys := list(client.scan_iter(f"{settings.REDIS_PREFIX}*", count=1000)):
            client.delete(*keys)


@pytest.fixture
def site(committed: None) -> Iterator[str]:
    """The portal on a real port, and its address; what it writes is committed."""
    with served() as address:
        yield address


@contextmanager
def served() -> Iterator[str]:
    """The portal on a real port, where what is written is committed."""
    with modify_settings(ALLOWED_HOSTS={"append": "127.0.0.1"}):
        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()


@pytest.fixture
def start_worker(committed: None) -> Iterator[Callable[..., subprocess.Popen]]:
    """Real Celery workers in processes of their own, on this test's database: start_worker("reviews")."""
    started: list[subprocess.Popen] = []

    def start(*queues: str) -> subprocess.Popen:
        started.append(
            _worker(queues or tuple(queue.name for queue in settings.CELERY_TASK_QUEUES), len(started))
        )
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def _worker(queues: tuple[str, ...], number: int) -> subprocess.Popen:
    database = connection.settings_dict
    login = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{login}/{database['NAME']}",
        "REDIS_PREFIX": settings.REDIS_PREFIX,
        "DATA_DIR": str(settings.DATA_DIR),
        "CELERY_VISIBILITY_TIMEOUT": "3",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--pool=solo", "--without-gossip"]
    names = [f"--queues={','.join(queues)}", f"--hostname=test{number}@{WORKER}-{os.getpid()}"]
    return subprocess.Popen([*command, "--without-mingle", *names], env=environment, cwd=REPOSITORY)


# Counting and time


class Statements(list[str]):
    """The SQL a block sent, without the words that only open and close transactions."""

    FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET TRANSACTION")

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(self.FRAME):
            self.append(sql)
        return execute(sql, params, many, context)

    def __str__(self) -> str:
        return f"{len(self)} statements:\n" + "\n".join(f"{n}. {sql[:300]}" for n, sql in enumerate(self, 1))


@pytest.fixture
def statements() -> Callable[..., Any]:
    """`with statements(at_most=25) as sent:` counts SQL without SAVEPOINT, BEGIN and COMMIT."""

    @contextmanager
    def counted(at_most: int | None = None) -> Iterator[Statements]:
        sent = Statements()
        centre_calendar()
        read_again()
        with connection.execute_wrapper(sent):
            yield sent
        assert at_most is None or len(sent) <= at_most, str(sent)

    return counted


class Clock:
    """What time it is for the test, said in Shanghai time: clock.set("2026-03-02 09:00")."""

    def __init__(self, machine: Any) -> None:
        self.machine = machine

    def set(self, moment: str | datetime) -> datetime:
        """Stand still at this moment."""
        when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        when = when if when.tzinfo else when.replace(tzinfo=SHANGHAI)
        self.machine.move_to(when, tick=False)
        return when


@pytest.fixture
def clock(time_machine: Any) -> Clock:
    return Clock(time_machine)


# People


@pytest.fixture
def cast(db: None) -> people.Cast:
    """李明, 华荣, an agent, the window clerks; reviewers and representatives of any department when asked for."""
    return people.cast()
