"""What happens to orders and to the hotline's settings: the list of what others may react to."""

from dataclasses import dataclass

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class OrderFact(DomainEvent):
    """Something that happened to one order; ids and plain facts, nothing personal."""

    order_id: int
    order_no: str

    @property
    def subject(self) -> str:
        """The row the order's timeline and its audit trail are read by (H-06)."""
        return f"hotline_order:{self.order_id}"


@dataclass(frozen=True, kw_only=True)
class ParameterSet(DomainEvent):
    """A number of the hotline was set anew."""

    parameter: str


@dataclass(frozen=True, kw_only=True)
class TreePublished(DomainEvent):
    """A version of the category tree is in force (H-50)."""

    version: str


@dataclass(frozen=True, kw_only=True)
class OrderRegistered(OrderFact):
    """T-01: 已登记，工单号和查询码已经给出."""

    channel: str
    #: The emergency line that its words or an agent called for, so that no crash forgets it (H-17).
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderTransferred(OrderFact):
    """T-02: 紧急转接 to 110, 119, 120 or 122 (H-17)."""

    line: str
    bridged: bool = True


@dataclass(frozen=True, kw_only=True)
class OrderGuided(OrderFact):
    """T-03: 分类引导, with the legal channel told (H-21)."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderInvalidated(OrderFact):
    """T-04: 无效来电."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderAccepted(OrderFact):
    """T-06: 已受理, the promise to the citizen begins (H-157)."""

    category: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class OrderAnswered(OrderFact):
    """T-07: 直接答复; the caller may come back for seven days (H-25)."""

    article: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderAnswerVoided(OrderFact):
    """T-27: the caller came back within the seven days (M-03)."""


@dataclass(frozen=True, kw_only=True)
class OrderClassified(OrderFact):
    """The category, the type of appeal or the urgency was chosen or corrected (H-57, H-61, H-140)."""

    category: str
    before: str
    by: str
    urgency: str = ""
    #: The new type, where it is another.
    order_type: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderSplit(OrderFact):
    """H-58: two matters in one appeal became sibling orders."""

    siblings: list[str]


@dataclass(frozen=True, kw_only=True)
class OrderDispatched(OrderFact):
    """T-08, T-17, T-32, T-34: 派单 to a host in a new round."""

    round: int
    host: str
    automatic: bool
    due_at: str
    first: bool = True
    #: The citizen's date went back with it (H-68).
    moved: bool = False


@dataclass(frozen=True, kw_only=True)
class OrderSigned(OrderFact):
    """T-11: 签收, by the department or by the system at the limit (H-62)."""

    round: int
    host: str
    automatic: bool
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class ReturnRequested(OrderFact):
    """T-12: 退单申请 (H-64)."""

    host: str


@dataclass(frozen=True, kw_only=True)
class ReturnDecided(OrderFact):
    """T-13, T-14: 退单审核."""

    host: str
    approved: bool


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(OrderFact):
    """T-15, T-16, T-43: 职责争议; no clock stops (H-63)."""

    due_at: str


@dataclass(frozen=True, kw_only=True)
class DisputeRuled(OrderFact):
    """T-17, T-18: 裁定, final and binding for the same facts (H-91)."""

    host: str
    changed: bool


@dataclass(frozen=True, kw_only=True)
class OrderReassigned(OrderFact):
    """T-34, T-32: 改派."""

    host: str
    before: str


@dataclass(frozen=True, kw_only=True)
class ContactLogged(OrderFact):
    """The host tried to speak to the complainant (H-94)."""

    outcome: str
    host: str


@dataclass(frozen=True, kw_only=True)
class ProgressTold(OrderFact):
    """H-109: the citizen was told how far it is."""


@dataclass(frozen=True, kw_only=True)
class AssistReplied(OrderFact):
    """H-104: an assist has answered to the host, not to the citizen."""

    department: str


@dataclass(frozen=True, kw_only=True)
class SupplementAdded(OrderFact):
    """H-31: the complainant said more."""

    asked: bool = False


@dataclass(frozen=True, kw_only=True)
class ClockPaused(OrderFact):
    """H-152: the clock stands."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ClockResumed(OrderFact):
    """H-153: the clock runs on, the due moved."""

    due_at: str


@dataclass(frozen=True, kw_only=True)
class ExtensionRequested(OrderFact):
    """H-98: 延期申请."""

    days: int


@dataclass(frozen=True, kw_only=True)
class ExtensionDecided(OrderFact):
    """H-98: 延期审批; the citizen is told of a yes."""

    approved: bool
    due_at: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultSubmitted(OrderFact):
    """T-19, T-31: the host says it is done."""

    handle_result: str
    in_time: bool


@dataclass(frozen=True, kw_only=True)
class ResultRejected(OrderFact):
    """T-20: the close review sends it back."""

    defect: str


@dataclass(frozen=True, kw_only=True)
class OrderReplied(OrderFact):
    """T-21: the reply is the citizen's, the survey begins (E-01 of hotline_order)."""

    handle_result: str
    rework_no: int = 0


@dataclass(frozen=True, kw_only=True)
class OrderShelved(OrderFact):
    """T-22, T-23: 挂账."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderResumed(OrderFact):
    """T-24: 恢复办理."""

    due_at: str


@dataclass(frozen=True, kw_only=True)
class OrderWrittenOff(OrderFact):
    """T-25: 销账."""


@dataclass(frozen=True, kw_only=True)
class SurveyAttempted(OrderFact):
    """H-110: the hotline centre tried to ask."""

    outcome: str


@dataclass(frozen=True, kw_only=True)
class OrderSurveyed(OrderFact):
    """The complainant has answered (H-111, H-113)."""

    level: int | None
    solved: str
    responded: bool | None
    rework_no: int


@dataclass(frozen=True, kw_only=True)
class OrderReworked(OrderFact):
    """T-29: 差评重办, to the same host."""

    rework_no: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class PanelDecided(OrderFact):
    """T-30: 诉求认定 (H-115)."""

    is_unreasonable: bool


@dataclass(frozen=True, kw_only=True)
class OrderClosed(OrderFact):
    """T-26, T-28, T-30: 归档; the record is frozen (H-117)."""

    close_reason: str


@dataclass(frozen=True, kw_only=True)
class OrderReopened(OrderFact):
    """T-33: the complainant came back within fifteen days."""


@dataclass(frozen=True, kw_only=True)
class OrderWithdrawn(OrderFact):
    """T-10, T-37 … T-42: 撤诉; or only noted where handling goes on (H-134)."""

    goes_on: bool = False


@dataclass(frozen=True, kw_only=True)
class OrderMerged(OrderFact):
    """T-05, T-09, T-35, T-36: 并单 into an open master (H-131)."""

    into: str


@dataclass(frozen=True, kw_only=True)
class OrderGrouped(OrderFact):
    """H-131, H-136: linked with others about the same matter."""

    group_id: int
    people: int
    is_mass: bool


@dataclass(frozen=True, kw_only=True)
class OrderUrged(OrderFact):
    """H-120, H-121: 催办."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class SupervisionFact(OrderFact):
    """Something about a 督办: of one order, or of a department alone (H-67)."""

    order_id: int = 0
    order_no: str = ""
    supervision_id: int

    @property
    def subject(self) -> str:
        """The order's history where there is an order."""
        return f"hotline_order:{self.order_id}" if self.order_id else f"supervision:{self.supervision_id}"


@dataclass(frozen=True, kw_only=True)
class SupervisionOpened(SupervisionFact):
    """H-123: 督办."""

    level: int
    cause: str


@dataclass(frozen=True, kw_only=True)
class SupervisionRaised(SupervisionFact):
    """H-123: no answer in time, a level higher."""

    level: int


@dataclass(frozen=True, kw_only=True)
class SupervisionAnswered(SupervisionFact):
    """H-124: the department's written answer."""


@dataclass(frozen=True, kw_only=True)
class SupervisionClosed(SupervisionFact):
    """H-124: closed by somebody else than the handler."""


@dataclass(frozen=True, kw_only=True)
class StageOverdue(OrderFact):
    """H-156: a state was not left by its due."""

    stage: str


@dataclass(frozen=True, kw_only=True)
class PersonalRead(OrderFact):
    """H-06, H-142: somebody read personal fields of the order."""

    reason: str
    ip: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportMade(DomainEvent):
    """A report is there, its figures frozen (H-178)."""

    report_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class ReportCorrected(DomainEvent):
    """A dated line was written below a report (H-178)."""

    report_id: int
