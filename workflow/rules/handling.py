"""What a department may do with its review."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from common.workdays import Calendar, day_of
from identity.roles import Permission
from workflow.rules.clock import STATUTORY_KINDS
from workflow.states import IN_HAND, ProcedureKind, TerminationGround
from workflow.states import ReviewStatus as R

if TYPE_CHECKING:
    from identity.selectors import Standing
    from workflow.models import Application, DepartmentReview, SiteInspection, SpecialProcedure

#: A special procedure cannot be entered later than this many working days after its start (I-93).
BACKDATING_DAYS = 2
#: Statutory extension: ten working days, fifteen where several departments decide jointly (I-81).
EXTENSION_DAYS = 10
JOINT_EXTENSION_DAYS = 15
#: How many natural days each kind may be expected to take, where the matter itself sets no limit (I-92).
USUAL_PROCEDURE_DAYS = {
    ProcedureKind.HEARING: 60,
    ProcedureKind.TENDER: 180,
    ProcedureKind.AUCTION: 180,
    ProcedureKind.INSPECTION: 60,
    ProcedureKind.TESTING: 60,
    ProcedureKind.QUARANTINE: 60,
    ProcedureKind.APPRAISAL: 90,
    ProcedureKind.EXPERT_REVIEW: 60,
    ProcedureKind.ON_SITE_CHECK: 30,
    ProcedureKind.OTHER: 60,
    ProcedureKind.MISSED_VISIT: 30,
}
#: On-site checks need two officers (I-94).
INSPECTORS = 2


def objections_to_membership(
    review: "DepartmentReview", who: "Standing", permission: Permission
) -> list[str]:
    """Only the department whose review it is, deny by default."""
    if review.department_id in who.departments(permission):
        return []
    return ["这不是本部门的办件，或您的岗位没有此项权限"]


def objections_to_both_roles(application: "Application", who: "Standing") -> list[str]:
    """收件 and 审查 are never the same person (I-01); nor is the person who filed it (I-171)."""
    if who.person_id is not None and who.person_id in application.front_persons:
        return ["您经手过本件的申请或收件，不能再审查，请由本部门其他人员办理"]
    return []


def objections_to_deciding(
    review: "DepartmentReview", who: "Standing", *, deferred: Collection[str] = (), inspected: bool = True
) -> list[str]:
    """Why this person cannot decide this review now (I-49: nothing is released before deferred papers are in)."""
    objections = objections_to_membership(review, who, Permission.DECIDE)
    objections += objections_to_both_roles(review.application, who)
    objections += objections_to_held(review.application)
    return objections + objections_to_releasing(deferred=deferred, inspected=inspected)


def objections_to_releasing(*, deferred: Collection[str], inspected: bool = True) -> list[str]:
    """What a decision waits for: papers still to follow (I-49), a due on-site check (I-91)."""
    objections = [f"容缺材料“{name}”还没有补齐，不能作出决定" for name in deferred]
    if not inspected:
        objections.append("本事项须先完成现场勘验并记录通过，再作决定")
    return objections


def objections_to_held(application: "Application") -> list[str]:
    """All or nothing: nobody decides while the applicant chooses what becomes of the rest (I-107c)."""
    if application.choice_due_at is None:
        return []
    return ["已有事项不予办理，其余事项正在等申请人选择继续还是撤回，期间不能作出决定；办理期限照常计算"]


def objections_to_unseen(review: "DepartmentReview") -> list[str]:
    """What the applicant has changed is looked at before it is decided on (I-112)."""
    if review.restarted_at is None or review.claimed_by_id is not None:
        return []
    return ["申请人修改了填写内容，请先领取本件、看过新的内容再作决定"]


def is_proof_of_visit(inspection: "SiteInspection", review: "DepartmentReview") -> bool:
    """It passed, and nothing was changed since (I-91, I-112)."""
    since = review.restarted_at
    return inspection.passed and (since is None or inspection.inspected_at >= since)


def objections_to_result(result: dict[str, object], today: date) -> list[str]:
    """A result that could not be issued as it stands."""
    until = result.get("valid_until")
    if until is None:
        return []
    try:
        ends = date.fromisoformat(str(until))
    except ValueError:
        return ["有效期至要写成 2026-11-22 这样的日期"]
    return [] if ends > today else ["有效期至必须晚于今天"]


def objections_to_denying(reasons: str, legal_basis: str) -> list[str]:
    """A refusal says why and by which article (C-14)."""
    objections = []
    if not reasons.strip():
        objections.append("不予办理要写明理由")
    if not legal_basis.strip():
        objections.append("不予办理要写明法律依据")
    return objections


def objections_to_procedure(
    review: "DepartmentReview", *, kind: str, basis: str, started_on: date, expected_end: date, today: date
) -> list[str]:
    """I-90: the kinds of the law, others with their own basis; I-92: its dates; waiting for papers is none (I-97)."""
    objections = _objections_to_kind(review, kind, basis)
    if expected_end < started_on:
        objections.append("预计结束日期不能早于开始日期")
    if started_on > today:
        objections.append("开始日期不能晚于今天，请在程序开始当天告知申请人并登记")
    return objections + objections_to_expected_end(review, kind, started_on, expected_end)


def latest_end(review: "DepartmentReview", kind: str, started_on: date) -> date:
    """The last day a procedure may be expected to take: the matter's own limit, else the usual one of its kind (I-92)."""
    days = review.matter.procedure_days or USUAL_PROCEDURE_DAYS[ProcedureKind(kind)]
    return started_on + timedelta(days=days)


def objections_to_expected_end(
    review: "DepartmentReview", kind: str, started_on: date, expected_end: date
) -> list[str]:
    """Expected end <= the matter's maximum (I-92)."""
    latest = latest_end(review, kind, started_on)
    if expected_end <= latest:
        return []
    words = ProcedureKind(kind).label
    return [f"预计结束日期不能晚于{latest:%Y-%m-%d}：本事项的{words}最长{(latest - started_on).days}个自然日"]


def objections_to_explaining(
    procedure: "SpecialProcedure", *, reason: str, expected_end: date | None, today: date
) -> list[str]:
    """Why it takes longer is said in words; a new end lies ahead, and within the maximum (I-92)."""
    objections = [] if reason.strip() else ["请说明为什么没有按预计时间结束"]
    if expected_end is None:
        return objections
    if expected_end < today or expected_end <= procedure.expected_end:
        objections.append("新的预计结束日期要晚于原来的日期，并且不能早于今天")
    return objections + objections_to_expected_end(
        procedure.review, procedure.kind, procedure.started_on, expected_end
    )


def _objections_to_kind(review: "DepartmentReview", kind: str, basis: str) -> list[str]:
    if kind == ProcedureKind.ON_SITE_CHECK and not basis:
        return ["现场勘验在办理期限内进行，不能停止计时；本事项没有不计入期限的法律依据"]
    if kind == ProcedureKind.MISSED_VISIT and not review.needs_inspection:
        return ["本事项不需要现场勘验，不能以申请人未接受核查为由停止计时"]
    if kind == ProcedureKind.MISSED_VISIT and not basis.strip():
        return ["请写明约定的核查日期和申请人没有接受核查的情况"]
    if kind not in STATUTORY_KINDS and not basis.strip():
        return ["不属于法定的特别程序种类，须写明单独的法律依据"]
    return []


def objections_to_backdating(started_on: date, today: date, calendar: Calendar) -> list[str]:
    """A procedure is entered within two working days of its start (I-93)."""
    if calendar.workdays_between(started_on, today) <= BACKDATING_DAYS:
        return []
    return [f"特别程序须在开始后{BACKDATING_DAYS}个工作日内登记，不能倒填日期"]


def objections_to_extending(
    review: "DepartmentReview", who: "Standing", *, days: int, reason: str, now: datetime, granted: bool
) -> list[str]:
    """I-95: once, before the due date, by the organ's head, with its reason; I-81: at most ten or fifteen days."""
    objections = objections_to_membership(review, who, Permission.APPROVE_EXTENSION)
    longest = JOINT_EXTENSION_DAYS if review.application.is_joint else EXTENSION_DAYS
    if review.status not in IN_HAND:
        objections.append("本件不在办理中，不能延期")
    if granted:
        objections.append("本件已经延期过一次，不能再次延期")
    if review.due_at is not None and now > review.due_at:
        objections.append("承诺期限已过，不能再延期")
    if not 1 <= days <= longest:
        objections.append(f"延长期限为1至{longest}个工作日")
    if not reason.strip():
        objections.append("延期要写明理由，并于当日告知申请人")
    return objections


def objections_to_inspection(
    *, inspectors: Sequence[str], signed: bool, record: str, inspected_at: datetime, now: datetime
) -> list[str]:
    """I-94: two or more, signed, with a record of something that has happened."""
    objections = ["勘验时间不能晚于现在"] if inspected_at > now else []
    if len({name.strip() for name in inspectors if name.strip()}) < INSPECTORS:
        objections.append(f"现场勘验须有{INSPECTORS}名以上工作人员参加")
    if not signed:
        objections.append("勘验记录须由勘验人员和当事人签字")
    if not record.strip():
        objections.append("请填写勘验记录")
    return objections


def objections_to_photos(
    taken: Sequence[datetime], *, inspected_at: datetime, now: datetime, why_none: str
) -> list[str]:
    """I-94: photos of the very day, each with its time; without any, the record says why (a household may forbid them)."""
    if not taken:
        return [] if why_none.strip() else ["请上传现场照片；确实不能拍照的，请写明原因"]
    if any(moment > now for moment in taken):
        return ["照片的拍摄时间不能晚于现在"]
    if any(day_of(moment) != day_of(inspected_at) for moment in taken):
        return ["照片须在勘验当天拍摄"]
    return []


def objections_to_terminating(review: "DepartmentReview", who: "Standing", ground: str) -> list[str]:
    """C-26, C-27 on the closed list of I-140."""
    objections = objections_to_membership(review, who, Permission.TERMINATE)
    objections += objections_to_both_roles(review.application, who)
    if ground not in TerminationGround.values:
        objections.append("终止事由须从规定的六项中选择")
    return objections


def objections_to_claiming(review: "DepartmentReview", who: "Standing") -> list[str]:
    """Only a review in one's own department's tray, by somebody who did not take it in."""
    objections = objections_to_membership(review, who, Permission.REVIEW)
    return objections + objections_to_both_roles(review.application, who)


def allowed_verbs(review: "DepartmentReview", who: "Standing") -> list[str]:
    """What the review's state lets its department do; a page greys what this person may not, with the reason."""
    if objections_to_membership(review, who, Permission.REVIEW):
        return []
    verbs = {
        R.WAITING: ["confirm_complete", "request_correction", "decline"] if review.papers_open else [],
        R.ASSIGNED: ["claim", "approve", "deny", "start_special_procedure", "extend", "record_inspection"],
        R.IN_PROGRESS: ["approve", "deny", "start_special_procedure", "extend", "record_inspection"],
        R.SPECIAL_PROCEDURE: ["end_special_procedure", "explain_special_procedure"],
    }
    unseen = {"approve", "deny"} if objections_to_unseen(review) else set()
    return [verb for verb in verbs.get(R(review.status), []) if verb not in unseen]


#: Verbs that ask more of a post than reviewing.
_NEEDS = {
    "approve": Permission.DECIDE,
    "deny": Permission.DECIDE,
    "extend": Permission.APPROVE_EXTENSION,
    "terminate": Permission.TERMINATE,
}


def verbs_of(review: "DepartmentReview", who: "Standing") -> list[str]:
    """What this very person may do with the review as it stands: the API's ``allowed``."""
    if objections_to_both_roles(review.application, who):
        return []
    verbs = allowed_verbs(review, who) + (["terminate"] if review.status in IN_HAND else [])
    return [
        verb
        for verb in verbs
        if not objections_to_membership(review, who, _NEEDS.get(verb, Permission.REVIEW))
        and not (verb == "extend" and review.extended_days)
        and not (verb in {"approve", "deny"} and objections_to_held(review.application))
    ]


def days_late(review: "DepartmentReview", now: datetime, calendar: Calendar) -> int:
    """Working days past the promise; nothing before it."""
    if review.due_at is None or now <= review.due_at:
        return 0
    return max(1, calendar.workdays_between(day_of(review.due_at), day_of(now)))
