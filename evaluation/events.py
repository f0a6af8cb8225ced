"""What happens to ratings."""

from dataclasses import dataclass
from typing import ClassVar

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class Invited(DomainEvent):
    """Somebody has been invited, once, to say how it went (E-01)."""

    public: ClassVar[bool] = False

    service_event_id: int
    application_id: int = 0
    order_id: int = 0

    @property
    def subject(self) -> str:
        """The application that was served, or the hotline's order."""
        return (
            f"application:{self.application_id}" if self.application_id else f"hotline_order:{self.order_id}"
        )


@dataclass(frozen=True, kw_only=True)
class Rated(DomainEvent):
    """A rating was given; never who gave it (E-48)."""

    public: ClassVar[bool] = False

    evaluation_id: int
    level: int
    tags: list[str]
