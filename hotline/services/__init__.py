"""Every way an order can change; one lock, the order's row (H-191)."""

from hotline.services.accepting import accept
from hotline.services.archiving import archive_left, archive_package
from hotline.services.calling import CallRecord, finish_call_back, record_call
from hotline.services.cataloguing import approve_catalogue, approve_rule, load_dispatch_rules, propose_rule
from hotline.services.classifying import classify_order
from hotline.services.clients import Filed, ServiceRequest, file_by_client, issue_key, revoke_key
from hotline.services.closing import approve_force_majeure
from hotline.services.desk import finish_task
from hotline.services.dispatching import dispatch, dispatch_left, plan_jointly
from hotline.services.emergencies import sweep_emergencies, transfer_emergency
from hotline.services.exporting import decide_export, request_export, write_export
from hotline.services.extending import decide_extension, request_extension
from hotline.services.feedback import begin_feedback, feed_back
from hotline.services.following import answer_follow_up, ask_whether_still_solved
from hotline.services.grouping import me_too, relate
from hotline.services.guiding import answer_directly, guide_elsewhere, mark_invalid, reopen_direct
from hotline.services.handling import add_evidence, log_contact, reply_as_assist, submit_result, tell_progress
from hotline.services.intake import Received, receive, register
from hotline.services.keeping import forget_words, keep_words, kept_words
from hotline.services.knowledge import (
    Wording,
    confirm_article,
    doubt_article,
    draft_article,
    expire_articles,
    mark_stale,
    propose_article,
    publish_article,
    revise_article,
    settle_doubt,
)
from hotline.services.loading import load_parameters, load_tree
from hotline.services.loading_articles import load_articles
from hotline.services.loading_lexicon import load_label_set, load_lexicon
from hotline.services.measuring import freeze_facts
from hotline.services.merging import index_words, merge
from hotline.services.pausing import ask_supplement, declare_outage, end_outage, stop_waiting
from hotline.services.preempting import check_effects, finish_preempting, preempt, preempt_nightly
from hotline.services.publicising import decide_publication, propose_publication
from hotline.services.reading import note_personal_read, open_order, open_unmasked
from hotline.services.redacting import redact_pictures, supply_redacted
from hotline.services.reminding import tell_desks, tell_supervised, tell_urged
from hotline.services.replacing import change_host
from hotline.services.reporting import correct_report, make_due_reports, make_report
from hotline.services.restricting import (
    appeal_restriction,
    approve_batch,
    decide_appeal,
    flag_batch,
    is_let_through,
    mark_call,
    restrict_number,
)
from hotline.services.retaining import forget_expired
from hotline.services.retaliation import close_retaliation, report_retaliation
from hotline.services.returning import approve_return, escalate_overdue, reject_return, request_return
from hotline.services.reviewing import approve_result, countersign_result, reject_result
from hotline.services.ruling import (
    Verdict,
    call_to_site,
    escalate_dispute,
    raise_dispute,
    reassign,
    record_site,
    rule_keep,
    rule_to,
)
from hotline.services.sampling import check_quality, draw_quality_sample
from hotline.services.second_looks import draw_samples, record_check
from hotline.services.settings import set_parameter
from hotline.services.shelving import (
    refuse_shelving,
    request_shelving,
    resume,
    review_shelving,
    shelve,
    write_off,
)
from hotline.services.signing import sign_for, sign_overdue
from hotline.services.splitting import split
from hotline.services.supervising import (
    answer_supervision,
    close_supervision,
    open_supervision,
    raise_silent,
    record_interview,
)
from hotline.services.supplementing import add_supplement
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
from hotline.services.telling import acknowledge, tell_complainant, tell_department
from hotline.services.timers import tick
from hotline.services.unmasking import refuse_unmask, request_unmask, turn_key
from hotline.services.urging import urge
from hotline.services.warning import (
    check_sensitive,
    close_issue,
    dispose,
    escalate_neglected,
    record_measures,
    record_meeting,
    warn_nightly,
    warn_soon,
)
from hotline.services.withdrawing import send_withdrawal_code, withdraw

__all__ = [
    "CallRecord",
    "Filed",
    "Received",
    "ServiceRequest",
    "Verdict",
    "Wording",
    "accept",
    "acknowledge",
    "add_evidence",
    "add_supplement",
    "answer_directly",
    "answer_follow_up",
    "answer_supervision",
    "answer_survey",
    "appeal_restriction",
    "approve_batch",
    "approve_catalogue",
    "approve_force_majeure",
    "approve_result",
    "approve_return",
    "approve_rule",
    "archive_left",
    "archive_package",
    "ask_reconsideration",
    "ask_supplement",
    "ask_whether_still_solved",
    "begin_feedback",
    "call_to_site",
    "change_host",
    "check_effects",
    "check_quality",
    "check_sensitive",
    "classify_order",
    "close_issue",
    "close_retaliation",
    "close_supervision",
    "conclude_bad",
    "conclude_good",
    "conclude_panel",
    "confirm_article",
    "correct_report",
    "countersign_result",
    "decide_appeal",
    "decide_export",
    "decide_extension",
    "decide_publication",
    "declare_outage",
    "dispatch",
    "dispatch_left",
    "dispose",
    "doubt_article",
    "draft_article",
    "draw_quality_sample",
    "draw_samples",
    "end_outage",
    "escalate_dispute",
    "escalate_neglected",
    "escalate_overdue",
    "expire_articles",
    "feed_back",
    "file_by_client",
    "finish_call_back",
    "finish_preempting",
    "finish_task",
    "flag_batch",
    "forget_expired",
    "forget_words",
    "freeze_facts",
    "guide_elsewhere",
    "index_words",
    "is_let_through",
    "issue_key",
    "keep_words",
    "kept_words",
    "load_articles",
    "load_dispatch_rules",
    "load_label_set",
    "load_lexicon",
    "load_parameters",
    "load_tree",
    "log_contact",
    "make_due_reports",
    "make_report",
    "mark_call",
    "mark_invalid",
    "mark_stale",
    "me_too",
    "merge",
    "note_personal_read",
    "open_order",
    "open_supervision",
    "open_unmasked",
    "plan_jointly",
    "preempt",
    "preempt_nightly",
    "propose_article",
    "propose_publication",
    "propose_rule",
    "publish_article",
    "raise_dispute",
    "raise_silent",
    "reassign",
    "receive",
    "reconsider",
    "record_call",
    "record_check",
    "record_interview",
    "record_measures",
    "record_meeting",
    "record_site",
    "record_survey_attempt",
    "redact_pictures",
    "refuse_shelving",
    "refuse_unmask",
    "register",
    "reject_result",
    "reject_return",
    "relate",
    "reopen",
    "reopen_direct",
    "reply_as_assist",
    "report_retaliation",
    "request_export",
    "request_extension",
    "request_return",
    "request_shelving",
    "request_unmask",
    "restrict_number",
    "resume",
    "review_shelving",
    "revise_article",
    "revoke_key",
    "rule_keep",
    "rule_to",
    "send_withdrawal_code",
    "set_parameter",
    "settle_doubt",
    "shelve",
    "sign_for",
    "sign_overdue",
    "split",
    "stop_waiting",
    "submit_result",
    "supply_redacted",
    "sweep_emergencies",
    "tell_complainant",
    "tell_department",
    "tell_desks",
    "tell_progress",
    "tell_supervised",
    "tell_urged",
    "tick",
    "transfer_emergency",
    "turn_key",
    "urge",
    "warn_nightly",
    "warn_soon",
    "withdraw",
    "write_export",
    "write_off",
]
