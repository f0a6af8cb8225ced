"""Every way an order can change; one lock, the order's row (H-191)."""

from hotline.services.loading import load_parameters, load_tree
from hotline.services.measuring import freeze_facts
from hotline.services.reporting import correct_report, make_due_reports, make_report
from hotline.services.settings import set_parameter

__all__ = [
    "correct_report",
    "freeze_facts",
    "load_parameters",
    "load_tree",
    "make_due_reports",
    "make_report",
    "set_parameter",
]
