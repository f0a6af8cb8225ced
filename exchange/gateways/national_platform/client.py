"""Reports to the national platform."""

from collections.abc import Sequence

from common.signed_http import SignedHttp
from exchange.gateways.national_platform.mapping import ProgressReport, table_row


class NationalPlatformClient:
    """Many reports in one upload; a repeat is recognised there by project number and step."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def upload(self, reports: Sequence[ProgressReport]) -> str:
        """The platform's receipt number."""
        body = {"rows": [table_row(report) for report in reports]}
        return self._http.ask("progress/upload", body, lambda answer: str(answer["receipt"]))
