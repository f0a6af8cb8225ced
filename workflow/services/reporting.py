"""汇聚上报: each matter's steps to the national platform, without anything personal."""

from collections.abc import Collection

from exchange.errors import GatewayError
from exchange.services.reporting import ProgressReport, ReportKind, report_progress
from workflow.models import DepartmentReview

__all__ = ["report_reviews"]


def report_reviews(review_ids: Collection[int], kind: ReportKind) -> None:
    """Report one step of these reviews; GatewayError where the platform could not be reached, to be tried again."""
    reviews = DepartmentReview.objects.filter(pk__in=review_ids).select_related("department")
    outcome = report_progress(*(_report(review, kind) for review in reviews))
    if not outcome.available:
        raise GatewayError(outcome.detail, permanent=False)


def _report(review: DepartmentReview, kind: ReportKind) -> ProgressReport:
    moments = {
        ReportKind.ACCEPTED: review.accepted_at,
        ReportKind.SPECIAL_PROCEDURE: review.assigned_at,
        ReportKind.DECIDED: review.decided_at,
    }
    at = moments[kind]
    if at is None:
        raise ValueError(f"review {review.pk} has not come to {kind}")
    return ProgressReport(
        kind=kind,
        project_no=review.project_no,
        matter_code=review.code,
        department_code=review.department.code,
        at=at,
        facts={"status": review.status},
    )
