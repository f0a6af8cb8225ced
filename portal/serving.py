"""gunicorn's settings (`gunicorn -c python:portal.serving`): several sync workers, one set of figures."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import multiprocess

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

wsgi_app = "portal.wsgi:application"
bind = f"{os.getenv('HOST', '127.0.0.1')}:{os.getenv('PORT', '8000')}"
worker_class = "sync"
workers = int(os.getenv("WEB_WORKERS", "2"))
preload_app = False
timeout = 30
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
# django-structlog writes the line for each request; gunicorn's would repeat it with the address in full.
accesslog = None
forwarded_allow_ips = os.getenv("FORWARDED_ALLOW_IPS", "127.0.0.1")


def on_starting(_server: "Arbiter") -> None:
    """Figures of the last run are not those of this one."""
    figures = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True)


def child_exit(_server: "Arbiter", worker: "Worker") -> None:
    """A worker that is gone no longer counts among the living."""
    multiprocess.mark_process_dead(worker.pid)
