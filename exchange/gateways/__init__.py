"""
The other systems, one package each: `client` talks, `fake` stands in, `mapping` translates.

The client is used where `EXCHANGE_<SYSTEM>_URL` is set, the fake where it is not.
"""

from common.signed_http import connection_to
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
    http = connection_to("population")
    return PopulationClient(http) if http else FakePopulation()


def enterprise_registry() -> EnterpriseRegistryClient | FakeEnterpriseRegistry:
    http = connection_to("enterprise_registry")
    return EnterpriseRegistryClient(http) if http else FakeEnterpriseRegistry()


def shared_registers() -> SharedRegistersClient | FakeSharedRegisters:
    http = connection_to("shared_registers")
    return SharedRegistersClient(http) if http else FakeSharedRegisters()


def licence_store() -> LicenceStoreClient | FakeLicenceStore:
    http = connection_to("licence_store")
    return LicenceStoreClient(http) if http else FakeLicenceStore()


def national_platform() -> NationalPlatformClient | FakeNationalPlatform:
    http = connection_to("national_platform")
    return NationalPlatformClient(http) if http else FakeNationalPlatform()


def postal_service() -> PostalServiceClient | FakePostalService:
    http = connection_to("postal_service")
    return PostalServiceClient(http) if http else FakePostalService()
