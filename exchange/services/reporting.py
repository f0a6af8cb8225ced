"""汇聚上报: the national platform learns what becomes of each matter."""

from dataclasses import dataclass

from exchange import gateways
from exchange.gateways.national_platform.mapping import ProgressReport, ReportKind
from exchange.services.calling import logged_calls

__all__ = ["ProgressReport", "ReportKind", "Reported", "report_progress"]


@dataclass(frozen=True)
class Reported:
    """Whether the platform took the reports; when not `available`, send them again, a repeat does no harm."""

    available: bool
    receipt: str = ""
    detail: str = ""


def report_progress(*reports: ProgressReport) -> Reported:
    """Upload the reports in one call."""
    if not reports:
        return Reported(available=True)
    with logged_calls() as calls:
        outcome = calls.make(
            "national_platform",
            "upload",
            about="",
            asked=[f"{report.kind.value} {report.project_no}" for report in reports],
            call=lambda: gateways.national_platform().upload(reports),
        )
    if outcome.answer is None:
        return Reported(available=False, detail=outcome.detail)
    return Reported(available=True, receipt=outcome.answer)
