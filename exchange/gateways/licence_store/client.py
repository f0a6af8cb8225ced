"""Licences over the province's store."""

from collections.abc import Sequence

from common.signed_http import SignedHttp
from exchange.gateways.licence_store.mapping import HeldLicence, held_licence


class LicenceStoreClient:
    """Licences of one holder, by the names of their types."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def fetch(self, number: str, name: str, type_names: Sequence[str]) -> list[HeldLicence]:
        """The licences in force that the store has for the holder."""
        body = {"CZZTDM": number, "CZZT": name, "ZZMC": list(type_names)}
        return self._http.ask("licences/fetch", body, lambda answer: [*map(held_licence, answer["licences"])])
