"""
Drafts: begun, filled in as often as needed, planned anew when the requirements change, submitted once.

A draft is an Application whose status is draft; only the account that began it
sees it. Answers are kept readable or not, so that nothing typed is lost; what
of them counts follows from the plan (rules.drafting). `Application.draft` holds:
``rough`` (what could not be read yet, encrypted), ``sources`` (where prefilled
answers came from), ``offers`` (papers brought or promised), ``checks`` (what the
registers said of papers), ``changes`` (what a new version changed, I-41),
``unsettled`` (texts of boxes that two devices changed, encrypted) and ``saved_at``.
"""

from workflow.services.drafts.beginning import Principal, discard_draft, principals, start_draft
from workflow.services.drafts.filling import answer_what_is_known, prefill_answers, save_answers
from workflow.services.drafts.merging import marks_of, merge_answers, settle
from workflow.services.drafts.paperwork import check_papers, drop_paper, offer_papers, sign_promises
from workflow.services.drafts.reading import Draft, Rival, draft_of
from workflow.services.drafts.sending import submit_draft, submitted_as

__all__ = [
    "Draft",
    "Principal",
    "Rival",
    "answer_what_is_known",
    "check_papers",
    "discard_draft",
    "draft_of",
    "drop_paper",
    "marks_of",
    "merge_answers",
    "offer_papers",
    "prefill_answers",
    "principals",
    "save_answers",
    "settle",
    "sign_promises",
    "start_draft",
    "submit_draft",
    "submitted_as",
]
