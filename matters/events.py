"""What happens to the catalogue and the calendar; others may react to these."""

from dataclasses import dataclass

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(DomainEvent):
    """Days became working or rest days; dues that run through them are to be reckoned again (I-74, I-75)."""

    region_code: str
    days: list[str]

    @property
    def subject(self) -> str:
        return f"calendar:{self.region_code or 'national'}"


@dataclass(frozen=True, kw_only=True)
class MattersRegistered(DomainEvent):
    """Matters were added to the catalogue or changed in it."""

    codes: list[str]


@dataclass(frozen=True, kw_only=True)
class MatterTakenDown(DomainEvent):
    """Nobody can apply for the matter by itself any more; applications under way go on."""

    code: str
    reason: str

    @property
    def subject(self) -> str:
        return f"single:{self.code}"
