"""A switch that connects everybody at once, and says in its numbers that nobody spoke."""

from collections import deque
from dataclasses import dataclass
from typing import ClassVar

import structlog

from common.crypto import mask_mobile
from exchange.gateways.registers import refuse_when_out

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class BridgedCall:
    """What would have been connected."""

    caller: str
    line: str
    reference: str


class FakeTelephony:
    """Stands in for TelephonyClient: writes to the log, the number masked, and keeps the last hundred calls."""

    bridged: ClassVar[deque[BridgedCall]] = deque(maxlen=100)

    def bridge(self, caller: str, line: str, reference: str, seconds: int) -> str:
        """The call's number once all three speak; GatewayError when they do not within ``seconds``."""
        refuse_when_out("telephony")
        self.bridged.append(BridgedCall(caller, line, reference))
        log.info("call_not_bridged_for_real", caller=mask_mobile(caller), line=line, within=seconds)
        return f"fake-{reference}"
