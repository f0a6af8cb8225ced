"""Sources that take every answer, as far as the log."""

from collections import deque
from dataclasses import dataclass
from typing import ClassVar

import structlog

from exchange.gateways.registers import refuse_when_out

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ToldSource:
    """What would have been told."""

    channel: str
    source_ref: str
    text: str


class FakeSourceChannels:
    """Stands in for SourceChannelsClient and keeps the last hundred answers."""

    told: ClassVar[deque[ToldSource]] = deque(maxlen=100)

    def feed_back(self, channel: str, source_ref: str, text: str) -> str:
        """The source's receipt; GatewayError when the text was not taken."""
        refuse_when_out("source_channels")
        self.told.append(ToldSource(channel, source_ref, text))
        log.info("source_not_told_for_real", channel=channel, source_ref=source_ref)
        return f"fake-{source_ref}"
