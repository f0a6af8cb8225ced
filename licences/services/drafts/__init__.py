"""
What each kind of document says, drafted from plain facts (文书拟稿).

One function for each kind. Every one takes the application it belongs to, the
organ that gives the document out, and, by keyword, the facts of its kind; it
answers a DocumentDraft for `licences.services.prepare`. Nothing here reads the
database, except that a remedy clause may ask the organ for its region.

Texts the law or the rules prescribe are constants of these modules; whoever
changes one changes TEMPLATE_VERSION too.
"""

from licences.services.drafts.course import (
    extension_notice_draft,
    special_procedure_notice_draft,
    termination_notice_draft,
    withdrawal_confirmation_draft,
)
from licences.services.drafts.facts import (
    AcceptedMatter,
    ApplicationFacts,
    ClosedMatter,
    Correction,
    DeferredMaterial,
    DeliveredDocument,
    DocumentDraft,
    MatterFacts,
    ReceivedMaterial,
)
from licences.services.drafts.intake import (
    acceptance_notice_draft,
    commitment_draft,
    correction_notice_draft,
    decline_notice_draft,
    deferral_notice_draft,
    receipt_draft,
)
from licences.services.drafts.outcome import (
    closing_notice_draft,
    delivery_receipt_draft,
    denial_decision_draft,
    grant_decision_draft,
    result_draft,
)

#: Stored on every document: which wording and layout it was made with.
TEMPLATE_VERSION = "2026.1"

__all__ = [
    "TEMPLATE_VERSION",
    "AcceptedMatter",
    "ApplicationFacts",
    "ClosedMatter",
    "Correction",
    "DeferredMaterial",
    "DeliveredDocument",
    "DocumentDraft",
    "MatterFacts",
    "ReceivedMaterial",
    "acceptance_notice_draft",
    "closing_notice_draft",
    "commitment_draft",
    "correction_notice_draft",
    "decline_notice_draft",
    "deferral_notice_draft",
    "delivery_receipt_draft",
    "denial_decision_draft",
    "extension_notice_draft",
    "grant_decision_draft",
    "receipt_draft",
    "result_draft",
    "special_procedure_notice_draft",
    "termination_notice_draft",
    "withdrawal_confirmation_draft",
]
