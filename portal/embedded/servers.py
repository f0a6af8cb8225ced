"""PostgreSQL and Redis as our children."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import redis

from portal.embedded.home import Home, Trouble, say, write_private

POSTGRES_MAJOR = "18"
DATABASE = "onestop"
PATIENCE = 60
STOPPING = 20
PR_SET_PDEATHSIG = 1

#: Data is kept by `run` and thrown away by `test`, which may therefore forget it on a power cut.
POSTGRES_SETTINGS = {
    "run": {},
    "test": {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
}
REDIS_SETTINGS = {"run": {"appendonly": "yes"}, "test": {"appendonly": "no"}}


class Server:
    """A server held as our child: it gets a signal from the kernel should we die."""

    def __init__(
        self, command: Sequence[str | Path], home: Home, cwd: Path, *, on_death: signal.Signals
    ) -> None:
        self.log = home.services / f"{Path(command[0]).name}.log"
        self.on_death = on_death
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                umask=0o077,
                start_new_session=True,
                preexec_fn=dies_with_us(on_death),  # noqa: PLW1509  (the launcher has one thread)
                **home.owner.switch,
            )

    def await_ready(self, ready: Callable[[], bool]) -> None:
        """Return once it answers; Trouble with its own words if it ends first."""
        until = time.monotonic() + PATIENCE
        while not ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise Trouble(f"{self.log.stem} did not start:\n{self.last_words()}")
            time.sleep(0.05)

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self) -> None:
        self.process.send_signal(self.on_death)
        try:
            self.process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def dies_with_us(on_death: signal.Signals) -> Callable[[], None]:
    """What the child does between fork and exec, after it became the other user."""
    if sys.platform != "linux":
        return lambda: None
    libc, launcher = ctypes.CDLL(None), os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, on_death, 0, 0, 0)
        if os.getppid() != launcher:
            os._exit(1)

    return ask_the_kernel


def stop_orphans(home: Home) -> None:
    """End the servers of a launcher that was killed; a pid that now belongs to something else is let be."""
    for pid_file, folder, ask in (
        (home.postgres / "postmaster.pid", home.postgres, signal.SIGINT),
        (home.redis / "redis.pid", home.redis, signal.SIGTERM),
    ):
        orphan = _running_in(folder, pid_file)
        if orphan is not None:
            say(f"stopping {orphan.name()} ({orphan.pid}), left over from a launcher that was killed")
            _end(orphan, ask)


def _end(orphan: psutil.Process, ask: signal.Signals) -> None:
    try:
        orphan.send_signal(ask)
        orphan.wait(STOPPING)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        orphan.kill()
        orphan.wait(STOPPING)


def _running_in(folder: Path, pid_file: Path) -> psutil.Process | None:
    try:
        found = psutil.Process(int(pid_file.read_text().split()[0]))
        return found if found.cwd() == str(folder) else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def start_postgres(home: Home, bin_folder: Path) -> tuple[Server, str]:
    """PostgreSQL with our database in it, and its address."""
    if not home.postgres.exists():
        _initialise(home, bin_folder)
    major = (home.postgres / "PG_VERSION").read_text().strip()
    if major != POSTGRES_MAJOR:
        raise Trouble(
            f"{home.postgres} was written by PostgreSQL {major}, and this is {POSTGRES_MAJOR}: "
            "dump it with the old one, or remove the folder."
        )
    server, port = _on_a_free_port(lambda port: _postgres(home, bin_folder, port))
    _create_database(home, port)
    return server, f"postgres://postgres:{home.password}@127.0.0.1:{port}/{DATABASE}"


def _initialise(home: Home, bin_folder: Path) -> None:
    draft = home.services / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    command: list[str | Path] = [
        bin_folder / "initdb",
        f"--pgdata={draft}",
        "--username=postgres",
        f"--pwfile={home.services / 'password'}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-sync",
    ]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=home.services, **home.owner.switch
    )
    if done.returncode:
        raise Trouble(f"initdb failed:\n{done.stderr or done.stdout}")
    draft.rename(home.postgres)


def _postgres(home: Home, bin_folder: Path, port: int) -> Server:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "100",
        "shared_buffers": "128MB",
        **POSTGRES_SETTINGS[home.purpose],
    }
    flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
    command: list[str | Path] = [bin_folder / "postgres", "-D", home.postgres, *flags]
    server = Server(command, home, home.postgres, on_death=signal.SIGINT)
    server.await_ready(lambda: _postgres_answers(home, port))
    return server


def _connection(home: Home, port: int) -> Any:
    return psycopg2.connect(
        host="127.0.0.1",
        port=port,
        user="postgres",
        password=home.password,
        dbname="postgres",
        connect_timeout=5,
    )


def _postgres_answers(home: Home, port: int) -> bool:
    try:
        _connection(home, port).close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database(home: Home, port: int) -> None:
    connection = _connection(home, port)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    connection.close()


def start_redis(home: Home, program: Path) -> tuple[Server, str]:
    """Redis, and its address."""
    server, port = _on_a_free_port(lambda port: _redis(home, program, port))
    return server, f"redis://:{home.password}@127.0.0.1:{port}/0"


def _redis(home: Home, program: Path, port: int) -> Server:
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": home.password,
        "dir": f'"{home.redis}"',
        "pidfile": f'"{home.redis / "redis.pid"}"',
        "save": '""',
        **REDIS_SETTINGS[home.purpose],
    }
    lines = "".join(f"{name} {value}\n" for name, value in settings.items())
    write_private(home.redis / "redis.conf", lines, home.owner)
    server = Server([program, home.redis / "redis.conf"], home, home.redis, on_death=signal.SIGTERM)
    server.await_ready(lambda: _redis_answers(port, home.password))
    return server


def _redis_answers(port: int, password: str) -> bool:
    try:
        with redis.Redis(port=port, password=password, socket_timeout=5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _on_a_free_port(start: Callable[[int], Server], tries: int = 4) -> tuple[Server, int]:
    """A port that was free a moment ago may be taken by now, and a killed server's memory may linger: try again."""
    for left in reversed(range(tries)):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        try:
            return start(port), port
        except Trouble as trouble:
            passing = ("already in use", "still in use")
            if not left or not any(sign in str(trouble) for sign in passing):
                raise
            time.sleep(1)
    raise AssertionError("unreachable")
