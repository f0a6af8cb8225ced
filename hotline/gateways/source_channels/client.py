"""Telling a source how its ticket ended."""

from common.signed_http import SignedHttp


class SourceChannelsClient:
    """One answer to one ticket; the source knows a repeat by the ticket's number (H-14)."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def feed_back(self, channel: str, source_ref: str, text: str) -> str:
        """The source's receipt; GatewayError when the text was not taken."""
        body = {"channel": channel, "ticketNo": source_ref, "result": text}
        return self._http.ask("tickets/feedback", body, lambda answer: str(answer["receipt"]))
