"""What lies on the lists of the centre beside the orders themselves: each list holds what its reader may see."""

from django.db.models import Q, QuerySet

from hotline.models import (
    ArticleDoubt,
    CallBackTask,
    DeskTask,
    DispatchRule,
    FollowUp,
    NumberRestriction,
    OrderExport,
    PanelDecision,
    Parameter,
    PreemptTask,
    Publication,
    QualitySample,
    RetaliationReport,
    SampleCheck,
    UnmaskGrant,
)
from hotline.rules.desk import kinds_of
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

__all__ = [
    "article_doubts",
    "call_backs",
    "desk_tasks",
    "dispatch_rules",
    "exports",
    "follow_ups",
    "number_restrictions",
    "parameters",
    "preempt_tasks",
    "publications",
    "quality_samples",
    "reconsiderations",
    "retaliation_reports",
    "sample_checks",
    "unmask_grants",
]


def call_backs(account: Account) -> QuerySet[CallBackTask]:
    """漏接回拨: every agent's (H-16)."""
    return _for(account, CallBackTask.objects.select_related("done_by__person"), Permission.TAKE_CALLS)


def desk_tasks(account: Account) -> QuerySet[DeskTask]:
    """待核事项 of the kinds that this account's posts look at (H-17, H-23, H-87)."""
    rows = DeskTask.objects.select_related("hotline_order", "done_by__person")
    return rows.filter(kind__in=kinds_of(standing(account)))


def unmask_grants(account: Account) -> QuerySet[UnmaskGrant]:
    """解密查看: all of them for those who hold a key, one's own otherwise (H-142)."""
    rows = UnmaskGrant.objects.select_related(
        "hotline_order", "requested_by__person", "first_key_by__person", "second_key_by__person"
    )
    who = standing(account)
    if who.may(Permission.RULE_DISPUTES) or who.may(Permission.AUDIT):
        return rows
    return rows.filter(requested_by=account)


def exports(account: Account) -> QuerySet[OrderExport]:
    """工单导出: all of them for the hotline's head and the auditors, one's own otherwise (H-143)."""
    rows = OrderExport.objects.select_related("requested_by__person", "decided_by__person")
    who = standing(account)
    if who.may(Permission.RULE_DISPUTES) or who.may(Permission.AUDIT):
        return rows
    return rows.filter(requested_by=account)


def publications(account: Account) -> QuerySet[Publication]:
    """公开的诉求, to the desks of the hotline and the auditors (H-146)."""
    rows = Publication.objects.select_related("hotline_order", "proposed_by__person", "approved_by__person")
    desk = (Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK, Permission.AUDIT)
    return _for(account, rows, *desk)


def preempt_tasks(account: Account) -> QuerySet[PreemptTask]:
    """未诉先办: all for whoever oversees, to a department what it leads (H-170)."""
    rows = PreemptTask.objects.select_related("lead", "region", "group", "alert", "made_by__person")
    who = standing(account)
    over = (Permission.RULE_DISPUTES, Permission.SUPERVISE, Permission.AUDIT)
    if any(map(who.may, over)):
        return rows
    return rows.filter(lead__in=who.departments(Permission.HANDLE_ORDERS))


def sample_checks(account: Account) -> QuerySet[SampleCheck]:
    """抽查 of what was shelved or withdrawn (H-108, H-135)."""
    rows = SampleCheck.objects.select_related("hotline_order", "department", "checked_by__person")
    return _for(account, rows, Permission.CALL_BACK, Permission.SUPERVISE)


def quality_samples(account: Account) -> QuerySet[QualitySample]:
    """话务质检, for the head of the shift (H-183)."""
    rows = QualitySample.objects.select_related("hotline_order", "agent__person", "checked_by__person")
    return _for(account, rows, Permission.RULE_DISPUTES)


def retaliation_reports(account: Account) -> QuerySet[RetaliationReport]:
    """打击报复线索, for the inspectors alone (H-147)."""
    rows = RetaliationReport.objects.select_related("hotline_order", "closed_by__person")
    return _for(account, rows, Permission.AUDIT)


def number_restrictions(account: Account) -> QuerySet[NumberRestriction]:
    """号码限制: the ladder, for those who climb it and those who hear appeals (H-137, H-138)."""
    rows = NumberRestriction.objects.select_related("by__person", "decided_by__person")
    return _for(account, rows, Permission.CHECK_RESULTS, Permission.RULE_DISPUTES, Permission.AUDIT)


def reconsiderations(account: Account) -> QuerySet[PanelDecision]:
    """复核: panel decisions that somebody asked to be looked at again (H-115)."""
    rows = PanelDecision.objects.filter(reconsidered_at__isnull=False)
    return _for(account, rows.select_related("hotline_order"), Permission.RULE_DISPUTES)


def dispatch_rules(account: Account) -> QuerySet[DispatchRule]:
    """Rows of 派单目录 that somebody proposed, such as after a ruling (H-80, H-91)."""
    rows = DispatchRule.objects.filter(Q(proposed_by__isnull=False) | Q(approved_at=None))
    rows = rows.select_related("department", "region", "proposed_by__person", "approved_by__person")
    return _for(account, rows, Permission.RULE_DISPUTES, Permission.DISPATCH)


def article_doubts(account: Account) -> QuerySet[ArticleDoubt]:
    """知识纠错, for those who keep the knowledge base (H-182)."""
    rows = ArticleDoubt.objects.select_related("article", "by__person", "settled_by__person")
    return _for(account, rows, Permission.RULE_DISPUTES, Permission.EDIT_CATALOGUE)


def parameters(account: Account) -> QuerySet[Parameter]:
    """Every number that may be set, as it is now; for the hotline's head (H-162)."""
    newest = Parameter.objects.order_by("name", "-valid_from").distinct("name").values("pk")
    rows = Parameter.objects.filter(pk__in=newest).select_related("set_by__person")
    return _for(account, rows, Permission.RULE_DISPUTES)


def follow_ups(account: Account) -> QuerySet[FollowUp]:
    """办结后跟踪: who was asked whether it is still solved, and what they said (H-189)."""
    rows = FollowUp.objects.select_related("hotline_order", "reopened_as")
    return _for(account, rows, Permission.CALL_BACK, Permission.RULE_DISPUTES, Permission.SUPERVISE)


def _for(account: Account, rows: QuerySet, *permissions: Permission) -> QuerySet:
    """All of them to whoever has one of these, else none."""
    who = standing(account)
    return rows if any(map(who.may, permissions)) else rows.filter(Q(pk__in=[]))
