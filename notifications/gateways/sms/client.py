"""Text messages over the city's SMS platform."""

from common.signed_http import SignedHttp


class SmsClient:
    """One text to one number; the platform knows a repeat by its reference."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def send(self, number: str, text: str, reference: str) -> str:
        """The platform's receipt; GatewayError when the text was not taken."""
        body = {"mobile": number, "content": text, "reference": reference}
        return self._http.ask("sms/send", body, lambda answer: str(answer["receipt"]))
