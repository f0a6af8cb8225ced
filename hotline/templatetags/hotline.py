"""What the hotline's pages show again and again: lamps, dues, categories, who complained."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.crypto import mask_name
from hotline.models import HotlineOrder
from hotline.rules.seeing import Seen
from hotline.selectors.tree import current_tree
from hotline.states import AlertLevel, Lamp
from identity.roles import Permission
from identity.selectors import departments, standing

register = template.Library()

TONES: Mapping[str, str] = {
    Lamp.GREEN: "done",
    Lamp.YELLOW: "attention",
    Lamp.RED: "late",
    Lamp.GREY: "waiting",
}

#: Pages beside the queues, and the posts they are for.
LINKS: tuple[tuple[Any, str, tuple[Permission, ...]], ...] = (
    ("登记来电", "hotline:intake", (Permission.TAKE_CALLS,)),
    (
        "知识库",
        "hotline:articles",
        (Permission.TAKE_CALLS, Permission.HANDLE_ORDERS, Permission.RULE_DISPUTES),
    ),
    (
        "热点和预警",
        "hotline:alerts",
        (Permission.RULE_DISPUTES, Permission.SUPERVISE, Permission.READ_STATISTICS, Permission.AUDIT),
    ),
    (
        "督办",
        "hotline:supervisions",
        (Permission.SUPERVISE, Permission.HANDLE_ORDERS, Permission.RULE_DISPUTES),
    ),
    (
        "指标",
        "hotline:figures",
        (Permission.READ_STATISTICS, Permission.SUPERVISE, Permission.AUDIT, Permission.HANDLE_ORDERS),
    ),
    ("待办清单", "hotline:worklists", tuple(Permission)),
    ("报告", "hotline:reports", (Permission.SUPERVISE, Permission.AUDIT, Permission.RULE_DISPUTES)),
)


@register.inclusion_tag("components/status_tag.html")
def lamp_tag(lamp: Lamp | None) -> dict[str, Any]:
    """The lamp in words and tone; nothing where there is none (H-122)."""
    return {"label": lamp.label if lamp else "", "tone": TONES.get(lamp or "", "waiting")}


@register.inclusion_tag("components/status_tag.html")
def level_tag(level: str, label: str) -> dict[str, Any]:
    """蓝黄橙红 in words and tone (H-166)."""
    tones = {AlertLevel.RED: "late", AlertLevel.ORANGE: "late", AlertLevel.YELLOW: "attention"}
    return {"label": label, "tone": tones.get(AlertLevel(level), "active")}


@register.inclusion_tag("components/status_tag.html")
def due_tag(order: HotlineOrder, column: str = "state_due_at") -> dict[str, Any]:
    """By when this state must be left; vermilion once it is over (H-71)."""
    due: datetime | None = getattr(order, column) or order.review_due_at
    if due is None:
        return {"label": "—", "tone": "waiting"}
    told = date_format(timezone.localtime(due), "n月j日 H:i")
    late = due < timezone.now()
    return {
        "label": _("%(time)s 已超") % {"time": told} if late else told,
        "tone": "late" if late else "waiting",
    }


@register.simple_tag
def category_name(order: HotlineOrder) -> str:
    """The category in words."""
    found = current_tree().categories.get(order.category_l2)
    return found.name if found else order.category_l2


@register.simple_tag
def department_name(code: str) -> str:
    """The department of this code in words."""
    return next((one.name for one in departments().values() if one.code == code), code)


@register.filter
def moment_words(written: str) -> str:
    """A moment kept as text, as people write it."""
    return date_format(timezone.localtime(datetime.fromisoformat(written)), "n月j日 H:i")


@register.simple_tag
def seen_name(seen: Mapping[int, Seen], order: HotlineOrder) -> str:
    """Who complained, as this reader may know (H-140); in a list nobody is read whole without a trace (H-06)."""
    one = seen[order.pk]
    return (mask_name(one.name) if one.reveals else one.name) or "—"


@register.simple_tag(takes_context=True)
def desk_links(context: Context) -> list[tuple[str, str]]:
    """The pages beside the queues that this account's posts open."""
    who = standing(context["request"].user)
    return [(_(label), reverse(name)) for label, name, needed in LINKS if any(map(who.may, needed))]
