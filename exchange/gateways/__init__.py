"""
The other systems, one package each: `client` talks, `fake` stands in, `mapping` translates.

The client is used where `EXCHANGE_<SYSTEM>_URL` is set, the fake where it is not.
"""

from functools import lru_cache

from django.conf import settings

from common.signed_http import SignedHttp
from exchange.gateways.enterprise_registry.client import EnterpriseRegistryClient
from exchange.gateways.enterprise_registry.fake import FakeEnterpriseRegistry
from exchange.gateways.licence_store.client import LicenceStoreClient
from exchange.gateways.licence_store.fake import FakeLicenceStore
from exchange.gateways.national_platform.client import NationalPlatformClient
from exchange.gateways.national_platform.fake import FakeNationalPlatform
from exchange.gateways.population.client import PopulationClient
from exchange.gateways.population.fake import FakePopulation
from exchange.gateways.postal_service.client import PostalServiceClient
from exchange.gateways.postal_service.fake import FakePostalService
from exchange.gateways.shared_registers.client import SharedRegistersClient
from exchange.gateways.shared_registers.fake import FakeSharedRegisters

__all__ = [
    "enterprise_registry",
    "licence_store",
    "national_platform",
    "population",
    "postal_service",
    "shared_registers",
]


def population() -> PopulationClient | FakePopulation:
    http = _http("population")
    return PopulationClient(http) if http else FakePopulation()


def enterprise_registry() -> EnterpriseRegistryClient | FakeEnterpriseRegistry:
    http = _http("enterprise_registry")
    return EnterpriseRegistryClient(http) if http else FakeEnterpriseRegistry()


def shared_registers() -> SharedRegistersClient | FakeSharedRegisters:
    http = _http("shared_registers")
    return SharedRegistersClient(http) if http else FakeSharedRegisters()


def licence_store() -> LicenceStoreClient | FakeLicenceStore:
    http = _http("licence_store")
    return LicenceStoreClient(http) if http else FakeLicenceStore()


def national_platform() -> NationalPlatformClient | FakeNationalPlatform:
    http = _http("national_platform")
    return NationalPlatformClient(http) if http else FakeNationalPlatform()


def postal_service() -> PostalServiceClient | FakePostalService:
    http = _http("postal_service")
    return PostalServiceClient(http) if http else FakePostalService()


def _http(system: str) -> SignedHttp | None:
    prefix = f"EXCHANGE_{system.upper()}"
    url = getattr(settings, f"{prefix}_URL", "")
    secret = getattr(settings, f"{prefix}_SECRET", "")
    client_id = getattr(settings, "EXCHANGE_CLIENT_ID", "one-stop-portal")
    return _connection(system, url, client_id, secret) if url else None


@lru_cache(maxsize=16)
def _connection(system: str, url: str, client_id: str, secret: str) -> SignedHttp:
    """One pool of connections, and one memory of outages, per system and process."""
    return SignedHttp(system, url, client_id, secret)
