"""Sentry, where an address for it is given; off otherwise."""

from typing import Any

import sentry_sdk
from django.conf import settings

from portal.logs import scrub_personal_numbers


def start() -> None:
    """Report what breaks, without who it broke for."""
    if not settings.SENTRY_DSN:
        return
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=_scrubbed,
    )


def _scrubbed(event: Any, _hint: dict[str, Any]) -> Any:
    return scrub_personal_numbers(None, "", event)
