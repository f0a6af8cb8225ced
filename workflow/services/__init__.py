"""Every way an application can change. One lock: the application's row, and its reviews under it."""

from workflow.rules.acceptance import Defect
from workflow.services.acceptance import accept, confirm_complete, decline, decline_application, receive
from workflow.services.again import Renewal, apply_again, foresee_again
from workflow.services.applicants import OnBehalfOf
from workflow.services.changing import Change, change_facts, facts_of, foresee_change
from workflow.services.choosing import continue_rest, end_choices
from workflow.services.correction import (
    Supply,
    request_correction,
    request_correction_at_front,
    supply_correction,
)
from workflow.services.decision import approve, claim, deny
from workflow.services.deferral import supply_deferred
from workflow.services.ending import terminate, terminate_application, withdraw
from workflow.services.enquiring import application_enquired, may_enquire
from workflow.services.following import addressee_of
from workflow.services.handover import (
    Handover,
    change_delivery,
    confirm_delivery,
    hand_over,
    hand_over_electronically,
    note_viewing,
    serve_announced,
    serve_by_announcement,
    serve_by_leaving,
)
from workflow.services.machine import doubt_licence, unworked, work
from workflow.services.offering import supply_offered
from workflow.services.procedure import (
    InspectionRecord,
    Photo,
    end_special_procedure,
    explain_special_procedure,
    extend,
    record_inspection,
    start_special_procedure,
)
from workflow.services.promises import revoke_commitment
from workflow.services.reckoning import notice_missing_year, reckon_dues
from workflow.services.reporting import report_reviews
from workflow.services.returned import ask_resend, note_call, resend
from workflow.services.submission import Filing, Offer, submit
from workflow.services.sweeps import (
    deem_accepted,
    deliver_in_time,
    expire_corrections,
    expire_deferrals,
    notice_overdue,
    notice_overdue_procedures,
    remind,
)
from workflow.services.tracking import follow_parcels, tend_lockers

__all__ = [
    "Change",
    "Defect",
    "Filing",
    "Handover",
    "InspectionRecord",
    "Offer",
    "OnBehalfOf",
    "Photo",
    "Renewal",
    "Supply",
    "accept",
    "addressee_of",
    "application_enquired",
    "apply_again",
    "approve",
    "ask_resend",
    "change_delivery",
    "change_facts",
    "claim",
    "confirm_complete",
    "confirm_delivery",
    "continue_rest",
    "decline",
    "decline_application",
    "deem_accepted",
    "deliver_in_time",
    "deny",
    "doubt_licence",
    "end_choices",
    "end_special_procedure",
    "expire_corrections",
    "expire_deferrals",
    "explain_special_procedure",
    "extend",
    "facts_of",
    "follow_parcels",
    "foresee_again",
    "foresee_change",
    "hand_over",
    "hand_over_electronically",
    "may_enquire",
    "note_call",
    "note_viewing",
    "notice_missing_year",
    "notice_overdue",
    "notice_overdue_procedures",
    "receive",
    "reckon_dues",
    "record_inspection",
    "remind",
    "report_reviews",
    "request_correction",
    "request_correction_at_front",
    "resend",
    "revoke_commitment",
    "serve_announced",
    "serve_by_announcement",
    "serve_by_leaving",
    "start_special_procedure",
    "submit",
    "supply_correction",
    "supply_deferred",
    "supply_offered",
    "tend_lockers",
    "terminate",
    "terminate_application",
    "unworked",
    "withdraw",
    "work",
]
