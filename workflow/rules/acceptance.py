"""收件 and 受理: who may take papers in, ask for corrections once, or decline."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bundles.spec import Source
from identity.roles import Permission
from workflow.rules.ending import objections_to_acting_for
from workflow.rules.handling import objections_to_both_roles, objections_to_membership
from workflow.states import Answer, DeclineGround, MaterialMode, ReviewStatus

if TYPE_CHECKING:
    from identity.selectors import Standing
    from workflow.models import Application, DepartmentReview, SubmittedMaterial

#: Where a missing paper is never the applicant's to mend (I-07).
NEVER_ASKED = frozenset({Source.SHARED, Source.LICENCE})
#: Papers that are not there and need not be yet: promised, to follow later, or made by an earlier step.
_NOT_YET_ASKED = frozenset({MaterialMode.COMMITMENT, MaterialMode.DEFERRED, MaterialMode.AWAITED})


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


def objections_to_another_answer(review: "DepartmentReview", *, adding: bool = False) -> list[str]:
    """A department says its word once; until the notice goes out it may add to its list (I-34, I-103)."""
    if review.is_final:
        return ["本事项已经结束，不能再答复材料审查"]
    if review.accepted_at is not None:
        return ["本事项已经受理，不能再答复材料审查"]
    if review.status == ReviewStatus.CORRECTING:
        return ["正在等申请人补正，补齐以前不能答复"]
    if review.answer and not (adding and review.answer == Answer.CORRECTION):
        return ["本部门已经答复过材料审查，等其他部门答复后一并告知"]
    return []


def objections_to_late_correction(application: "Application", now: datetime) -> list[str]:
    """After five working days nothing may be asked for any more: the papers count as complete (C-05, I-32)."""
    last = application.answer_due_at
    return ["收件已满五个工作日，不能再要求补正，按视为受理办理"] if last is not None and now > last else []


def is_silent(review: "DepartmentReview", application: "Application", now: datetime) -> bool:
    """Its department has said nothing about its papers, and the time for it is over (I-33, I-36, I-103)."""
    if not review.papers_open or review.answer:
        return False
    due = review.confirm_due_at or application.joint_due_at
    return due is not None and now > due


def objections_to_supplying_for(application: "Application", who: "Standing") -> list[str]:
    """Papers are brought by the applicant or who acts for them, or taken in at the window (I-35, I-50)."""
    return [] if who.may(Permission.RECEIVE) else objections_to_acting_for(application, who)


def objections_to_mandate(covered: Collection["DepartmentReview"], who: "Standing") -> list[str]:
    """Under a 授权书 the front accepts for the departments that gave it (C-04)."""
    if not who.may(Permission.ACCEPT_UNDER_MANDATE):
        return ["您的岗位不能受理，请交由部门受理"]
    return [] if covered else ["没有部门授权您受理这些事项，请交由部门受理"]


def objections_to_defects(
    defects: Sequence[Defect], materials: Collection["SubmittedMaterial"], codes: Collection[str]
) -> list[str]:
    """Every entry complete (I-31) and named once, only papers of the matter (I-29), none that data can fill (I-07)."""
    if not defects:
        return ["请列明要补正的材料"]
    known = {material.name: material for material in materials if set(material.needed_by) & set(codes)}
    named = Counter(defect.material for defect in defects)
    objections = [f"“{name}”列了{times}次，请合并成一项" for name, times in named.items() if times > 1]
    for defect in defects:
        objections += _not_to_be_asked(defect.material, known.get(defect.material))
        objections += _incomplete(defect)
    return objections


def _not_to_be_asked(name: str, material: "SubmittedMaterial | None") -> list[str]:
    if material is None:
        return [f"“{name}”不是本事项的申请材料，不能要求提交"]
    if may_be_asked(material):
        return []
    if material.mode == MaterialMode.COMMITMENT:
        return [f"“{name}”已由申请人承诺代替，不能再要求提交"]
    if material.mode == MaterialMode.DEFERRED:
        return [f"“{name}”已同意容缺后补，期限内不能要求补正"]
    return [f"“{name}”由系统调取或核验，不能要求申请人补正"]


def may_be_asked(material: "SubmittedMaterial") -> bool:
    """What data fills, an earlier step makes, a promise replaces or may follow later is nobody's to bring (I-07)."""
    if material.file_id is not None:
        return True
    return material.source not in NEVER_ASKED and material.mode not in _NOT_YET_ASKED


def _incomplete(defect: Defect) -> list[str]:
    parts = {"问题": defect.defect, "依据": defect.basis, "如何补正": defect.how_to_fix}
    return [f"“{defect.material}”缺少“{label}”" for label, text in parts.items() if not text.strip()]


def objections_to_declining(
    ground: str, target_organ: str, reasons: str, *, after_correction: bool
) -> list[str]:
    """I-38: the closed list; outside one's power names the right organ; not corrected says of what, and only then."""
    if ground not in DeclineGround.values:
        return ["不予受理事由须从规定的四项中选择"]
    if ground == DeclineGround.OUTSIDE_POWER and not target_organ.strip():
        return ["不属于本机关职权的，要写明应当向哪个机关申请"]
    if ground == DeclineGround.NOT_CORRECTED and not after_correction:
        return ["还没有发出补正告知，不能以未补正为由不予受理"]
    if ground == DeclineGround.NOT_CORRECTED and not reasons.strip():
        return ["以未补正为由不予受理的，要逐项写明哪些材料仍不符合要求"]
    return []
