"""D-11 to D-14: what stops, stretches or ends the handling."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from licences.services.drafts import (
    extension_notice_draft,
    special_procedure_notice_draft,
    termination_notice_draft,
    withdrawal_confirmation_draft,
)
from workflow.models import DepartmentReview, SpecialProcedure
from workflow.services.filed import Filed
from workflow.services.papers.facts import application_facts, given_back, matter_facts, organ_of
from workflow.states import ProcedureKind, TerminationGround

if TYPE_CHECKING:
    from workflow.services.acting import Act

_ARTICLE_45 = "《中华人民共和国行政许可法》第四十五条"


def special_procedure_notice(act: "Act", review: DepartmentReview, procedure: SpecialProcedure) -> Filed:
    """D-11, given out before the time is left out of the limit (I-90)."""
    draft = special_procedure_notice_draft(
        application_facts(act.application),
        review.department,
        matter_facts(review),
        procedure=ProcedureKind(procedure.kind).label,
        basis=procedure.basis or _ARTICLE_45,
        organiser=procedure.organiser,
        starts=procedure.started_on,
        expected_end=procedure.expected_end,
    )
    return Filed(draft, review)


def extension_notice(act: "Act", review: DepartmentReview, *, days: int, reason: str) -> Filed:
    """D-12, on the day the extension is granted (I-95)."""
    draft = extension_notice_draft(
        application_facts(act.application),
        review.department,
        matter_facts(review),
        reason=reason,
        approver=f"{review.department.name}负责人",
        extra_days=days,
        new_due_at=review.due_at or act.now,
    )
    return Filed(draft, review)


def termination_notice(act: "Act", review: DepartmentReview, facts: str) -> Filed:
    """D-13 with its remedy (I-140)."""
    draft = termination_notice_draft(
        application_facts(act.application),
        review.department,
        ground=TerminationGround(review.ground).label,
        facts=facts,
        returned=given_back(act, review),
        matter=matter_facts(review),
    )
    return Filed(draft, review, needs_proof=True)


def withdrawal_confirmation(act: "Act", reviews: Sequence[DepartmentReview], reason: str) -> Filed:
    """D-14: what was taken back, and when."""
    names = "、".join(review.name for review in reviews) or act.application.name
    draft = withdrawal_confirmation_draft(
        application_facts(act.application),
        organ_of(act),
        request="；".join(filter(None, [f"申请撤回：{names}", reason])),
        requested_at=act.now,
        returned=given_back(act, *reviews),
    )
    return Filed(draft)
