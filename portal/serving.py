"""gunicorn's settings (`gunicorn -c python:portal.serving`): several sync workers, one set of figures."""

import os
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING

# Read by prometheus_client when it is imported, here and in every worker.
FIGURES = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="onestop-figures-")

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


def when_ready(_server: "Arbiter") -> None:
    """Tell whoever started the house where it stands, and with the demo on, who may come in."""
    address = os.getenv("PUBLIC_URL") or f"http://localhost:{os.getenv('PORT', '8000')}"
    lines = [f"The portal is open at {address}/"]
    if os.getenv("DEMO") == "1":
        lines += [
            f"Demo accounts are listed at {address}/demo/ ; the password of all is one-stop-demo:",
            "  li, wang (citizens)  huarong (company)  agent_zhao (agent)  window1, window2, exit1 (counter)",
            "  review_<department>, rep_<department>  supervisor  leader  auditor  editor  admin",
        ]
    sys.stderr.write("\n" + "\n".join(lines) + "\n\n")


def child_exit(_server: "Arbiter", worker: "Worker") -> None:
    """A worker that is gone no longer counts among the living."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: "Arbiter") -> None:
    """Figures of this run are not those of the next."""
    shutil.rmtree(FIGURES, ignore_errors=True)
