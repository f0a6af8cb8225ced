"""Asking how far an application is with its number and query code, without an account (办理进度查询)."""

import secrets

from django.core.cache import cache
from django.utils.translation import gettext as _

from common.crypto import keyed_hash
from common.errors import NotFound
from workflow.models import Application

__all__ = ["WRONG_TRIES", "application_enquired", "may_enquire"]

#: So many wrong tries in a quarter of an hour, from one address or for one number.
WRONG_TRIES = 8
_SECONDS = 15 * 60


def may_enquire(reference: str, *, origin: str) -> bool:
    """Not too many wrong tries lately: for this number, whether it exists or not, nor from this address."""
    counts = cache.get_many(_keys(reference, origin))
    return all(count < WRONG_TRIES for count in counts.values())


def application_enquired(reference: str, code: str, *, origin: str) -> Application:
    """The application of this number and code; a wrong number and a wrong code are told alike (404)."""
    found = Application.objects.filter(reference=reference).exclude(query_code="").first()
    right = found.query_code if found else secrets.token_hex(3)
    if not secrets.compare_digest(right.encode(), code.encode()) or found is None:
        _note_wrong_try(reference, origin)
        raise NotFound(_("没有找到：请核对申办流水号和查询码，都印在收件凭证上"))
    return found


def _keys(reference: str, origin: str) -> list[str]:
    return [
        f"workflow:enquiry:number:{keyed_hash(reference)[:24]}",
        f"workflow:enquiry:origin:{keyed_hash(origin)[:24]}",
    ]


def _note_wrong_try(reference: str, origin: str) -> None:
    for key in _keys(reference, origin):
        cache.add(key, 0, timeout=_SECONDS)
        try:
            cache.incr(key)
        except ValueError:  # the quarter of an hour ended between the two
            cache.add(key, 1, timeout=_SECONDS)
