"""Documents that change the course of a handling: D-11 to D-14."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from licences.rules import chinese_date, days, remedy_against
from licences.services.drafts.facts import (
    ApplicationFacts,
    DocumentDraft,
    MatterFacts,
    draft,
    returned_papers,
)
from licences.states import DocumentKind

if TYPE_CHECKING:
    from identity.models import Department

NOT_COUNTED = "上述所需时间依法不计入办理期限，特别程序结束之日起继续计算。"


def special_procedure_notice_draft(
    application: ApplicationFacts,
    organ: "Department",
    matter: MatterFacts,
    *,
    procedure: str,
    basis: str,
    organiser: str,
    starts: date,
    expected_end: date,
) -> DocumentDraft:
    """D-11 特别程序告知书: the clock stops, and the applicant is told so in writing (I-90)."""
    return draft(
        DocumentKind.SPECIAL_PROCEDURE_NOTICE,
        application,
        organ,
        matter,
        procedure=procedure,
        basis=basis,
        organiser=organiser,
        expected=f"{chinese_date(starts)}至{chinese_date(expected_end)}",
        excluded=NOT_COUNTED,
    )


def extension_notice_draft(
    application: ApplicationFacts,
    organ: "Department",
    matter: MatterFacts,
    *,
    reason: str,
    approver: str,
    extra_days: int,
    new_due_at: datetime,
) -> DocumentDraft:
    """D-12 延长办理期限告知书; `approver` is the level that approved (本机关负责人)."""
    return draft(
        DocumentKind.EXTENSION_NOTICE,
        application,
        organ,
        matter,
        reason=reason,
        approver=approver,
        extension=days(extra_days),
        new_due=chinese_date(timezone.localtime(new_due_at).date()),
    )


def termination_notice_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    ground: str,
    facts: str,
    returned: Sequence[str] = (),
    reapply: str = "可以重新申请，已提交且仍有效的材料不必再次提交",
    matter: MatterFacts | None = None,
) -> DocumentDraft:
    """D-13 终止办理通知书: the ground (I-140), the facts, how to apply again, and remedy."""
    return draft(
        DocumentKind.TERMINATION_NOTICE,
        application,
        organ,
        matter,
        ground=ground,
        facts=facts,
        returned=returned_papers(returned),
        reapply=reapply,
        **asdict(remedy_against(organ)),
    )


def withdrawal_confirmation_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    request: str,
    requested_at: datetime,
    returned: Sequence[str] = (),
    matter: MatterFacts | None = None,
) -> DocumentDraft:
    """D-14 撤回确认书. `request`: what is withdrawn, the whole application or which matters."""
    return draft(
        DocumentKind.WITHDRAWAL_CONFIRMATION,
        application,
        organ,
        matter,
        request=request,
        requested_on=chinese_date(timezone.localtime(requested_at).date()),
        returned=returned_papers(returned),
    )
