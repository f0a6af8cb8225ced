"""The documents of an application (文书): what each one says, drawn up from the act that gives cause for it."""

from workflow.services.papers.course import (
    extension_notice,
    special_procedure_notice,
    termination_notice,
    withdrawal_confirmation,
)
from workflow.services.papers.facts import organ_of
from workflow.services.papers.intake import (
    acceptance,
    correction_notice,
    decline_notice,
    deferral_notice,
    promises,
    receipt,
)
from workflow.services.papers.outcome import closing_notice, decision_papers, delivery_receipt

__all__ = [
    "acceptance",
    "closing_notice",
    "correction_notice",
    "decision_papers",
    "decline_notice",
    "deferral_notice",
    "delivery_receipt",
    "extension_notice",
    "organ_of",
    "promises",
    "receipt",
    "special_procedure_notice",
    "termination_notice",
    "withdrawal_confirmation",
]
