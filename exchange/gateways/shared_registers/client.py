"""Checks of papers over the province's data sharing platform."""

from collections.abc import Sequence

from common.signed_http import SignedHttp
from exchange.gateways.shared_registers.mapping import Confirmation, confirmations


class SharedRegistersClient:
    """Many papers of one subject in one question."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def check(self, number: str, name: str, papers: Sequence[str]) -> dict[str, Confirmation]:
        """What the registers say of each paper; one that no register keeps is missing."""
        body = {"ZTDM": number, "ZTMC": name, "CL": list(papers)}
        return self._http.ask("papers/check", body, lambda answer: confirmations(answer, papers))
