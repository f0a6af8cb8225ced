"""The launcher's command line."""

import argparse
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NoReturn

import portal.embedded
from portal.embedded.home import Trouble, choose_home, locked, prepare, programs, say
from portal.embedded.servers import POSTGRES_SETTINGS, dies_with_us, start_postgres, start_redis, stop_orphans


@contextmanager
def services(purpose: str) -> Iterator[dict[str, str]]:
    """Both servers, for as long as the block lasts; yields the addresses."""
    given = {name: value for name in ("DATABASE_URL", "REDIS_URL") if (value := os.getenv(name))}
    home = choose_home(purpose)
    with locked(home), ExitStack() as running:
        prepare(home)
        stop_orphans(home)
        bin_folder, redis_program = programs(home)
        if "DATABASE_URL" not in given:
            server, given["DATABASE_URL"] = start_postgres(home, bin_folder)
            running.callback(server.stop)
        if "REDIS_URL" not in given:
            server, given["REDIS_URL"] = start_redis(home, redis_program)
            running.callback(server.stop)
        yield given


def run(command: Sequence[str], addresses: dict[str, str]) -> int:
    """
    The command with the addresses in its environment; its exit code is ours.

    Ctrl-C reaches the command by itself from a terminal; any other signal to end is passed on.
    """
    child = subprocess.Popen(
        command,
        env={**os.environ, **addresses},
        preexec_fn=dies_with_us(signal.SIGTERM),  # noqa: PLW1509  (the launcher has one thread)
    )

    def pass_on(number: int, _frame: object) -> None:
        if number != signal.SIGINT or not sys.stdin.isatty():
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    code = child.wait()
    return 128 - code if code < 0 else code


def require_free(port: int) -> None:
    """The web's port is the one thing we do not choose ourselves: people type it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Trouble(
                f"Port {port} cannot be used ({error.strerror}): choose another with PORT=…"
            ) from None


def forget() -> None:
    """Remove what both purposes keep, unless one is in use."""
    for purpose in POSTGRES_SETTINGS:
        home = choose_home(purpose)
        with locked(home):
            stop_orphans(home)
            shutil.rmtree(home.folder)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m portal.embedded", description=portal.embedded.__doc__)
    parser.add_argument("--purpose", choices=sorted(POSTGRES_SETTINGS), default="run")
    parser.add_argument("--port", type=int, help="refuse to start unless this port is free")
    parser.add_argument("--forget", action="store_true", help="remove all data of both purposes and end")
    parser.add_argument("command", nargs="*", metavar="COMMAND", help="after --")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Start what is missing, run the command, stop what was started."""
    options = parsed(arguments)
    if options.forget:
        forget()
        return 0
    if not options.command:
        raise Trouble("no command: write it after --")
    if not shutil.which(options.command[0]):
        raise Trouble(f"{options.command[0]}: no such program")
    if options.port:
        require_free(options.port)
    if os.getenv("DATABASE_URL") and os.getenv("REDIS_URL"):
        os.execvp(options.command[0], options.command)
    with services(options.purpose) as addresses:
        return run(options.command, addresses)


def launch(arguments: Sequence[str]) -> int:
    """The exit code; what a person can mend is said in a sentence."""
    # Until the command runs, being told to end unwinds whatever has been started.
    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(ending, _interrupted)
    try:
        return main(arguments)
    except Trouble as trouble:
        say(str(trouble))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        say(f"the disk is full ({error.filename}): make room, or set DATA_DIR to a folder on another disk")
    return 1


def _interrupted(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1:]))
