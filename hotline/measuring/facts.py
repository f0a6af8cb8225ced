"""What is counted: the facts of an order, a call, a supervision, as plain values without anything personal."""

from dataclasses import dataclass, field
from datetime import datetime

from hotline.states import HandleResult, OrderType, Solved, Urgency

__all__ = [
    "AssistFacts",
    "CallFacts",
    "ExtensionFacts",
    "OrderFacts",
    "PartFacts",
    "Period",
    "RoundFacts",
    "ShelvingFacts",
    "SubmissionFacts",
    "SupervisionFacts",
    "SurveyFacts",
]


#: Codes that say how the last round ended, and nothing of the rounds before.
ENDINGS = frozenset({"X1", "X5"})


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
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AssistFacts:
    """An assist's part, which is measured by its own timeliness and by nothing else (H-105)."""

    department: str
    due_at: datetime | None
    replied_at: datetime | None = None


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
class RoundFacts:
    """
    One time that the complainant was to be asked (H-110), and what they said of which host's result (H-105, H-111).

    ``number`` is how many reworks went before; what was said in a round stays said when the next one begins (H-160).
    """

    number: int = 0
    department: str = ""
    callback_at: datetime | None = None
    attempted: bool = False
    claimed: HandleResult | None = None
    survey: SurveyFacts | None = None

    @property
    def is_mismatch(self) -> bool:
        """The department says solved, the citizen says no (H-116)."""
        return (
            self.claimed == HandleResult.SOLVED
            and self.survey is not None
            and self.survey.solved == Solved.NO
        )


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
    assists: tuple[AssistFacts, ...] = ()
    returns_requested: int = 0
    returns_rejected: int = 0
    host_ruled_or_reassigned: bool = False
    due_at: datetime | None = None
    submissions: tuple[SubmissionFacts, ...] = ()
    first_feedback_at: datetime | None = None
    rounds: tuple[RoundFacts, ...] = ()
    rework_no: int = 0
    withdrawn_at: datetime | None = None
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
    def callback_at(self) -> datetime | None:
        """When it first came to the survey."""
        return min((one.callback_at for one in self.rounds if one.callback_at), default=None)

    def excluded(self, *codes: str) -> bool:
        """One of these codes of exclusion holds."""
        return not self.exclusions.isdisjoint(codes)

    def leaves_out(self, asked: RoundFacts, *codes: str) -> bool:
        """
        One of these codes leaves the round out of the survey rates.

        How an order ended (withdrawn, nobody reached) takes back nothing that was said before a rework (T-42).
        """
        before = asked.number < self.rework_no
        return self.excluded(*(code for code in codes if not before or code not in ENDINGS))


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
