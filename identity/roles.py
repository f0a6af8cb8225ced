"""Posts and what they may do, as data: the one place that answers "may a dispatcher decide?"."""

from collections.abc import Mapping
from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What somebody is posted as in a department (岗位)."""

    FRONT_CLERK = "front_clerk", _("综窗收件")
    EXIT_CLERK = "exit_clerk", _("出件窗口")
    CHIEF_REPRESENTATIVE = "chief_representative", _("首席事务代表")
    REVIEWER = "reviewer", _("部门审查")
    CALL_AGENT = "call_agent", _("话务员")
    DISPATCHER = "dispatcher", _("派单员")
    CALLBACK_OFFICER = "callback_officer", _("回访员")
    HOTLINE_HEAD = "hotline_head", _("热线管理")
    SUPERVISOR = "supervisor", _("督办")
    LEADER = "leader", _("领导")
    AUDITOR = "auditor", _("审计")
    EDITOR = "editor", _("事项目录编辑")


class Employer(TextChoices):
    """Who pays somebody at a post (H-04): answering calls may be outsourced, handling may not."""

    OWN = "own", _("本单位")
    THIRD_PARTY = "third_party", _("外包单位")


#: Posts that handle, rule or manage: only the department's own people hold them (H-04).
NEVER_OUTSOURCED = frozenset({Role.REVIEWER, Role.CHIEF_REPRESENTATIVE, Role.HOTLINE_HEAD, Role.LEADER})


class Permission(Enum):
    """One thing a post allows; services and rules ask for these, never for roles."""

    RECEIVE = "receive"
    ACCEPT_UNDER_MANDATE = "accept_under_mandate"
    REVIEW = "review"
    DECIDE = "decide"
    APPROVE_EXTENSION = "approve_extension"
    HAND_OVER = "hand_over"
    TERMINATE = "terminate"
    TAKE_CALLS = "take_calls"
    DISPATCH = "dispatch"
    CALL_BACK = "call_back"
    RULE_DISPUTES = "rule_disputes"
    HANDLE_ORDERS = "handle_orders"
    HEAD_ORDERS = "head_orders"
    CHECK_RESULTS = "check_results"
    SHELVE_ORDERS = "shelve_orders"
    INVESTIGATE_RATINGS = "investigate_ratings"
    EDIT_CATALOGUE = "edit_catalogue"
    SUPERVISE = "supervise"
    AUDIT = "audit"
    READ_STATISTICS = "read_statistics"


_DESK = frozenset({Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK})

#: Every role appears once; a test holds us to that.
GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.FRONT_CLERK: frozenset({Permission.RECEIVE, Permission.ACCEPT_UNDER_MANDATE}),
    Role.EXIT_CLERK: frozenset({Permission.HAND_OVER}),
    Role.CHIEF_REPRESENTATIVE: frozenset(
        {
            Permission.ACCEPT_UNDER_MANDATE,
            Permission.REVIEW,
            Permission.DECIDE,
            Permission.APPROVE_EXTENSION,
            Permission.TERMINATE,
            Permission.HANDLE_ORDERS,
            Permission.HEAD_ORDERS,
            Permission.READ_STATISTICS,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Permission.REVIEW,
            Permission.DECIDE,
            Permission.TERMINATE,
            Permission.HANDLE_ORDERS,
        }
    ),
    Role.CALL_AGENT: frozenset({Permission.TAKE_CALLS}),
    Role.DISPATCHER: frozenset({Permission.DISPATCH, Permission.CHECK_RESULTS}),
    Role.CALLBACK_OFFICER: frozenset({Permission.CALL_BACK}),
    Role.HOTLINE_HEAD: _DESK
    | {Permission.CHECK_RESULTS, Permission.RULE_DISPUTES, Permission.READ_STATISTICS},
    Role.SUPERVISOR: frozenset(
        {
            Permission.SUPERVISE,
            Permission.INVESTIGATE_RATINGS,
            Permission.READ_STATISTICS,
        }
    ),
    Role.LEADER: frozenset(
        {Permission.READ_STATISTICS, Permission.APPROVE_EXTENSION, Permission.SHELVE_ORDERS}
    ),
    Role.AUDITOR: frozenset({Permission.AUDIT, Permission.READ_STATISTICS}),
    Role.EDITOR: frozenset({Permission.EDIT_CATALOGUE}),
}


class Power(TextChoices):
    """What an agent may do for the principal (I-170)."""

    FILL = "fill", _("代为填报")
    SUBMIT = "submit", _("代为提交")
    RECEIVE = "receive", _("代为领取结果")
