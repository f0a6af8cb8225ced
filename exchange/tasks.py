"""The nightly clearing."""

import datetime as dt

from celery import shared_task

from exchange import services

#: Far longer than any client goes on repeating a request.
KEEP_KEYS = dt.timedelta(days=30)


@shared_task(name="exchange.tasks.forget_old_keys", ignore_result=True)
def forget_old_keys() -> int:
    """Clear idempotency keys of last month."""
    return services.forget_old_keys(older_than=KEEP_KEYS)
