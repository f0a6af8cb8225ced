"""Every way an order can change; one lock, the order's row (H-191)."""

from hotline.services.handling import add_evidence, log_contact, reply_as_assist, submit_result, tell_progress
from hotline.services.loading import load_parameters, load_tree
from hotline.services.measuring import freeze_facts
from hotline.services.pausing import ask_supplement, declare_outage, end_outage, stop_waiting
from hotline.services.reporting import correct_report, make_due_reports, make_report
from hotline.services.reviewing import approve_result, countersign_result, reject_result
from hotline.services.settings import set_parameter
from hotline.services.supervising import (
    answer_supervision,
    close_supervision,
    open_supervision,
    raise_silent,
    record_interview,
)
from hotline.services.surveying import (
    answer_survey,
    ask_reconsideration,
    conclude_bad,
    conclude_good,
    conclude_panel,
    reconsider,
    record_survey_attempt,
    reopen,
)

__all__ = [
    "add_evidence",
    "answer_supervision",
    "answer_survey",
    "approve_result",
    "ask_reconsideration",
    "ask_supplement",
    "close_supervision",
    "conclude_bad",
    "conclude_good",
    "conclude_panel",
    "correct_report",
    "countersign_result",
    "declare_outage",
    "end_outage",
    "freeze_facts",
    "load_parameters",
    "load_tree",
    "log_contact",
    "make_due_reports",
    "make_report",
    "open_supervision",
    "raise_silent",
    "reconsider",
    "record_interview",
    "record_survey_attempt",
    "reject_result",
    "reopen",
    "reply_as_assist",
    "set_parameter",
    "stop_waiting",
    "submit_result",
    "tell_progress",
]
