"""The repository stands alone, its pages share one frame, and its periodic work exists."""

import os
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.conf import settings

from portal.celery import app
from portal.settings import optional
from tests.architecture.ours import ROOT

LEFT_OUT = {".git", ".venv", ".data", "__pycache__", "node_modules", ".hypothesis", ".env"}
TEXT = {
    ".py",
    ".md",
    ".html",
    ".txt",
    ".yaml",
    ".yml",
    ".toml",
    ".css",
    ".js",
    ".json",
    ".conf",
    ".svg",
    ".example",
    "",
}
#: Where it was written is nobody's business, and would be wrong anywhere else.
ELSEWHERE = re.compile(
    r"\.\./shared\b|(?<![\w.])/(?:work|root|home)/\w|files\.pythonhosted|pypi\.org|/opt/wheels"
)
#: Pieces of pages and things that are not pages.
NOT_PAGES = ("_*", "base*.html", "500.html", "components/*", "documents/*", "messages/*", "*/_*", "admin/*")
TEMPLATES = ROOT / "templates"


def files_of_ours() -> list[Path]:
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in LEFT_OUT and not name.endswith("_cache")]
        found += [Path(folder) / name for name in names if name not in LEFT_OUT]
    return [path for path in found if path.suffix in TEXT and path != Path(__file__)]


def test_nothing_points_out_of_the_repository():
    wrong = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in files_of_ours()
        if (found := ELSEWHERE.search(path.read_text(errors="ignore")))
    ]
    assert wrong == []


def pages() -> list[str]:
    names = (str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
    return sorted(name for name in names if not any(fnmatch(name, pattern) for pattern in NOT_PAGES))


@pytest.mark.parametrize("name", pages())
def test_every_page_stands_in_the_frame(name):
    assert re.search(r'\{% extends ("[\w/]*\w+\.html"|shell) %\}', (TEMPLATES / name).read_text())


@pytest.mark.parametrize("name", pages())
def test_a_page_carries_no_style_and_no_script_of_its_own(name):
    text = (TEMPLATES / name).read_text()
    assert not re.search(
        r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=\"|hx-on|https?://(?!www\.w3\.org)", text
    )


@pytest.mark.parametrize("entry", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_what_beat_sends_exists(entry):
    app.autodiscover_tasks(force=True)
    assert settings.CELERY_BEAT_SCHEDULE[entry]["task"] in app.tasks


def test_every_task_goes_to_a_queue_somebody_serves():
    app.autodiscover_tasks(force=True)
    served = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    for name in app.tasks:
        assert app.amqp.router.route({}, name)["queue"].name in served


def test_no_task_may_run_so_long_that_it_is_given_to_another():
    app.autodiscover_tasks(force=True)
    patience = int(optional("CELERY_VISIBILITY_TIMEOUT", "900"))
    limits = {name: task.time_limit or settings.CELERY_TASK_TIME_LIMIT for name, task in app.tasks.items()}
    assert {name: limit for name, limit in limits.items() if limit >= patience} == {}


def test_a_task_is_asked_to_stop_before_it_is_stopped():
    app.autodiscover_tasks(force=True)
    asked = {name: task.soft_time_limit for name, task in app.tasks.items() if task.soft_time_limit}
    stopped = {name: app.tasks[name].time_limit or settings.CELERY_TASK_TIME_LIMIT for name in asked}
    assert {name: limit for name, limit in asked.items() if limit > stopped[name]} == {}


def test_no_test_empties_the_cache_of_the_others():
    """Clearing Django's Redis cache is a FLUSHDB: it takes the other processes' counters and queues."""
    clearing = "cache" + ".clear()"
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if clearing in path.read_text(encoding="utf-8")
    ]
    assert wrong == [], "use tests.conftest.forget_redis"
