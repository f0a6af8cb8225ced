"""汇聚上报: each matter's steps to the national platform, without anything personal."""

from collections.abc import Collection
from datetime import datetime

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
    at = _moment(review, kind)
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


def _moment(review: DepartmentReview, kind: ReportKind) -> datetime | None:
    if kind == ReportKind.SPECIAL_PROCEDURE:
        return review.procedures.order_by("-pk").values_list("created_at", flat=True).first()
    return review.accepted_at if kind == ReportKind.ACCEPTED else review.decided_at
