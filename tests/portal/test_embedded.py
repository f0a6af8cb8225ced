"""The private servers: they start, end with their launcher however it ends, and start again."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from portal.embedded import __main__ as launcher
from portal.embedded import home as homes
from portal.embedded import servers

ROOT = os.geteuid() == 0
USERS = ["root", "nobody"] if ROOT else [pwd.getpwuid(os.geteuid()).pw_name]
#: Becomes the user only after everything is imported: the interpreter may lie in a folder closed to others.
AS_USER = """
import os, pwd, sys, signal
import encodings.idna, importlib.metadata
importlib.metadata.version("redis")
from portal.embedded import __main__ as launcher
user = pwd.getpwnam(sys.argv[1])
if os.geteuid() != user.pw_uid:
    os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid)
sys.exit(launcher.launch(sys.argv[2:]))
"""
ASK_BOTH = 'echo "$DATABASE_URL $REDIS_URL"'


@dataclass
class Place:
    """A folder for data, and launchers started on it by one user."""

    folder: Path
    user: str
    started: list[subprocess.Popen] = field(default_factory=list)

    def launch(self, *arguments: str, program: str = AS_USER, **environment: str) -> subprocess.Popen:
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
        }
        self.started.append(
            subprocess.Popen(
                [sys.executable, "-c", program, self.user, *arguments],
                env={**kept, "DATA_DIR": str(self.folder), **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return self.started[-1]

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = self.launch(*arguments, **environment)
        out, error = process.communicate(timeout=90)
        return process.returncode, out, error

    def sleeping(self, **options: str) -> subprocess.Popen:
        """A launcher whose command has begun and goes on."""
        process = self.launch("--purpose", "test", "--", "sh", "-c", "echo begun; exec sleep 300", **options)
        assert process.stdout.readline() == "begun\n", process.communicate()
        return process

    def servers(self) -> list[psutil.Process]:
        """Whatever runs in this place."""
        return [found for found in psutil.process_iter() if self._holds(found)]

    def _holds(self, process: psutil.Process) -> bool:
        try:
            return any(part in process.cwd() for part in (str(self.folder), self.elsewhere))
        except psutil.Error:
            return False

    @property
    def elsewhere(self) -> str:
        return f"one-stop-portal-{homes.hashlib.sha256(bytes(self.folder)).hexdigest()[:12]}"

    def emptied(self, within: float = 15) -> bool:
        until = time.monotonic() + within
        while self.servers() and time.monotonic() < until:
            time.sleep(0.05)
        return not self.servers()


@pytest.fixture(params=USERS)
def place(request) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="onestop-embedded-", dir="/var/tmp"))
    folder.chmod(0o755)
    if ROOT:
        os.chown(folder, pwd.getpwnam(request.param).pw_uid, -1)
    here = Place(folder / "data", request.param)
    yield here
    for process in here.started:
        process.kill()
        process.communicate()
    left_over = [] if here.emptied() else here.servers()
    for server in left_over:
        server.kill()
    assert not left_over
    shutil.rmtree(folder)
    shutil.rmtree(Path("/var/tmp") / here.elsewhere, ignore_errors=True)


def test_a_command_finds_both_servers_at_the_addresses_it_is_given(place):
    process = place.launch("--purpose", "test", "--", "sh", "-c", f"{ASK_BOTH}; exec sleep 300")
    database, broker = process.stdout.readline().split()
    connection = psycopg2.connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('server_version_num')::int / 10000")
        assert cursor.fetchone() == ("off", int(servers.POSTGRES_MAJOR))
    connection.close()
    with redis.Redis.from_url(broker) as client:
        assert client.ping()


def test_the_command_s_exit_code_is_ours(place):
    assert place.run("--purpose", "test", "--", "sh", "-c", "exit 7")[0] == 7
    assert place.emptied()


def test_what_run_wrote_is_there_the_next_time(place):
    addresses = []
    for _ in range(2):
        code, out, error = place.run("--", "sh", "-c", ASK_BOTH)
        assert code == 0, error
        addresses.append(out)
    password = {line.split("@")[0] for line in addresses}
    assert len(password) == 1
    assert (next(place.folder.rglob("postgres")) / "PG_VERSION").read_text().strip() == servers.POSTGRES_MAJOR


def test_a_killed_launcher_takes_its_servers_along_and_the_next_one_starts(place):
    first = place.sleeping()
    assert {process.name() for process in place.servers()} >= {"postgres", "redis-server"}
    first.kill()
    first.wait()
    code, out, error = place.run("--purpose", "test", "--", "sh", "-c", ASK_BOTH)
    assert (code, "redis://" in out) == (0, True), error
    assert place.emptied()


def test_servers_that_outlived_a_killed_launcher_are_stopped_by_the_next(place):
    without_kernel = AS_USER.replace(
        "user =",
        "from portal.embedded import servers; servers.dies_with_us = lambda on_death: None\nuser =",
        1,
    )
    first = place.launch("--purpose", "test", "--", "sh", "-c", "echo begun; sleep 1", program=without_kernel)
    assert first.stdout.readline() == "begun\n"
    first.kill()
    first.wait()
    left_over = {process.pid for process in place.servers()}
    assert left_over
    code, _, error = place.run("--purpose", "test", "--", "true")
    assert code == 0, error
    assert "left over" in error
    assert place.emptied()


def test_two_launchers_do_not_share_a_folder(place):
    first = place.sleeping()
    code, _, error = place.run("--purpose", "test", "--", "true")
    assert code == 1
    assert f"in use by process {first.pid}" in error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_end_stops_everything(place, number):
    process = place.sleeping()
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert place.emptied()


def test_with_both_addresses_given_it_only_runs_the_command(place):
    given = {"DATABASE_URL": "postgres://there/x", "REDIS_URL": "redis://there/0"}
    code, out, _ = place.run("--", "sh", "-c", ASK_BOTH, **given)
    assert (code, out) == (0, "postgres://there/x redis://there/0\n")
    assert not place.folder.exists()


def test_nothing_outside_its_folder_changes_its_permissions(place):
    above = [folder for folder in place.folder.parents if folder != Path("/proc")]
    before = [stat.filemode(folder.stat().st_mode) for folder in above]
    assert place.run("--purpose", "test", "--", "true")[0] == 0
    assert [stat.filemode(folder.stat().st_mode) for folder in above] == before
    if place.user == "root":
        assert (place.folder / "test/services").stat().st_uid == pwd.getpwnam("nobody").pw_uid


if ROOT:

    @pytest.mark.parametrize("place", ["root"], indirect=True)
    def test_root_in_a_closed_folder_is_told_where_the_servers_live(place):
        place.folder.parent.chmod(0o700)
        code, _, error = place.run("--purpose", "test", "--", "true")
        assert code == 0, error
        assert place.elsewhere in error
        assert stat.S_IMODE(place.folder.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("place", USERS[-1:], indirect=True)
def test_a_folder_that_may_not_be_written_is_named(place):
    (place.folder / "test").mkdir(parents=True, mode=0o500)
    code, _, error = place.run("--purpose", "test", "--", "true")
    assert (code, "Traceback" in error) == (1, False)
    assert "may not be written by this user" in error


def test_programs_closed_to_the_servers_user_are_copied(monkeypatch, tmp_path):
    home = homes.Home("run", tmp_path, homes.Owner(os.geteuid(), os.getegid()))
    monkeypatch.setattr(homes.Owner, "can", lambda *_: False)
    bin_folder, redis = homes.programs(home)
    for program in (bin_folder / "initdb", bin_folder / "postgres", redis):
        assert tmp_path in program.parents
        subprocess.run([program, "--version"], check=True, capture_output=True)


def test_a_full_disk_is_named(monkeypatch, tmp_path):
    usage = shutil.disk_usage(tmp_path)._replace(free=1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(homes.Trouble, match="1 MB left"):
        homes.prepare(homes.Home("run", tmp_path, homes.Owner(os.geteuid(), os.getegid())))


def test_a_taken_web_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(homes.Trouble, match="PORT="):
            launcher.require_free(taken.getsockname()[1])


def test_data_of_another_postgresql_is_not_touched(tmp_path):
    home = homes.Home("run", tmp_path, homes.Owner(os.geteuid(), os.getegid()))
    home.postgres.mkdir(parents=True)
    (home.postgres / "PG_VERSION").write_text("15\n")
    with pytest.raises(homes.Trouble, match="PostgreSQL 15"):
        servers.start_postgres(home, tmp_path)


def test_a_pid_that_now_belongs_to_something_else_is_let_be(tmp_path):
    home = homes.Home("run", tmp_path, homes.Owner(os.geteuid(), os.getegid()))
    home.postgres.mkdir(parents=True)
    with subprocess.Popen(["sleep", "60"]) as innocent:
        (home.postgres / "postmaster.pid").write_text(f"{innocent.pid}\n")
        servers.stop_orphans(home)
        assert innocent.poll() is None
        innocent.kill()


def test_a_missing_program_is_named_without_a_trace(place):
    code, _, error = place.run("--purpose", "test", "--", "no-such-program")
    assert code == 1
    assert "no-such-program" in error
    assert "Traceback" not in error
