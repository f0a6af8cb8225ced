"""
The front door of licences: drafting, preparing and sealing documents, issuing licences, keeping seals.

An act that gives out documents, in its own transaction:

    drafts = [acceptance_notice_draft(facts, organ, matters=..., delivery=...)]
    prepare(*drafts)
    publish(ReviewAccepted(...), DocumentsPrepared(document_ids=[str(d.id) for d in drafts]), by=by)

The documents queue does the rest.
"""

from licences.services.documents import document_response, prepare, seal, try_again, void
from licences.services.drafts import (
    AcceptedMatter,
    ApplicationFacts,
    ClosedMatter,
    Correction,
    DeferredMaterial,
    DeliveredDocument,
    DocumentDraft,
    MatterFacts,
    ReceivedMaterial,
    acceptance_notice_draft,
    closing_notice_draft,
    commitment_draft,
    correction_notice_draft,
    decline_notice_draft,
    deferral_notice_draft,
    delivery_receipt_draft,
    denial_decision_draft,
    extension_notice_draft,
    grant_decision_draft,
    receipt_draft,
    result_draft,
    special_procedure_notice_draft,
    termination_notice_draft,
    withdrawal_confirmation_draft,
)
from licences.services.fonts import cut_fonts
from licences.services.issuing import LicenceGrant, end_licence, issue, load_types
from licences.services.lookups import LOOKUPS_A_MINUTE, may_look_up
from licences.services.presenting import (
    Shown,
    check_code,
    look_once,
    present,
    presentation_of,
    take_back,
)
from licences.services.seals import register_seal, revoke_seal, set_up_test_seals, trusted_authorities

__all__ = [
    "LOOKUPS_A_MINUTE",
    "AcceptedMatter",
    "ApplicationFacts",
    "ClosedMatter",
    "Correction",
    "DeferredMaterial",
    "DeliveredDocument",
    "DocumentDraft",
    "LicenceGrant",
    "MatterFacts",
    "ReceivedMaterial",
    "Shown",
    "acceptance_notice_draft",
    "check_code",
    "closing_notice_draft",
    "commitment_draft",
    "correction_notice_draft",
    "cut_fonts",
    "decline_notice_draft",
    "deferral_notice_draft",
    "delivery_receipt_draft",
    "denial_decision_draft",
    "document_response",
    "end_licence",
    "extension_notice_draft",
    "grant_decision_draft",
    "issue",
    "load_types",
    "look_once",
    "may_look_up",
    "prepare",
    "present",
    "presentation_of",
    "receipt_draft",
    "register_seal",
    "result_draft",
    "revoke_seal",
    "seal",
    "set_up_test_seals",
    "special_procedure_notice_draft",
    "take_back",
    "termination_notice_draft",
    "trusted_authorities",
    "try_again",
    "void",
    "withdrawal_confirmation_draft",
]
