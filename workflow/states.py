"""Where an application and its reviews can be, whose move it is there, and where it ends."""

from django.db.models import TextChoices

from common.states import Party


class ApplicationStatus(TextChoices):
    """办件状态, api.md "Applications"."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    RECEIVED = "received", "已收件"
    CORRECTING = "correcting", "待补正"
    ACCEPTED = "accepted", "已受理"
    IN_REVIEW = "in_review", "办理中"
    DECIDED = "decided", "已办结待领取"
    HANDED_OVER = "handed_over", "已出件"
    CLOSED = "closed", "已完成"
    DECLINED = "declined", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    TERMINATED = "terminated", "已终止"


class ReviewStatus(TextChoices):
    """部门办件状态."""

    WAITING = "waiting", "等待中"
    ASSIGNED = "assigned", "待办理"
    IN_PROGRESS = "in_progress", "办理中"
    CORRECTING = "correcting", "待补正"
    SPECIAL_PROCEDURE = "special_procedure", "特别程序中"
    APPROVED = "approved", "准予"
    DENIED = "denied", "不予许可"
    DECLINED = "declined", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    TERMINATED = "terminated", "已终止"
    BLOCKED = "blocked", "前置未通过"


class Channel(TextChoices):
    """申请渠道: the door, a word and never a foreign key upwards."""

    WEB = "web", "网上"
    COUNTER = "counter", "窗口"
    POST = "post", "邮寄"
    KIOSK = "kiosk", "自助终端"
    API = "api", "接口"
    OTHER_PLACE = "other_place", "异地代收"


#: Doors at which a clerk files for the person in front of the window or behind the letter.
COUNTER_CHANNELS = frozenset({Channel.COUNTER, Channel.POST, Channel.OTHER_PLACE})


class DeliveryMethod(TextChoices):
    """送达方式, I-125."""

    ELECTRONIC = "electronic", "电子送达"
    WINDOW = "window", "窗口领取"
    LOCKER = "locker", "自助柜领取"
    EMS = "ems", "邮政寄送"


class Service(TextChoices):
    """送达形式: signed for, or what the law puts in place of a signature, I-130."""

    RECEIVED = "received", "签收"
    LEFT = "left", "留置送达"
    ANNOUNCED = "announced", "公告送达"


class CallOutcome(TextChoices):
    """联系结果: what the applicant wants to become of a parcel that came back, I-128."""

    RESEND = "resend", "重新寄送"
    FETCH = "fetch", "到窗口领取"
    UNREACHED = "unreached", "没有联系上"


class ParcelState(TextChoices):
    """物流状态: where the post says a parcel is, I-128."""

    COLLECTED = "collected", "已收寄"
    IN_TRANSIT = "in_transit", "运输中"
    OUT_FOR_DELIVERY = "out_for_delivery", "派送中"
    SIGNED = "signed", "已签收"
    RETURNED = "returned", "已退回"


class Outcome(TextChoices):
    """办结结果, I-113."""

    ALL = "all", "全部办成"
    PARTIAL = "partial", "部分办成"
    NONE = "none", "未办成"


class Due(TextChoices):
    """期限: what can fall due on an application."""

    ANSWER = "answer", "答复是否受理"
    JOINT = "joint", "联合审查"
    CONFIRM = "confirm", "补正后确认"
    REVIEW = "review", "承诺办结"
    STATUTORY = "statutory", "法定办结"
    WHOLE = "whole", "全部办结"
    CORRECTION = "correction", "补正材料"
    DEFERRED = "deferred", "补交容缺材料"
    CHOICE = "choice", "选择其余事项"


#: Those that the applicant was told, and is told again when they move (I-75).
TOLD_DUES = frozenset({Due.ANSWER, Due.REVIEW, Due.WHOLE, Due.CORRECTION, Due.DEFERRED, Due.CHOICE})


class Answer(TextChoices):
    """What a department said of its papers in the joint review, I-103."""

    COMPLETE = "complete", "材料齐全"
    CORRECTION = "correction", "需要补正"
    DECLINE = "decline", "不予受理"


class MaterialMode(TextChoices):
    """How a paper comes in; the last two are never named by an applicant."""

    UPLOAD = "upload", "上传"
    LICENCE = "licence", "电子证照"
    COMMITMENT = "commitment", "告知承诺"
    DEFERRED = "deferred", "容缺后补"
    FORM = "form", "表单生成"
    SHARED = "shared", "数据共享"
    AWAITED = "awaited", "前一步结果"


class MaterialState(TextChoices):
    """Whether the paper is there."""

    PENDING = "pending", "待获取"
    PRESENT = "present", "已齐"
    OFFERED = "offered", "可自行上传"
    DEFECTIVE = "defective", "需要补正"
    LATE = "late", "逾期未补"


class DeclineGround(TextChoices):
    """不予受理事由, the closed list of I-38."""

    NO_LICENCE_NEEDED = "no_licence_needed", "依法不需要办理"
    OUTSIDE_POWER = "outside_power", "不属于本机关职权范围"
    NOT_CORRECTED = "not_corrected", "未按要求补正"
    BARRED = "barred", "申请人依法不得申请"


class TerminationGround(TextChoices):
    """终止事由, the closed list of I-140."""

    NOT_CORRECTED = "not_corrected", "逾期未补正"
    DEFERRAL_BROKEN = "deferral_broken", "容缺逾期"
    APPLICANT_GONE = "applicant_gone", "申请人死亡或者终止"
    BASIS_GONE = "basis_gone", "法律依据或事项取消"
    FORCE_MAJEURE = "force_majeure", "因不可抗力无法继续"
    PROMISE_BROKEN = "promise_broken", "决定前违反承诺"


class ProcedureKind(TextChoices):
    """特别程序: what the law leaves out of the time limit, 行政许可法第四十五条 (I-90); the last three on other grounds."""

    HEARING = "hearing", "听证"
    TENDER = "tender", "招标"
    AUCTION = "auction", "拍卖"
    INSPECTION = "inspection", "检验"
    TESTING = "testing", "检测"
    QUARANTINE = "quarantine", "检疫"
    APPRAISAL = "appraisal", "鉴定"
    EXPERT_REVIEW = "expert_review", "专家评审"
    ON_SITE_CHECK = "on_site_check", "现场勘验"
    OTHER = "other", "其他法定程序"
    MISSED_VISIT = "missed_visit", "申请人未按约定接受现场核查"


#: Whose move it is. Every status appears once.
APPLICATION_TURN: dict[ApplicationStatus, Party] = {
    ApplicationStatus.DRAFT: Party.APPLICANT,
    ApplicationStatus.SUBMITTED: Party.FRONT,
    ApplicationStatus.RECEIVED: Party.DEPARTMENT,
    ApplicationStatus.CORRECTING: Party.APPLICANT,
    ApplicationStatus.ACCEPTED: Party.DEPARTMENT,
    ApplicationStatus.IN_REVIEW: Party.DEPARTMENT,
    ApplicationStatus.DECIDED: Party.EXIT,
    ApplicationStatus.HANDED_OVER: Party.EXIT,
    ApplicationStatus.CLOSED: Party.NOBODY,
    ApplicationStatus.DECLINED: Party.NOBODY,
    ApplicationStatus.WITHDRAWN: Party.NOBODY,
    ApplicationStatus.TERMINATED: Party.NOBODY,
}
REVIEW_TURN: dict[ReviewStatus, Party] = {
    ReviewStatus.WAITING: Party.SYSTEM,
    ReviewStatus.ASSIGNED: Party.DEPARTMENT,
    ReviewStatus.IN_PROGRESS: Party.DEPARTMENT,
    ReviewStatus.CORRECTING: Party.APPLICANT,
    ReviewStatus.SPECIAL_PROCEDURE: Party.DEPARTMENT,
    ReviewStatus.APPROVED: Party.NOBODY,
    ReviewStatus.DENIED: Party.NOBODY,
    ReviewStatus.DECLINED: Party.NOBODY,
    ReviewStatus.WITHDRAWN: Party.NOBODY,
    ReviewStatus.TERMINATED: Party.NOBODY,
    ReviewStatus.BLOCKED: Party.NOBODY,
}
#: For the architecture test and the drawings: model name -> the table above.
TURN = {"Application": APPLICATION_TURN, "DepartmentReview": REVIEW_TURN}

APPLICATION_FINAL = frozenset(
    {
        ApplicationStatus.CLOSED,
        ApplicationStatus.DECLINED,
        ApplicationStatus.WITHDRAWN,
        ApplicationStatus.TERMINATED,
    }
)
DECISIONS = frozenset({ReviewStatus.APPROVED, ReviewStatus.DENIED})
ENDED_WITHOUT_DECISION = frozenset(
    {ReviewStatus.DECLINED, ReviewStatus.WITHDRAWN, ReviewStatus.TERMINATED, ReviewStatus.BLOCKED}
)
REVIEW_FINAL = DECISIONS | ENDED_WITHOUT_DECISION
FINAL = {"Application": APPLICATION_FINAL, "DepartmentReview": REVIEW_FINAL}

#: A department's own tray: the reviews in which it can act now.
IN_HAND = frozenset({ReviewStatus.ASSIGNED, ReviewStatus.IN_PROGRESS, ReviewStatus.SPECIAL_PROCEDURE})
REVIEW_OPEN = frozenset(ReviewStatus) - REVIEW_FINAL


class ReadThing(TextChoices):
    """What of an application was opened (查阅)."""

    APPLICATION = "application", "办件"
    REVIEW = "review", "事项"
    MATERIAL = "material", "材料"
    DOCUMENT = "document", "文书"


class ReadWhy(TextChoices):
    """By what duty it was opened; what the applicant reads as the reason."""

    HANDLING = "handling", "办理您的事项"
    LEADING = "leading", "牵头部门跟进办理"
    RECEIVING = "receiving", "窗口收件和受理"
    HANDING_OVER = "handing_over", "窗口出件"
    SUPERVISING = "supervising", "督办"
    AUDITING = "auditing", "审计"
    AGENT = "agent", "受委托代办"


class CopyState(TextChoices):
    """How far a personal copy (个人数据副本) has come."""

    ASKED = "asked", "正在准备"
    READY = "ready", "可以下载"
    FAILED = "failed", "没有做成"
    EXPIRED = "expired", "已经过期"
