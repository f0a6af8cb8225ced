"""One way to talk to another system: signed, with time limits, a few tries and one kind of error."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError

CONNECT_SECONDS, READ_SECONDS = 2.0, 6.0
TRIES_AGAIN = 2
#: After an outage nobody waits for the system again before this many seconds are over.
REST_SECONDS = 20.0
ASK_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
OK = range(200, 300)
#: What reading an answer of another shape than agreed comes to.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)

T = TypeVar("T")


class GatewayError(Exception):
    """
    Another system did not do what it was asked.

    `permanent` decides: asking again cannot help (it refused the question), or it may
    (it was away, or stumbled).
    """

    def __init__(self, detail: str, *, permanent: bool) -> None:
        super().__init__(detail)
        self.permanent = permanent


class SignedHttp:
    """
    JSON over POST, signed with the shared secret of one system.

    The signature covers time, nonce, path and body: HMAC-SHA256 over the four, one a line.
    """

    def __init__(self, system: str, base_url: str, client_id: str, secret: str) -> None:
        self.system = system
        self._base_url = base_url.rstrip("/")
        self._client_id = client_id
        self._secret = secret.encode()
        self._resting_until = 0.0
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=urllib3.Retry(
                total=TRIES_AGAIN,
                redirect=False,
                status_forcelist=ASK_AGAIN,
                allowed_methods={"POST"},
                backoff_factor=0.2,
                raise_on_status=False,
            ),
        )

    def ask(self, operation: str, body: Mapping[str, Any], read: Callable[[dict[str, Any]], T]) -> T:
        """The answer to one question as `read` understands it; GatewayError when there is none."""
        answer = self._call(operation, body)
        try:
            return read(answer)
        except UNREADABLE as error:
            raise GatewayError(f"{self.system}: 答复不是约定的格式", permanent=False) from error

    def _call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if time.monotonic() < self._resting_until:
            raise GatewayError(f"{self.system}: 刚刚连不上，稍后再试", permanent=False)
        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        url = f"{self._base_url}/{operation}"
        try:
            response = self._pool.request("POST", url, body=sent, headers=self._headers(url, sent))
        except HTTPError as error:
            self._resting_until = time.monotonic() + REST_SECONDS
            raise GatewayError(f"{self.system}: 连不上（{type(error).__name__}）", permanent=False) from error
        return self._answer(response)

    def _answer(self, response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
        if response.status not in OK:
            permanent = response.status not in ASK_AGAIN
            raise GatewayError(f"{self.system}: 答复状态码 {response.status}", permanent=permanent)
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise GatewayError(f"{self.system}: 答复不是约定的格式", permanent=False)
        return answer

    def _headers(self, url: str, sent: bytes) -> dict[str, str]:
        at, nonce = str(int(time.time())), uuid4().hex
        signed = b"\n".join([at.encode(), nonce.encode(), urlsplit(url).path.encode(), sent])
        return {
            "Content-Type": "application/json; charset=utf-8",
            "X-Client-Id": self._client_id,
            "X-Timestamp": at,
            "X-Nonce": nonce,
            "X-Signature": f"sha256={hmac.new(self._secret, signed, hashlib.sha256).hexdigest()}",
        }


def connection_to(system: str) -> SignedHttp | None:
    """The system at ``EXCHANGE_<SYSTEM>_URL``; None where no address is set, so that a fake stands in."""
    prefix = f"EXCHANGE_{system.upper()}"
    url = getattr(settings, f"{prefix}_URL", "")
    secret = getattr(settings, f"{prefix}_SECRET", "")
    client_id = getattr(settings, "EXCHANGE_CLIENT_ID", "one-stop-portal")
    return kept_connection(system, url, client_id, secret) if url else None


@lru_cache(maxsize=32)
def kept_connection(system: str, url: str, client_id: str, secret: str) -> SignedHttp:
    """One pool of connections, and one memory of outages, per system and process."""
    return SignedHttp(system, url, client_id, secret)
