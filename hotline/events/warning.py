"""What happens to alerts (section 17)."""

from dataclasses import dataclass

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class AlertFact(DomainEvent):
    """Something that happened to an alert; numbers and codes, nothing of what anybody said."""

    alert_id: int
    algo: str

    @property
    def subject(self) -> str:
        return f"hotline_alert:{self.alert_id}"


@dataclass(frozen=True, kw_only=True)
class AlertRaised(AlertFact):
    """H-165, H-166: found, or grown more serious."""

    level: str


@dataclass(frozen=True, kw_only=True)
class AlertDisposed(AlertFact):
    """H-167: somebody has looked at it."""

    disposition: str


@dataclass(frozen=True, kw_only=True)
class AlertNeglected(AlertFact):
    """H-167: nobody has looked within two working days."""


@dataclass(frozen=True, kw_only=True)
class MeetingRecorded(AlertFact):
    """H-166: 会商 about a red alert."""


@dataclass(frozen=True, kw_only=True)
class IssueClosed(AlertFact):
    """H-168: fewer complaints after the measures, or a panel is content."""

    issue_id: int
