"""The personal registers over the city's data sharing platform."""

from collections.abc import Collection
from typing import Any

from common.signed_http import SignedHttp
from exchange.gateways.population.mapping import ATTRIBUTES
from exchange.gateways.translation import fields_of, translated


class PopulationClient:
    """Facts about one person, asked for by number and name, and no more of them than wanted."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def facts(self, id_number: str, name: str, wanted: Collection[str]) -> dict[str, Any]:
        """The wanted attributes the registers know; one that is missing is not known."""
        body = {"GMSFHM": id_number, "XM": name, "fields": fields_of(ATTRIBUTES, wanted)}
        return self._http.ask(
            "person/facts", body, lambda answer: translated(answer["record"], ATTRIBUTES, wanted)
        )
