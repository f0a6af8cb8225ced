"""The C-rows of specs/intake.md section 3: each allowed step, and every other pair refused."""

from datetime import UTC, datetime

import pytest
from django_fsm import TransitionNotAllowed

from identity.models import Account
from workflow.models import Application, DepartmentReview
from workflow.states import (
    APPLICATION_FINAL,
    APPLICATION_TURN,
    REVIEW_FINAL,
    REVIEW_TURN,
    ApplicationStatus,
    Outcome,
    Party,
    ReviewStatus,
)

A, R = ApplicationStatus, ReviewStatus
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CLERK = Account(pk=1)

APPLICATION_ACTS = {
    "submit": {"reference": "2026112000000010", "at": NOW},
    "receive": {"at": NOW, "answer_due_at": NOW, "joint_due_at": NOW},
    "await_correction": {},
    "resume_receipt": {},
    "accept": {},
    "begin_review": {},
    "decide": {"at": NOW, "outcome": Outcome.ALL},
    "hand_over": {"at": NOW},
    "close": {"at": NOW},
    "decline": {"at": NOW},
    "withdraw": {"at": NOW},
    "terminate": {"at": NOW},
}
OPEN = {A.RECEIVED, A.CORRECTING, A.ACCEPTED, A.IN_REVIEW}
#: (rule, act, from, to) of the application.
APPLICATION_ROWS = [
    ("C-01", "submit", {A.DRAFT}, A.SUBMITTED),
    ("C-02", "receive", {A.SUBMITTED}, A.RECEIVED),
    ("C-05", "await_correction", OPEN, A.CORRECTING),
    ("C-07", "resume_receipt", {A.CORRECTING, A.ACCEPTED, A.IN_REVIEW}, A.RECEIVED),
    ("C-04", "accept", {A.RECEIVED, A.CORRECTING, A.IN_REVIEW}, A.ACCEPTED),
    ("C-10", "begin_review", {A.RECEIVED, A.CORRECTING, A.ACCEPTED}, A.IN_REVIEW),
    ("C-13", "decide", OPEN, A.DECIDED),
    ("C-16", "hand_over", {A.DECIDED}, A.HANDED_OVER),
    ("C-18", "close", {A.HANDED_OVER}, A.CLOSED),
    ("C-03 C-06 C-09", "decline", OPEN | {A.SUBMITTED}, A.DECLINED),
    ("C-19 C-20 C-21 C-22 C-23 C-24 C-25", "withdraw", OPEN | {A.DRAFT, A.SUBMITTED}, A.WITHDRAWN),
    ("C-08 C-26 C-27", "terminate", OPEN, A.TERMINATED),
]

REVIEW_ACTS = {
    "confirm": {"at": NOW, "accepted_at": NOW, "by": CLERK},
    "name_defects": {"at": NOW, "by": CLERK},
    "await_correction": {},
    "corrected": {"confirm_due_at": NOW},
    "reopen": {},
    "restart": {"at": NOW},
    "assign": {"at": NOW, "clock_from": NOW},
    "claim": {"by": CLERK},
    "start_special_procedure": {"by": CLERK},
    "end_special_procedure": {},
    "approve": {"at": NOW, "by": CLERK, "opinion": "准予"},
    "deny": {"at": NOW, "by": CLERK, "opinion": "不符合条件", "legal_basis": "第三十八条"},
    "decline": {"at": NOW, "by": CLERK, "ground": "barred", "target_organ": ""},
    "withdraw": {"at": NOW},
    "terminate": {"at": NOW, "ground": "force_majeure"},
    "block": {"at": NOW},
}
UNDECIDED = {R.WAITING, R.ASSIGNED, R.IN_PROGRESS, R.CORRECTING, R.SPECIAL_PROCEDURE}
REVIEW_ROWS = [
    ("C-04", "confirm", {R.WAITING}, R.WAITING),
    ("I-103", "name_defects", {R.WAITING}, R.WAITING),
    ("C-05", "await_correction", {R.WAITING}, R.CORRECTING),
    ("C-07", "corrected", {R.CORRECTING}, R.WAITING),
    ("I-59", "reopen", {R.WAITING, R.ASSIGNED, R.IN_PROGRESS}, R.WAITING),
    ("I-112", "restart", {R.ASSIGNED, R.IN_PROGRESS}, R.ASSIGNED),
    ("C-10", "assign", {R.WAITING}, R.ASSIGNED),
    ("C-10", "claim", {R.ASSIGNED}, R.IN_PROGRESS),
    ("C-11", "start_special_procedure", {R.ASSIGNED, R.IN_PROGRESS}, R.SPECIAL_PROCEDURE),
    ("C-12", "end_special_procedure", {R.SPECIAL_PROCEDURE}, R.IN_PROGRESS),
    ("C-13", "approve", {R.ASSIGNED, R.IN_PROGRESS}, R.APPROVED),
    ("C-14", "deny", {R.ASSIGNED, R.IN_PROGRESS}, R.DENIED),
    ("C-03 C-06 C-09", "decline", {R.WAITING}, R.DECLINED),
    ("C-20 C-21 C-22 C-23 C-24 C-25", "withdraw", UNDECIDED, R.WITHDRAWN),
    ("C-08 C-26 C-27", "terminate", UNDECIDED, R.TERMINATED),
    ("I-107a", "block", {R.WAITING, R.CORRECTING}, R.BLOCKED),
]


def pairs(rows, states):
    return [
        pytest.param(act, source, target if source in sources else None, id=f"{rule}: {act} from {source}")
        for rule, act, sources, target in rows
        for source in states
    ]


@pytest.mark.parametrize(("act", "source", "target"), pairs(APPLICATION_ROWS, A))
def test_an_application_goes_only_where_a_rule_lets_it(act, source, target):
    application = Application(status=source)
    if target is None:
        with pytest.raises(TransitionNotAllowed):
            getattr(application, act)(**APPLICATION_ACTS[act])
        assert application.status == source
    else:
        getattr(application, act)(**APPLICATION_ACTS[act])
        assert application.status == target


@pytest.mark.parametrize(("act", "source", "target"), pairs(REVIEW_ROWS, R))
def test_a_review_goes_only_where_a_rule_lets_it(act, source, target):
    review = DepartmentReview(status=source)
    if target is None:
        with pytest.raises(TransitionNotAllowed):
            getattr(review, act)(**REVIEW_ACTS[act])
        assert review.status == source
    else:
        getattr(review, act)(**REVIEW_ACTS[act])
        assert review.status == target


def test_every_act_of_the_two_machines_has_its_row():
    assert {row[1] for row in APPLICATION_ROWS} == {
        one.name for one in Application().get_all_status_transitions()
    }
    assert {row[1] for row in REVIEW_ROWS} == {
        one.name for one in DepartmentReview().get_all_status_transitions()
    }


def test_everybody_knows_whose_move_it_is():
    assert set(APPLICATION_TURN) == set(A)
    assert set(REVIEW_TURN) == set(R)


def test_nobody_has_to_move_at_the_end():
    assert {
        status for status, party in APPLICATION_TURN.items() if party == Party.NOBODY
    } == APPLICATION_FINAL
    assert {status for status, party in REVIEW_TURN.items() if party == Party.NOBODY} == REVIEW_FINAL
