"""Text messages that go no further than the log."""

from collections import deque
from dataclasses import dataclass
from typing import ClassVar

import structlog

from common.crypto import mask_mobile

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SentText:
    """What would have been sent."""

    number: str
    text: str
    reference: str


class FakeSms:
    """Stands in for SmsClient: writes the text to the log, the number masked, and keeps the last hundred."""

    sent: ClassVar[deque[SentText]] = deque(maxlen=100)

    def send(self, number: str, text: str, reference: str) -> str:
        """The platform's receipt; GatewayError when the text was not taken."""
        self.sent.append(SentText(number, text, reference))
        log.info("sms_not_sent_for_real", to=mask_mobile(number), text=text)
        return f"fake-{reference}"
