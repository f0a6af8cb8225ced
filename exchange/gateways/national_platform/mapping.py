"""Our facts as rows of the national platform's exchange tables."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils import timezone


class ReportKind(StrEnum):
    """Which of the platform's tables a report belongs to."""

    ACCEPTED = "up_pro_accept"
    STEPPED = "up_pro_process"
    SPECIAL_PROCEDURE = "up_pro_special_procedure"
    DECIDED = "up_pro_result"


@dataclass(frozen=True, kw_only=True)
class ProgressReport:
    """One step of one matter of an application; `facts` are the table's own columns, nothing personal."""

    kind: ReportKind
    project_no: str
    matter_code: str
    department_code: str
    at: dt.datetime
    facts: dict[str, Any] = field(default_factory=dict)


TIMES = {
    ReportKind.ACCEPTED: "accept_date",
    ReportKind.STEPPED: "event_end_time",
    ReportKind.SPECIAL_PROCEDURE: "start_date",
    ReportKind.DECIDED: "result_date",
}


def table_row(report: ProgressReport) -> dict[str, Any]:
    """The row as the platform wants it; the same step makes the same row, so it may be sent again."""
    return {
        **report.facts,
        "table": report.kind.value,
        "project_no": report.project_no,
        "task_code": report.matter_code,
        "dept_code": report.department_code,
        TIMES[report.kind]: timezone.localtime(report.at).strftime("%Y-%m-%d %H:%M:%S"),
    }
