"""Bridging calls over the switch's interface."""

from common.signed_http import SignedHttp


class TelephonyClient:
    """Caller, agent and emergency line in one call (H-17)."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def bridge(self, caller: str, line: str, reference: str, seconds: int) -> str:
        """The call's number once all three speak; GatewayError when they do not within ``seconds``."""
        body = {"caller": caller, "line": line, "reference": reference, "timeoutSeconds": seconds}
        return self._http.ask("calls/bridge", body, lambda answer: str(answer["callId"]))
