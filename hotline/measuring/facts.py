"""What is counted: the facts of an order, a call, a supervision, as plain values without anything personal."""

from dataclasses import dataclass, field
from datetime import datetime

from hotline.states import HandleResult, OrderType, Solved, Urgency

__all__ = [
    "CallFacts",
    "ExtensionFacts",
    "OrderFacts",
    "PartFacts",
    "Period",
    "ShelvingFacts",
    "SubmissionFacts",
    "SupervisionFacts",
    "SurveyFacts",
]


@dataclass(frozen=True)
class Period:
    """From the first moment up to, not including, the last."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end


@dataclass(frozen=True, kw_only=True)
class PartFacts:
    """A host's part of an order in one round."""

    department: str
    round: int
    dispatched_at: datetime
    sign_due_at: datetime | None
    signed_at: datetime | None = None
    auto_signed: bool = False
    return_approved: bool = False
    feedback_due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SubmissionFacts:
    """A result as it was submitted, and whether the close review took it."""

    at: datetime
    due_at: datetime
    accepted: bool | None = None


@dataclass(frozen=True, kw_only=True)
class SurveyFacts:
    """What the complainant said (H-111)."""

    at: datetime
    responded: bool | None = None
    solved: Solved | None = None
    level: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExtensionFacts:
    """An extension that was asked for."""

    at: datetime
    approved: bool


@dataclass(frozen=True, kw_only=True)
class ShelvingFacts:
    """A row of the ledger of 挂账."""

    shelved_at: datetime
    ended_at: datetime | None = None
    written_off: bool = False


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    """Everything the metrics ask of one order; codes of exclusion are those that hold (section 16)."""

    order_no: str
    order_type: OrderType
    urgency: Urgency = Urgency.NORMAL
    department: str = ""
    accepted_at: datetime | None = None
    anonymous: bool = False
    settled_directly: bool = False
    answered_with_article: bool = False
    parts: tuple[PartFacts, ...] = ()
    returns_requested: int = 0
    returns_rejected: int = 0
    host_ruled_or_reassigned: bool = False
    due_at: datetime | None = None
    submissions: tuple[SubmissionFacts, ...] = ()
    first_feedback_at: datetime | None = None
    callback_at: datetime | None = None
    survey_attempted: bool = False
    survey: SurveyFacts | None = None
    claimed: HandleResult | None = None
    claim_mismatch: bool = False
    rework_no: int = 0
    extensions: tuple[ExtensionFacts, ...] = ()
    shelvings: tuple[ShelvingFacts, ...] = ()
    result_at: datetime | None = None
    handled_seconds: float | None = None
    archived_at: datetime | None = None
    is_rebound: bool = False
    exclusions: frozenset[str] = field(default_factory=frozenset)

    @property
    def dispatched_at(self) -> datetime | None:
        """When it was first dispatched."""
        return min((part.dispatched_at for part in self.parts), default=None)

    @property
    def first_result(self) -> SubmissionFacts | None:
        """The first submission that the close review took (M-11)."""
        taken = [one for one in self.submissions if one.accepted is not False]
        return min(taken, key=lambda one: one.at, default=None)

    @property
    def is_reached(self) -> bool:
        """Somebody answered the survey."""
        return self.survey is not None

    def excluded(self, *codes: str) -> bool:
        """One of these codes of exclusion holds."""
        return not self.exclusions.isdisjoint(codes)


@dataclass(frozen=True, kw_only=True)
class CallFacts:
    """One inbound call (M-01, M-02)."""

    at: datetime
    answered: bool
    seconds_rung: float
    restricted: bool = False
    call_back_due_at: datetime | None = None
    called_back_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SupervisionFacts:
    """One 督办 (M-18)."""

    department: str
    opened_at: datetime
    answer_due_at: datetime
    answered_at: datetime | None = None
