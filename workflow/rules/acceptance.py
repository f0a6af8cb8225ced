"""收件 and 受理: who may take papers in, ask for corrections once, or decline."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bundles.spec import Source
from identity.roles import Permission
from workflow.rules.handling import objections_to_both_roles, objections_to_membership
from workflow.states import DeclineGround

if TYPE_CHECKING:
    from identity.selectors import Standing
    from workflow.models import DepartmentReview, SubmittedMaterial

#: Where a missing paper is never the applicant's to mend (I-07).
_NEVER_ASKED = frozenset({Source.SHARED, Source.LICENCE})


@dataclass(frozen=True)
class Defect:
    """What is wrong with one paper, by which rule, and how to mend it (I-31)."""

    material: str
    defect: str
    basis: str
    how_to_fix: str


def objections_to_receiving(who: "Standing") -> list[str]:
    """收件 is the front's (I-01)."""
    return [] if who.may(Permission.RECEIVE) else ["只有综合窗口人员可以收件"]


def objections_to_answering(review: "DepartmentReview", who: "Standing") -> list[str]:
    """The joint review is answered by the review's own department, by somebody who did not take it in."""
    objections = objections_to_membership(review, who, Permission.REVIEW)
    return objections + objections_to_both_roles(review.application, who)


def objections_to_mandate(covered: Collection["DepartmentReview"], who: "Standing") -> list[str]:
    """Under a 授权书 the front accepts for the departments that gave it (C-04)."""
    if not who.may(Permission.ACCEPT_UNDER_MANDATE):
        return ["您的岗位不能受理，请交由部门受理"]
    return [] if covered else ["没有部门授权您受理这些事项，请交由部门受理"]


def objections_to_defects(
    defects: Sequence[Defect], materials: Collection["SubmittedMaterial"], codes: Collection[str]
) -> list[str]:
    """Every entry complete (I-31), only papers of the matter (I-29), none that data can fill (I-07)."""
    if not defects:
        return ["请列明要补正的材料"]
    known = {material.name: material for material in materials if set(material.needed_by) & set(codes)}
    objections = []
    for defect in defects:
        material = known.get(defect.material)
        if material is None:
            objections.append(f"“{defect.material}”不是本事项的申请材料，不能要求提交")
        elif not may_be_asked(material):
            objections.append(f"“{defect.material}”由系统调取或核验，不能要求申请人补正")
        objections += _incomplete(defect)
    return objections


def may_be_asked(material: "SubmittedMaterial") -> bool:
    """What data can fill is nobody's to bring, unless somebody brought it (I-07)."""
    return material.source not in _NEVER_ASKED or material.file_id is not None


def _incomplete(defect: Defect) -> list[str]:
    parts = {"问题": defect.defect, "依据": defect.basis, "如何补正": defect.how_to_fix}
    return [f"“{defect.material}”缺少“{label}”" for label, text in parts.items() if not text.strip()]


def objections_to_declining(ground: str, target_organ: str, *, after_correction: bool) -> list[str]:
    """I-38: the closed list; outside one's power names the right organ; not corrected only after a correction."""
    if ground not in DeclineGround.values:
        return ["不予受理事由须从规定的四项中选择"]
    if ground == DeclineGround.OUTSIDE_POWER and not target_organ.strip():
        return ["不属于本机关职权的，要写明应当向哪个机关申请"]
    if ground == DeclineGround.NOT_CORRECTED and not after_correction:
        return ["还没有发出补正告知，不能以未补正为由不予受理"]
    return []
