"""How a message leaves the house; the SMS client is used where `SMS_URL` is set, the fake where it is not."""

from functools import lru_cache

from django.conf import settings

from common.signed_http import SignedHttp
from notifications.gateways.sms.client import SmsClient
from notifications.gateways.sms.fake import FakeSms

__all__ = ["sms"]


def sms() -> SmsClient | FakeSms:
    url = getattr(settings, "SMS_URL", "")
    if not url:
        return FakeSms()
    return _client(
        url, getattr(settings, "SMS_CLIENT_ID", "one-stop-portal"), getattr(settings, "SMS_SECRET", "")
    )


@lru_cache(maxsize=4)
def _client(url: str, client_id: str, secret: str) -> SmsClient:
    return SmsClient(SignedHttp("sms", url, client_id, secret))
