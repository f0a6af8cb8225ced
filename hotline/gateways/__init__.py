"""
The systems only the hotline speaks to: the telephone switch, the city's map, the channels orders come from.

The client is used where `EXCHANGE_<SYSTEM>_URL` is set, the fake, which says so, where it is not (H-194).
"""

from common.signed_http import connection_to
from hotline.gateways.city_map.client import CityMapClient
from hotline.gateways.city_map.fake import FakeCityMap
from hotline.gateways.source_channels.client import SourceChannelsClient
from hotline.gateways.source_channels.fake import FakeSourceChannels
from hotline.gateways.telephony.client import TelephonyClient
from hotline.gateways.telephony.fake import FakeTelephony

__all__ = ["city_map", "source_channels", "telephony"]


def telephony() -> TelephonyClient | FakeTelephony:
    http = connection_to("telephony")
    return TelephonyClient(http) if http else FakeTelephony()


def city_map() -> CityMapClient | FakeCityMap:
    http = connection_to("city_map")
    return CityMapClient(http) if http else FakeCityMap()


def source_channels() -> SourceChannelsClient | FakeSourceChannels:
    http = connection_to("source_channels")
    return SourceChannelsClient(http) if http else FakeSourceChannels()
