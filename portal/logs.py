"""One log for everything: structlog, JSON lines in production, and no personal number in it."""

import logging.config
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpResponse
from django_structlog.signals import bind_extra_request_finished_metadata

from common.crypto import scrub

__all__ = ["configure", "line_formatter", "scrub_personal_numbers"]


def scrub_personal_numbers(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """The last step before a line is written: whatever was logged, numbers of people are masked."""
    return {key: _scrubbed(value) for key, value in event.items()}


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {key: _scrubbed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(inner) for inner in value]
    if value is None or isinstance(value, bool | float):
        return value
    text = str(value)
    return value if scrub(text) == text and isinstance(value, int) else scrub(text)


def _shared_processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def _renderers(form: str) -> list[Any]:
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=False)
    if form == "json":
        return [stamp, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [stamp, structlog.dev.ConsoleRenderer(colors=False)]


def line_formatter(form: str) -> structlog.stdlib.ProcessorFormatter:
    """What turns a record, ours or a library's, into a line: "json" or "console"."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared_processors(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            scrub_personal_numbers,
            *_renderers(form),
        ],
    )


def configure(settings: Mapping[str, str]) -> None:
    """Set up logging; Django calls it with LOGGING, the Celery worker with the same."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": line_formatter, "form": settings["format"]}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": settings["level"]},
            "loggers": {
                # django-structlog writes one line for each request, with its id and duration.
                "django.request": {"level": "CRITICAL"},
                "django.server": {"level": "WARNING"},
                # Each would otherwise write a line every few seconds, for ever.
                "celery.beat": {"level": "WARNING"},
                "django_migration_linter": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
                "fontTools": {"level": "WARNING"},
                "weasyprint": {"level": "ERROR"},
                "pyhanko": {"level": "WARNING"},
                "pyhanko_certvalidator": {"level": "ERROR"},
                "jieba": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


@receiver(bind_extra_request_finished_metadata)
def tell_the_number(response: HttpResponse, **_: Any) -> None:
    """The answer carries the number under which the log knows the request."""
    response.headers["X-Request-ID"] = structlog.contextvars.get_contextvars()["request_id"]
