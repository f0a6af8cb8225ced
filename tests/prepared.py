"""
A database with the catalogue in it, made once and cloned for every test process.

Migrating and loading takes ten seconds, a clone a third of one; what the loading told has been told
to everybody, as in a portal that has been running for a while. The prepared database
is named after all that shapes it: migrations, fixtures, and the code of the apps that load.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management import call_command
from django.db import connection

from portal.management.commands.setup_portal import CATALOGUE
from tests.factories.events import tell_everybody

ROOT = Path(__file__).resolve().parent.parent
LOADING = (
    "common",
    "events",
    "identity",
    "files",
    "licences",
    "notifications",
    "exchange",
    "matters",
    "bundles",
)
#: Of the hotline only what its loading runs: it changes often, and a database costs ten seconds.
LOADING_OF_HOTLINE = (
    "hotline/spec.py",
    "hotline/models/*.py",
    "hotline/services/*loading*.py",
    "hotline/services/knowledge.py",
)
LOCK = 20_250_601


def prepared_name() -> str:
    """The same for the same catalogue."""
    shaping = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("fixtures/**/*.yaml"),
        *ROOT.glob("*/schema/*.json"),
        Path(__file__),
    ]
    shaping += [path for app in LOADING for path in (ROOT / app).rglob("*.py")]
    shaping += [path for pattern in LOADING_OF_HOTLINE for path in ROOT.glob(pattern)]
    digest = hashlib.sha256()
    for path in sorted(set(shaping)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return f"prepared_{digest.hexdigest()[:16]}"


@contextmanager
def server() -> Iterator[Any]:
    """The server itself, one test process at a time."""
    known = connection.settings_dict
    login = {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
    }
    maintenance = psycopg2.connect(dbname="postgres", **login)
    maintenance.autocommit = True
    with maintenance.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield cursor
    maintenance.close()


def clone(name: str) -> None:
    """Make the database `name` anew from the prepared one, making that first where it is missing."""
    with server() as cursor:
        source = prepared_name()
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'prepared\\_%%'")
        known = {row[0] for row in cursor.fetchall()}
        if source not in known:
            _prepare(cursor, source)
            for old in known:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def drop(name: str) -> None:
    """The test is over."""
    with server() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _prepare(cursor: Any, name: str) -> None:
    draft = f"{name}_draft"
    cursor.execute(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{draft}"')
    with connected_to(draft):
        call_command("migrate", interactive=False, verbosity=0)
        for command in CATALOGUE:
            call_command(command, stdout=StringIO(), stderr=StringIO())
        # Else every test that tells its own facts would first tell these, and publish every matter again.
        tell_everybody()
    cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Django's connection, to another database for a while."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
