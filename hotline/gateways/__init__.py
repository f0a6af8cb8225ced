"""
The systems only the hotline speaks to: the telephone switch, the city's map, the channels orders come from.

The client is used where `EXCHANGE_<SYSTEM>_URL` is set, the fake, which says so, where it is not (H-194).
"""

from functools import lru_cache

from django.conf import settings

from common.signed_http import SignedHttp
from hotline.gateways.city_map.client import CityMapClient
from hotline.gateways.city_map.fake import FakeCityMap
from hotline.gateways.source_channels.client import SourceChannelsClient
from hotline.gateways.source_channels.fake import FakeSourceChannels
from hotline.gateways.telephony.client import TelephonyClient
from hotline.gateways.telephony.fake import FakeTelephony

__all__ = ["city_map", "source_channels", "telephony"]


def telephony() -> TelephonyClient | FakeTelephony:
    http = _http("telephony")
    return TelephonyClient(http) if http else FakeTelephony()


def city_map() -> CityMapClient | FakeCityMap:
    http = _http("city_map")
    return CityMapClient(http) if http else FakeCityMap()


def source_channels() -> SourceChannelsClient | FakeSourceChannels:
    http = _http("source_channels")
    return SourceChannelsClient(http) if http else FakeSourceChannels()


def _http(system: str) -> SignedHttp | None:
    prefix = f"EXCHANGE_{system.upper()}"
    url = getattr(settings, f"{prefix}_URL", "")
    secret = getattr(settings, f"{prefix}_SECRET", "")
    client_id = getattr(settings, "EXCHANGE_CLIENT_ID", "one-stop-portal")
    return _connection(system, url, client_id, secret) if url else None


@lru_cache(maxsize=8)
def _connection(system: str, url: str, client_id: str, secret: str) -> SignedHttp:
    """One pool of connections, and one memory of outages, per system and process."""
    return SignedHttp(system, url, client_id, secret)
