"""The facts of an order as lines of the timeline that whoever complained follows, in the language of the page (H-74)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from common.speaking import local_text
from hotline import events as e

__all__ = ["line_for_citizen"]

#: What the citizen reads: neither returns nor disputes, and nobody's name but the department's.
CITIZEN: Mapping[type[e.OrderFact], Callable[[Any], str]] = {
    e.OrderRegistered: lambda _fact: _("诉求已经登记"),
    e.OrderTransferred: lambda _fact: _("已转接紧急热线"),
    e.OrderGuided: lambda _fact: _("已告知应当走的法定途径"),
    e.OrderAccepted: lambda _fact: _("诉求已经受理"),
    e.OrderAnswered: lambda _fact: _("已经直接答复"),
    e.OrderAnswerVoided: lambda _fact: _("已重新受理"),
    e.OrderDispatched: lambda fact: _("已转%(host)s办理") % {"host": local_text(fact.host)},
    e.OrderSigned: lambda fact: _("%(host)s已经接手") % {"host": local_text(fact.host)},
    e.ContactLogged: lambda fact: _("%(host)s联系过您") % {"host": local_text(fact.host)},
    e.ProgressTold: lambda _fact: _("告知进展"),
    e.SupplementAdded: lambda _fact: _("您补充了内容"),
    e.ClockPaused: lambda _fact: _("等待您补充，时限暂停"),
    e.ClockResumed: lambda _fact: _("继续办理"),
    e.ExtensionDecided: lambda fact: _("办理时限延长") if fact.approved else "",
    e.OrderReplied: lambda _fact: _("已经答复，请您评价"),
    e.OrderShelved: lambda _fact: _("需要较长时间才能解决，已经列入台账"),
    e.OrderResumed: lambda _fact: _("恢复办理"),
    e.OrderWrittenOff: lambda _fact: _("问题解决，正在核实"),
    e.OrderSurveyed: lambda _fact: _("您已经评价"),
    e.OrderReworked: lambda _fact: _("评价不满意，退回重新办理"),
    e.PanelDecided: lambda _fact: _("已经作出书面认定"),
    e.OrderClosed: lambda _fact: _("已经办结归档"),
    e.OrderReopened: lambda _fact: _("按您的要求重新办理"),
    e.OrderWithdrawn: lambda _fact: _("您撤回了诉求"),
    e.OrderMerged: lambda _fact: _("与您之前的诉求合并办理"),
    e.OrderUrged: lambda fact: _("您催办了一次") if fact.kind == "citizen" else "",
}


def line_for_citizen(fact: Any) -> str:
    """What happened; empty for what is not theirs to follow."""
    tell = CITIZEN.get(type(fact))
    return tell(fact) if tell else ""
