"""Who may be let in to what is personal, what may leave the house, and what the public may read (section 14)."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hotline.rules.knowledge import is_own
from hotline.rules.redacting import betrays
from hotline.states import Confidentiality
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import HotlineOrder, OrderExport, Publication, UnmaskGrant
    from identity.selectors import Standing

__all__ = [
    "objections_to_export_deciding",
    "objections_to_exporting",
    "objections_to_key",
    "objections_to_opinion",
    "objections_to_publication",
    "objections_to_publication_deciding",
    "objections_to_refusing",
    "objections_to_unmasking",
    "reason_of",
]

#: L1 categories whose matters are nobody's business: medical ones (H-146).
MEDICAL = frozenset({"10"})
_CHILDREN = re.compile(
    r"孩子|儿童|小孩|婴儿|宝宝|幼儿|未成年|小学生|初中生|中学生|(?<!\d)(?:[1-9]|1[0-7])\s*(?:周)?岁"
)


def objections_to_unmasking(reason: str) -> list[str]:
    """Nobody is unmasked without a reason that can be read later (H-142)."""
    return [] if len(reason.strip()) >= 10 else ["请写明解密查看的理由，至少 10 个字"]


def reason_of(grant_id: int) -> str:
    """What a look under an unmasking is noted as: it names the grant, whose keys and whose silence stand on its row (H-142)."""
    return f"解密查看 {grant_id}"


def objections_to_key(grant: "UnmaskGrant", key: int, who: "Standing") -> list[str]:
    """The first key is the hotline head's, the second an inspector's; three different people (H-142)."""
    needed = Permission.RULE_DISPUTES if key == 1 else Permission.AUDIT
    if not who.may(needed):
        return ["第一把钥匙归热线管理机构，第二把归审计"]
    others = [grant.requested_by, grant.first_key_by if key == 2 else grant.second_key_by]
    return ["申请人和两把钥匙要是三个不同的人"] if any(is_own(one, who) for one in others) else []


def objections_to_refusing(grant: "UnmaskGrant", who: "Standing") -> list[str]:
    """Whoever may turn one of the keys may also say no (H-142)."""
    first, second = objections_to_key(grant, 1, who), objections_to_key(grant, 2, who)
    return first if first and second else []


def objections_to_exporting(who: "Standing", reason: str) -> list[str]:
    """A list leaves the house for a purpose, by somebody at work (H-143)."""
    if not who.posts:
        return ["只有工作人员可以导出工单"]
    return [] if reason.strip() else ["请写明导出的用途"]


def objections_to_export_deciding(export: "OrderExport", who: "Standing") -> list[str]:
    """The hotline's head, and not for themselves."""
    if not who.may(Permission.RULE_DISPUTES):
        return ["要由热线管理机构审批"]
    return ["不能审批自己的导出"] if is_own(export.requested_by, who) else []


def objections_to_publication(order: "HotlineOrder", texts: Iterable[str]) -> list[str]:
    """Ended, not secret, neither medical nor about minors, and agreed to or without a person (H-146)."""
    said = [order.contact_name, order.phone, order.id_number]
    words = list(texts)
    objections = []
    if order.archived_at is None:
        objections.append("归档以后才能公开")
    if order.confidential == Confidentiality.SECRET:
        objections.append("保密的诉求不能公开")
    if order.category_l1 in MEDICAL:
        objections.append("涉及医疗健康的诉求不能公开")
    if any(_CHILDREN.search(one) for one in [*words, order.redacted]):
        objections.append("涉及未成年人的诉求不能公开")
    if not order.publish_consent and any(betrays(one, said=said) for one in words):
        objections.append("诉求人没有同意公开，公开的内容不能带有姓名、电话、车牌、住址")
    return objections


def objections_to_publication_deciding(publication: "Publication", who: "Standing") -> list[str]:
    """A second person of the hotline's management (H-146)."""
    if not who.may(Permission.RULE_DISPUTES):
        return ["要由热线管理机构审核"]
    return ["要由第二个人审核"] if is_own(publication.proposed_by, who) else []


def objections_to_opinion(who: "Standing") -> list[str]:
    """What inspectors alone read and settle (H-147)."""
    return [] if who.may(Permission.AUDIT) else ["只有纪检审计人员可以处理"]
