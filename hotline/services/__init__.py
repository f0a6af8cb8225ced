"""Every way an order can change; one lock, the order's row (H-191)."""

from hotline.services.exporting import decide_export, request_export, write_export
from hotline.services.extending import decide_extension, request_extension
from hotline.services.handling import add_evidence, log_contact, reply_as_assist, submit_result, tell_progress
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
from hotline.services.measuring import freeze_facts
from hotline.services.pausing import ask_supplement, declare_outage, end_outage, stop_waiting
from hotline.services.publicising import decide_publication, propose_publication
from hotline.services.reading import note_personal_read, open_order, open_unmasked
from hotline.services.redacting import redact_pictures, supply_redacted
from hotline.services.reporting import correct_report, make_due_reports, make_report
from hotline.services.retaliation import close_retaliation, report_retaliation
from hotline.services.reviewing import approve_result, countersign_result, reject_result
from hotline.services.sampling import check_quality, draw_quality_sample
from hotline.services.settings import set_parameter
from hotline.services.shelving import (
    refuse_shelving,
    request_shelving,
    resume,
    review_shelving,
    shelve,
    write_off,
)
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
from hotline.services.timers import tick
from hotline.services.unmasking import refuse_unmask, request_unmask, turn_key
from hotline.services.urging import urge
from hotline.services.withdrawing import send_withdrawal_code, withdraw

__all__ = [
    "Wording",
    "add_evidence",
    "answer_supervision",
    "answer_survey",
    "approve_result",
    "ask_reconsideration",
    "ask_supplement",
    "check_quality",
    "close_retaliation",
    "close_supervision",
    "conclude_bad",
    "conclude_good",
    "conclude_panel",
    "confirm_article",
    "correct_report",
    "countersign_result",
    "decide_export",
    "decide_extension",
    "decide_publication",
    "declare_outage",
    "doubt_article",
    "draft_article",
    "draw_quality_sample",
    "end_outage",
    "expire_articles",
    "freeze_facts",
    "load_articles",
    "load_parameters",
    "load_tree",
    "log_contact",
    "make_due_reports",
    "make_report",
    "mark_stale",
    "note_personal_read",
    "open_order",
    "open_supervision",
    "open_unmasked",
    "propose_article",
    "propose_publication",
    "publish_article",
    "raise_silent",
    "reconsider",
    "record_interview",
    "record_survey_attempt",
    "redact_pictures",
    "refuse_shelving",
    "refuse_unmask",
    "reject_result",
    "reopen",
    "reply_as_assist",
    "report_retaliation",
    "request_export",
    "request_extension",
    "request_shelving",
    "request_unmask",
    "resume",
    "review_shelving",
    "revise_article",
    "send_withdrawal_code",
    "set_parameter",
    "settle_doubt",
    "shelve",
    "stop_waiting",
    "submit_result",
    "supply_redacted",
    "tell_progress",
    "tick",
    "turn_key",
    "urge",
    "withdraw",
    "write_export",
    "write_off",
]
