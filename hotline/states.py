"""Where a hotline order can be, whose move it is there, where it ends, and every closed list of hotline.md."""

from collections.abc import Mapping

from django.db.models import IntegerChoices, TextChoices

from common.states import Party


class OrderStatus(TextChoices):
    """工单状态, hotline.md section 5."""

    REGISTERED = "registered", "已登记待受理"
    GUIDED_ELSEWHERE = "guided_elsewhere", "告知途径"
    EMERGENCY_TRANSFERRED = "emergency_transferred", "紧急转接"
    INVALID = "invalid", "无效来电"
    ACCEPTED = "accepted", "已受理待派单"
    DIRECT_ANSWERED = "direct_answered", "直接答复"
    DISPATCHED = "dispatched", "已派单待签收"
    RETURN_REVIEW = "return_review", "退单审核"
    DISPUTED = "disputed", "职责争议裁定"
    HANDLING = "handling", "办理中"
    SHELVED = "shelved", "挂账"
    CLOSE_REVIEW = "close_review", "办结审核"
    CALLBACK = "callback", "待回访"
    REWORK = "rework", "重办中"
    WITHDRAWN = "withdrawn", "已撤诉"
    MERGED = "merged", "已并单"
    ARCHIVED = "archived", "已归档"


_S = OrderStatus

#: Whose move it is, by machine. Every status appears once; a test holds us to that.
TURN: Mapping[str, Mapping[str, Party]] = {
    "HotlineOrder": {
        _S.REGISTERED: Party.HOTLINE,
        _S.GUIDED_ELSEWHERE: Party.NOBODY,
        _S.EMERGENCY_TRANSFERRED: Party.NOBODY,
        _S.INVALID: Party.NOBODY,
        _S.ACCEPTED: Party.HOTLINE,
        _S.DIRECT_ANSWERED: Party.APPLICANT,
        _S.DISPATCHED: Party.DEPARTMENT,
        _S.RETURN_REVIEW: Party.HOTLINE,
        _S.DISPUTED: Party.HOTLINE,
        _S.HANDLING: Party.DEPARTMENT,
        _S.SHELVED: Party.DEPARTMENT,
        _S.CLOSE_REVIEW: Party.HOTLINE,
        _S.CALLBACK: Party.HOTLINE,
        _S.REWORK: Party.DEPARTMENT,
        _S.WITHDRAWN: Party.NOBODY,
        _S.MERGED: Party.NOBODY,
        _S.ARCHIVED: Party.NOBODY,
    },
}

#: Where nobody moves any more; only T-33 leaves an archived order.
FINAL: Mapping[str, frozenset[str]] = {
    machine: frozenset(status for status, party in turn.items() if party is Party.NOBODY)
    for machine, turn in TURN.items()
}

#: In these some department holds the order, so exactly one host assignment is open (H-30).
HOSTED = frozenset(
    {
        _S.DISPATCHED,
        _S.RETURN_REVIEW,
        _S.DISPUTED,
        _S.HANDLING,
        _S.CLOSE_REVIEW,
        _S.SHELVED,
        _S.REWORK,
    }
)

#: Everything that has not ended.
OPEN = frozenset(_S) - FINAL["HotlineOrder"]

#: What the citizen reads (H-74); returns and disputes are our own business.
PUBLIC_WORDS: Mapping[str, str] = {
    _S.REGISTERED: "已受理",
    _S.GUIDED_ELSEWHERE: "已告知其他途径",
    _S.EMERGENCY_TRANSFERRED: "已告知其他途径",
    _S.INVALID: "已办结",
    _S.ACCEPTED: "已受理",
    _S.DIRECT_ANSWERED: "已答复待评价",
    _S.DISPATCHED: "转办中",
    _S.RETURN_REVIEW: "转办中",
    _S.DISPUTED: "转办中",
    _S.HANDLING: "办理中",
    _S.SHELVED: "需较长时间",
    _S.CLOSE_REVIEW: "办理中",
    _S.CALLBACK: "已答复待评价",
    _S.REWORK: "重新办理",
    _S.WITHDRAWN: "已办结",
    _S.MERGED: "已合并",
    _S.ARCHIVED: "已办结",
}


class Channel(TextChoices):
    """渠道: the thirteen mouths of the one door (H-10)."""

    PHONE = "phone", "12345 电话"
    WEB = "web", "网站"
    MINI = "mini", "小程序和 App"
    WECHAT = "wechat", "微信公众号"
    MEDIA = "media", "媒体留言板"
    LEADER = "leader", "领导信箱"
    PETITION = "petition", "信访"
    SAFETY = "safety", "安全生产举报"
    PRIVATE_ENT = "private_ent", "非公企业维权"
    P110 = "p110", "110 非警务警情"
    EVAL = "eval", "好差评转入"
    PORTAL_CASE = "portal_case", "办件过程"
    OPEN311 = "open311", "第三方应用"


class Intake(TextChoices):
    """What a delivery became: an order of its own, one that was there, words on one that waits for them."""

    NEW = "new", "新登记"
    REPEATED = "repeated", "重复送达"
    CONTINUED = "continued", "续接前单"


class OrderType(TextChoices):
    """诉求类型."""

    INQUIRY = "inquiry", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    SUGGESTION = "suggestion", "意见建议"
    PRAISE = "praise", "表扬"


class Urgency(TextChoices):
    """紧急程度 (H-151)."""

    NORMAL = "normal", "一般"
    URGENT = "urgent", "紧急"
    EMERGENCY = "emergency", "特急"

    @property
    def rank(self) -> int:
        """0 is the least urgent."""
        return list(Urgency).index(self)


class Unit(TextChoices):
    """What a limit is counted in (H-150)."""

    NATURAL_HOURS = "natural_hours", "小时"
    WORKING_HOURS = "working_hours", "工作小时"
    WORKING_DAYS = "working_days", "个工作日"


class Lamp(TextChoices):
    """红黄灯 (H-122, E-80)."""

    GREEN = "green", "正常"
    YELLOW = "yellow", "将到期"
    RED = "red", "已超期"
    GREY = "grey", "计时暂停"


class Confidentiality(TextChoices):
    """保密级别 (H-140)."""

    OPEN = "open", "公开"
    MASKED = "masked", "隐去身份"
    SECRET = "secret", "严格保密"


class ComplainantKind(TextChoices):
    """诉求人."""

    NATURAL_PERSON = "natural_person", "个人"
    LEGAL_PERSON = "legal_person", "企业"
    OTHER = "other", "其他组织"


class ClassifiedBy(TextChoices):
    """Who chose the category."""

    AUTO = "auto", "系统"
    AGENT = "agent", "话务员"
    DISPATCHER = "dispatcher", "派单员"


class AssignmentRole(TextChoices):
    """主办 or 协办."""

    HOST = "host", "主办"
    ASSIST = "assist", "协办"


class AssignmentState(TextChoices):
    """Whether the department still holds its part."""

    OPEN = "open", "在办"
    RETURNED = "returned", "已退回"
    REPLACED = "replaced", "已改派"
    DONE = "done", "已办结"
    CANCELLED = "cancelled", "已取消"


class ContactOutcome(TextChoices):
    """What came of a contact (H-94)."""

    REACHED = "reached", "已联系上"
    NO_ANSWER = "no_answer", "无人接听"
    REFUSED = "refused", "拒绝沟通"
    WRONG = "wrong", "号码有误"


class HandleResult(TextChoices):
    """办理结果."""

    SOLVED = "solved", "已解决"
    PARTIAL = "partial", "部分解决"
    EXPLAINED = "explained", "解释说明"
    UNSOLVED = "unsolved", "未解决"


class Solved(TextChoices):
    """What the complainant says of it (H-111, question 2)."""

    YES = "yes", "已解决"
    PARTIAL = "partial", "部分解决"
    NO = "no", "没有解决"


class SurveyLevel(IntegerChoices):
    """五级评价, the same codes as 好差评 (H-111, H-113)."""

    VERY_BAD = 1, "非常不满意"
    BAD = 2, "不满意"
    FAIR = 3, "基本满意"
    GOOD = 4, "满意"
    VERY_GOOD = 5, "非常满意"

    @property
    def is_bad(self) -> bool:
        """Not to be archived without rework or a panel (H-72)."""
        return self <= SurveyLevel.BAD


class CloseReason(TextChoices):
    """归档原因."""

    GOOD_REVIEW = "good_review", "好评办结"
    DIRECT = "direct", "直接答复"
    NO_CONTACT = "no_contact", "回访无法联系"
    UNREASONABLE = "unreasonable", "诉求不合理"
    REWORK_EXHAUSTED = "rework_exhausted", "两次重办后终结"
    WRITTEN_OFF = "written_off", "销账"
    EXEMPT = "exempt", "免回访"


class GuideReason(TextChoices):
    """分类引导的九种情形 (H-22)."""

    LITIGATION = "litigation", "诉讼"
    ARBITRATION = "arbitration", "仲裁"
    DISCIPLINE = "discipline", "纪检监察"
    RECONSIDERATION = "reconsideration", "行政复议"
    DISCLOSURE = "disclosure", "政府信息公开"
    PETITION = "petition", "已进入信访程序"
    UNLAWFUL = "unlawful", "违法或者违背公序良俗"
    SECRETS = "secrets", "涉及国家秘密、工作秘密、商业秘密、个人隐私"
    EMERGENCY = "emergency", "属于紧急热线的事项"


class InvalidReason(TextChoices):
    """无效来电 (T-04)."""

    SILENT = "silent", "无声电话"
    WRONG_NUMBER = "wrong_number", "打错电话"
    ABUSE = "abuse", "辱骂骚扰"


class ShelveReason(TextChoices):
    """挂账事由 (H-106)."""

    PLANNING = "planning", "规划或政策未到位"
    FUNDS = "funds", "资金未落实"
    OWNERSHIP = "ownership", "历史遗留权属不清"
    SEASON = "season", "季节性施工"
    LITIGATION = "litigation", "诉讼或仲裁进行中"
    HIGHER_POWER = "higher_power", "上级事权"


class PauseReason(TextChoices):
    """What stops a clock besides 挂账 (H-152)."""

    SUPPLEMENT = "supplement", "等待诉求人补充"
    OUTAGE = "outage", "平台故障"


class RequestState(TextChoices):
    """How a request of a department stands."""

    PENDING = "pending", "待审核"
    APPROVED = "approved", "已同意"
    REJECTED = "rejected", "未同意"
    LAPSED = "lapsed", "逾期未批"


class ResultDefect(TextChoices):
    """办结审核的退回原因 (H-97, M-21)."""

    DEMAND_UNANSWERED = "demand_unanswered", "没有逐项回应诉求"
    CONTACT_UNPROVED = "contact_unproved", "没有联系记录"
    EVIDENCE_MISSING = "evidence_missing", "缺少佐证"
    BASIS_MISSING = "basis_missing", "缺少依据"
    TONE = "tone", "措辞不当"
    LEAKAGE = "leakage", "泄露诉求人信息"


class PanelGround(TextChoices):
    """不合理诉求的认定标准 (H-115)."""

    AGAINST_LAW = "against_law", "违反法律政策"
    BEYOND_REASON = "beyond_reason", "超出合理范围"
    ALREADY_SETTLED = "already_settled", "已依法处理完毕"
    FACT_DISPROVED = "fact_disproved", "所述事实不成立"


class ExclusionCode(TextChoices):
    """指标剔除 (section 16)."""

    X1 = "X1", "撤诉"
    X2 = "X2", "并单"
    X3 = "X3", "挂账"
    X4 = "X4", "无效、引导或紧急转接"
    X5 = "X5", "匿名或无法联系"
    X6 = "X6", "诉求不合理"
    X7 = "X7", "不可抗力"
    X8 = "X8", "批量诉求"


class SupervisionLevel(IntegerChoices):
    """督办层级 (H-123)."""

    CONTACT = 1, "经办督办"
    HEAD = 2, "负责人督办"
    INSPECTORATE = 3, "政府督查室督办"


class SupervisionCause(TextChoices):
    """督办事由 (H-123)."""

    OVERDUE = "overdue", "超期"
    BAD_REVIEWS = "bad_reviews", "两次评价不满意"
    URGES = "urges", "多次催办"
    HOT_SPOT = "hot_spot", "红色预警"
    INSTRUCTION = "instruction", "领导批示"
    IMPROPER_RETURNS = "improper_returns", "多次不当退单"
    SHELVE_REVIEW = "shelve_review", "挂账未按期复核"
    RULING_REFUSED = "ruling_refused", "裁定后拒不签收"


class AbuseKind(TextChoices):
    """What an agent marks a call as (H-137)."""

    SILENT = "silent", "无声骚扰"
    ABUSIVE = "abusive", "辱骂"


class RestrictionStage(TextChoices):
    """恶意骚扰的处置阶梯 (H-137), mildest first."""

    WARNING = "warning", "警告"
    VOICEMAIL = "voicemail", "只转语音留言"
    RESTRICTED = "restricted", "限制呼入"
    POLICE = "police", "移送公安机关"

    @property
    def rank(self) -> int:
        """0 is the mildest."""
        return list(RestrictionStage).index(self)


class SampleKind(TextChoices):
    """What is drawn for a second look."""

    SHELVING = "shelving", "挂账抽查"
    WITHDRAWAL = "withdrawal", "撤诉抽查"


class ArticleKind(TextChoices):
    """What an article is."""

    ANSWER = "answer", "问答"
    OUTAGE = "outage", "停供公告"


class ArticleState(TextChoices):
    """How far an article is, and whether it may still be used (H-24, H-180, H-181)."""

    DRAFT = "draft", "草稿"
    OWNER_CONFIRMED = "owner_confirmed", "部门已确认"
    PUBLISHED = "published", "已发布"
    STALE = "stale", "待更新"
    EXPIRED = "expired", "已失效"


class SampleReason(TextChoices):
    """Why a call was drawn (H-183)."""

    SHARE = "share", "按比例抽取"
    EMERGENCY = "emergency", "紧急来电"
    ABOUT_AGENT = "about_agent", "反映话务员"


class PublicationState(TextChoices):
    """How far the public version of an order is (H-146)."""

    PROPOSED = "proposed", "待审核"
    PUBLISHED = "published", "已公开"
    REFUSED = "refused", "不公开"


class DeskTaskKind(TextChoices):
    """What a desk of the centre is to look at."""

    EMERGENCY_OUTCOME = "emergency_outcome", "紧急转接的结果核查"
    EMERGENCY_CONFIRM = "emergency_confirm", "特急派单的人工确认"
    GUIDED_REFUSED = "guided_refused", "引导后被拒的复核"
    SOURCE_FEEDBACK = "source_feedback", "向来源反馈失败"


class AlertLevel(TextChoices):
    """蓝黄橙红 (H-166)."""

    BLUE = "blue", "蓝色"
    YELLOW = "yellow", "黄色"
    ORANGE = "orange", "橙色"
    RED = "red", "红色"


class Disposition(TextChoices):
    """What somebody made of an alert (H-167)."""

    CONFIRMED = "confirmed", "属实"
    FALSE_ALARM = "false_alarm", "误报"
    MERGED = "merged", "并入"


class IssueState(TextChoices):
    """Whether an issue is settled (H-168)."""

    OPEN = "open", "治理中"
    CLOSED = "closed", "已销号"


class PreemptSource(TextChoices):
    """Where 未诉先办 comes from (H-170, H-173)."""

    SEASON = "season", "季节性预警"
    TREND = "trend", "苗头性预警"
    BLOCKED = "blocked", "办事堵点"
    OUTAGE = "outage", "计划停供"
    POLICY = "policy", "政策施行"
    WEATHER = "weather", "气象预警"
    INSPECTION = "inspection", "体检和巡查"
    STREET = "street", "居民议事"
