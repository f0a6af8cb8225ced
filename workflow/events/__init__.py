"""What happens to applications and their reviews: the list of what others may react to."""

from dataclasses import dataclass, field
from typing import ClassVar, TypedDict

from events import DomainEvent
from workflow.events.copies import CopyAsked as CopyAsked
from workflow.events.copies import CopyMade as CopyMade
from workflow.events.copies import CopyTaken as CopyTaken


@dataclass(frozen=True, kw_only=True)
class ApplicationFact(DomainEvent):
    """Something that happened to one application; the applicant sees the public ones as the timeline."""

    public: ClassVar[bool] = True

    application_id: int
    reference: str

    @property
    def subject(self) -> str:
        """The row the timeline and the audit trail are read by."""
        return f"application:{self.application_id}"


@dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted(ApplicationFact):
    """申请已提交 (C-01)."""

    bundle: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class ApplicationReceived(ApplicationFact):
    """已收件: the papers are taken, nothing is accepted yet (C-02, I-25)."""

    received_at: str
    answer_due_at: str


@dataclass(frozen=True, kw_only=True)
class ReviewsAccepted(ApplicationFact):
    """已受理: these reviews' papers are complete and their clocks run (C-04)."""

    review_ids: list[int]
    departments: list[str]
    deemed: bool = False


class ClockStarted(TypedDict):
    """From which day a review's working days are counted, and how many it has by promise and by law (I-78)."""

    review_id: int
    day0: str
    days: int
    statutory_days: int | None


@dataclass(frozen=True, kw_only=True)
class ReviewsAssigned(ApplicationFact):
    """已分发到部门: nothing stands before these reviews any more, their clocks run (C-10)."""

    review_ids: list[int]
    departments: list[str]
    round: int = 0
    clocks: list[ClockStarted] = field(default_factory=list)


class Move(TypedDict):
    """One due that moved: which one, of what, from when to when (ISO moments)."""

    due: str
    name: str
    review_id: int | None
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class DuesReckoned(ApplicationFact):
    """The calendar changed and these dues with it: the log of old and new (I-75)."""

    public: ClassVar[bool] = False

    calendar: str
    moves: list[Move]


@dataclass(frozen=True, kw_only=True)
class DuesMoved(ApplicationFact):
    """期限顺延: dates that were told to the applicant are others now (I-74, I-75)."""

    moves: list[Move]


@dataclass(frozen=True, kw_only=True)
class SilenceNoticed(ApplicationFact):
    """A department did not answer within its window: an anomaly for supervision (I-33, I-103)."""

    public: ClassVar[bool] = False

    review_ids: list[int]
    rule: str


@dataclass(frozen=True, kw_only=True)
class SecondCorrectionTried(ApplicationFact):
    """A department asked for a second correction, which the law forbids (I-34)."""

    public: ClassVar[bool] = False

    review_id: int
    department: str


@dataclass(frozen=True, kw_only=True)
class CorrectionRequested(ApplicationFact):
    """一次性补正告知: the one merged notice has gone out (C-05, I-104)."""

    correction_id: int
    review_ids: list[int]
    materials: list[str]
    due_at: str


@dataclass(frozen=True, kw_only=True)
class CorrectionSupplied(ApplicationFact):
    """The applicant has handed in corrected papers (I-35, C-07)."""

    materials: list[str]
    review_ids: list[int]
    complete: bool


@dataclass(frozen=True, kw_only=True)
class CorrectionReminded(ApplicationFact):
    """补正期限将至 (I-37)."""

    due_at: str
    key: str


@dataclass(frozen=True, kw_only=True)
class DeferredSupplied(ApplicationFact):
    """容缺材料已补 (I-50)."""

    materials: list[str]
    complete: bool


@dataclass(frozen=True, kw_only=True)
class OfferedSupplied(ApplicationFact):
    """What no register had was brought by the applicant, who need not have (I-07)."""

    materials: list[str]
    review_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class DeferredReminded(ApplicationFact):
    """容缺材料期限将至 (I-51)."""

    due_at: str
    materials: list[str]
    key: str


@dataclass(frozen=True, kw_only=True)
class DeferralBroken(ApplicationFact):
    """容缺逾期: the promise to supply was not kept (I-51)."""

    materials: list[str]
    review_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class CommitmentRevoked(ApplicationFact):
    """撤回承诺: the paper comes the ordinary way (I-59)."""

    material: str
    review_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class FactsChanged(ApplicationFact):
    """
    The applicant changed what the form says (I-112): which boxes, never what stood in them.

    ``review_ids`` use a changed box; ``departments`` begin anew.
    """

    keys: list[str]
    labels: list[str]
    review_ids: list[int]
    departments: list[str]
    due_at: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicationBegunAgain(ApplicationFact):
    """A new draft was begun with the answers and papers of this application (I-144)."""

    public: ClassVar[bool] = False

    draft_id: int


@dataclass(frozen=True, kw_only=True)
class ParcelReturned(ApplicationFact):
    """
    Sent back by the post, or taken out of the locker unclaimed: it lies at the window (I-127, I-128).

    ``may_be_resent``: the post may take it once more free of charge, which it has not done yet.
    """

    delivery_id: int
    method: str
    may_be_resent: bool = True


@dataclass(frozen=True, kw_only=True)
class ApplicantCalled(ApplicationFact):
    """The exit window called about a returned parcel: reached or not, and what is wanted (I-128)."""

    delivery_id: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ResendAsked(ApplicationFact):
    """The applicant wants the returned parcel sent once more; ``by_call``: told to the window (I-128)."""

    delivery_id: int
    by_call: bool


@dataclass(frozen=True, kw_only=True)
class ParcelResent(ApplicationFact):
    """It is on its way again, free of charge (I-128)."""

    delivery_id: int
    waybill: str


@dataclass(frozen=True, kw_only=True)
class LockerFilled(ApplicationFact):
    """The results lie in a locker; the message tells the code (I-127)."""

    delivery_id: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class LockerReminded(ApplicationFact):
    """What lies in the locker wants to be fetched (I-127)."""

    delivery_id: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class LicenceDoubted(ApplicationFact):
    """A licence that open reviews rely on counts no longer: they must look again."""

    materials: list[str]
    review_ids: list[int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReviewFact(ApplicationFact):
    """Something that happened to one department's review."""

    review_id: int
    matter: str
    matter_name: str
    department: str


@dataclass(frozen=True, kw_only=True)
class ReviewClaimed(ReviewFact):
    """A reviewer took the review in hand."""

    public: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class ReviewConfirmed(ReviewFact):
    """A department said its papers are complete (I-103)."""

    public: ClassVar[bool] = False

    by_system: bool = False


@dataclass(frozen=True, kw_only=True)
class CorrectionAsked(ReviewFact):
    """One department named its defects; the merged notice follows (I-103, I-104)."""

    public: ClassVar[bool] = False

    materials: list[str]


@dataclass(frozen=True, kw_only=True)
class MaterialsChecked(ReviewFact):
    """The machine fetched, checked and noted the review's papers (I-07, I-115)."""

    public: ClassVar[bool] = False

    passed: list[str]
    failed: list[str]
    round: int


@dataclass(frozen=True, kw_only=True)
class ReviewDeclined(ReviewFact):
    """不予受理 (C-03, C-06, C-09)."""

    ground: str
    target_organ: str


@dataclass(frozen=True, kw_only=True)
class ReviewDecided(ReviewFact):
    """准予或不予 (C-13, C-14)."""

    approved: bool
    result: str
    automatic: bool = False
    #: All or nothing: until when the rest waits for the applicant's choice (I-107c).
    held_until: str = ""


@dataclass(frozen=True, kw_only=True)
class RestContinued(ApplicationFact):
    """After a refusal the rest goes on, as the applicant chose or by their silence (I-107c)."""

    by_silence: bool


@dataclass(frozen=True, kw_only=True)
class ServiceAnnounced(ApplicationFact):
    """Nobody could be reached: announced in public, served when thirty days are over (I-130)."""

    delivery_id: int
    until: str


@dataclass(frozen=True, kw_only=True)
class ReviewsBlocked(ApplicationFact):
    """前置未通过: closed without a decision on the merits (I-107a)."""

    review_ids: list[int]
    matters: list[str]
    because_of: str


@dataclass(frozen=True, kw_only=True)
class ReviewsTerminated(ApplicationFact):
    """终止办理 (C-08, C-26, C-27)."""

    review_ids: list[int]
    matters: list[str]
    ground: str


@dataclass(frozen=True, kw_only=True)
class ReviewsWithdrawn(ApplicationFact):
    """撤回 (C-19…C-25, I-137, I-138)."""

    review_ids: list[int]
    matters: list[str]


@dataclass(frozen=True, kw_only=True)
class SpecialProcedureStarted(ReviewFact):
    """特别程序开始, the clock stops (C-11)."""

    kind: str
    expected_end: str
    stops_on: str = ""


@dataclass(frozen=True, kw_only=True)
class SpecialProcedureEnded(ReviewFact):
    """特别程序结束, the clock runs again (C-12)."""

    due_at: str
    ended_on: str = ""


@dataclass(frozen=True, kw_only=True)
class SpecialProcedureExplained(ReviewFact):
    """The department said why a special procedure takes longer, and by when it ends now, if it can say so (I-92)."""

    kind: str
    reason: str
    expected_end: str = ""


@dataclass(frozen=True, kw_only=True)
class SpecialProcedureOverdue(ReviewFact):
    """A special procedure has not ended by the day that was told: noticed once by the nightly sweep (I-92)."""

    public: ClassVar[bool] = False

    kind: str
    expected_end: str


@dataclass(frozen=True, kw_only=True)
class ReviewExtended(ReviewFact):
    """延长办理期限 (I-95)."""

    days: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class InspectionRecorded(ReviewFact):
    """现场勘验记录 (I-94)."""

    passed: bool


@dataclass(frozen=True, kw_only=True)
class ReviewOverdue(ReviewFact):
    """超期: noticed by the nightly sweep."""

    public: ClassVar[bool] = False

    days_late: int


@dataclass(frozen=True, kw_only=True)
class ApplicationDecided(ApplicationFact):
    """Every review has ended and at least one was decided (I-113)."""

    outcome: str


@dataclass(frozen=True, kw_only=True)
class ResultsHandedOver(ApplicationFact):
    """出件 (C-15…C-17): all together, or those that were ready (I-114)."""

    method: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoticesDelivered(ApplicationFact):
    """A notice has reached the applicant: 补正, 不予受理, 终止 (I-130)."""

    method: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DeliveryViewed(ApplicationFact):
    """The applicant has opened what was served electronically, for the first time (I-129)."""

    delivery_id: int


@dataclass(frozen=True, kw_only=True)
class DeliveryChanged(ApplicationFact):
    """The applicant wants the results another way (I-125, I-114)."""

    method: str
    together: bool
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicationClosed(ApplicationFact):
    """The application has reached a final status; published once, with its outcome (E-04)."""

    status: str
    outcome: str
    bundle: str
    bundle_name: str
    person_id: int | None
