"""The registers of organisations over the city's data sharing platform."""

from collections.abc import Collection
from typing import Any

from common.signed_http import SignedHttp
from exchange.gateways.enterprise_registry.mapping import ATTRIBUTES
from exchange.gateways.translation import fields_of, translated


class EnterpriseRegistryClient:
    """Facts about one organisation, asked for by credit code and name, and no more of them than wanted."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def facts(self, credit_code: str, name: str, wanted: Collection[str]) -> dict[str, Any]:
        """The wanted attributes the registers know; one that is missing is not known."""
        body = {"TYSHXYDM": credit_code, "QYMC": name, "fields": fields_of(ATTRIBUTES, wanted)}
        return self._http.ask(
            "organisation/facts", body, lambda answer: translated(answer["record"], ATTRIBUTES, wanted)
        )
