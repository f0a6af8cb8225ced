"""What must be true of the settings before the house opens."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LOCAL = {"localhost", "127.0.0.1", "[::1]", "testserver", ".localhost"}


@register(Tags.security)
def development_secrets_stay_at_home(
    app_configs: Sequence[AppConfig] | None = None, **_: Any
) -> list[CheckMessage]:
    """The keys in the source are known to everyone: they may serve this machine alone."""
    known = settings.DEVELOPMENT_SECRET in {settings.SECRET_KEY, settings.FIELD_ENCRYPTION_KEY}
    strangers = sorted(set(settings.ALLOWED_HOSTS) - LOCAL)
    if not (known and strangers):
        return []
    message = f"ALLOWED_HOSTS names {', '.join(strangers)} while SECRET_KEY or FIELD_ENCRYPTION_KEY is unset."
    return [Error(message, hint="Set both, see .env.example.", id="portal.E001")]
