"""The Celery application; its settings are the CELERY_* of portal.settings."""

import os
from typing import Any

from celery import Celery, signals
from django.conf import settings
from django.utils.module_loading import import_string
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@signals.setup_logging.connect
def log_like_the_rest_of_the_house(**_: Any) -> None:
    """Celery would otherwise put its own handlers in front of ours."""
    import_string(settings.LOGGING_CONFIG)(settings.LOGGING)
