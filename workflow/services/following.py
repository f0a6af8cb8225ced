"""What follows from a change in the reviews: hand-outs, blocks, the status of the whole, its end."""

from datetime import datetime

from common.workdays import day_of
from workflow import events
from workflow.models import Application, DepartmentReview
from workflow.rules import following as rules
from workflow.rules.acceptance import is_silent
from workflow.services import papers
from workflow.services.acting import Act
from workflow.states import APPLICATION_FINAL, COUNTER_CHANNELS, Outcome
from workflow.states import ApplicationStatus as A

__all__ = [
    "addressee_of",
    "announce",
    "block_successors",
    "follow",
    "hand_out",
    "joint_review_is_over",
    "reckon_again",
    "reckon_whole",
    "set_due",
    "settle",
    "tell_closed",
]


def settle(act: Act) -> None:
    """Hand out what is free, then let the application's status follow; nothing is saved yet."""
    hand_out(act)
    _derive(act)
    if joint_review_is_over(act):
        act.noticed = [
            review for review in act.reviews if review.accepted_at and not review.acceptance_noticed
        ]
    for review in act.noticed:
        review.acceptance_noticed = True


def follow(act: Act) -> None:
    """Settle, save, and note the facts."""
    settle(act)
    act.save()
    announce(act)


def hand_out(act: Act) -> None:
    """Give every accepted review before which nothing stands to its department (C-10, I-100)."""
    for review in rules.to_assign(act.reviews):
        review.assign(at=act.now, clock_from=_clock_from(review, act))
        set_due(act, review)
        act.assigned.append(review)


def set_due(act: Act, review: DepartmentReview) -> None:
    """When the review is due by the calendar of today, kept with what it was reckoned from (I-75)."""
    due = act.clock.review_due(review)
    review.due_at, review.statutory_due_at = due.promised, due.statutory
    review.due_provisional, review.calendar_version = due.provisional, act.clock.calendar.version


def reckon_whole(act: Act) -> None:
    """Work out when the whole is due (I-84)."""
    due = act.clock.whole_due(act.reviews)
    act.application.due_at = act.clock.calendar.closing(due.date)
    act.application.due_provisional = due.provisional


def _derive(act: Act) -> None:
    status = rules.status_of(act.reviews)
    application = act.application
    if act.accepted:
        application.accepted_at = application.accepted_at or min(one.accepted_at for one in act.accepted)  # type: ignore[type-var]
        reckon_whole(act)
    if status == application.status:
        return
    moved = {
        A.RECEIVED: application.resume_receipt,
        A.CORRECTING: application.await_correction,
        A.ACCEPTED: application.accept,
        A.IN_REVIEW: application.begin_review,
    }
    if status in moved:
        moved[status]()
    else:
        _end(act, status)


def _end(act: Act, status: A) -> None:
    application = act.application
    application.choice_from = application.choice_due_at = None
    if status == A.DECIDED:
        application.decide(at=act.now, outcome=rules.outcome_of(act.reviews))
        act.tell(events.ApplicationDecided, outcome=application.outcome)
        act.file(papers.closing_notice(act))
        return
    end = {
        A.WITHDRAWN: application.withdraw,
        A.DECLINED: application.decline,
        A.TERMINATED: application.terminate,
    }
    end[status](at=act.now)


def announce(act: Act) -> None:
    """Note what needs the rows' ids: acceptances and their one sheet (I-102), hand-outs, the end."""
    act.file(*papers.acceptance(act))
    if act.accepted:
        _tell_accepted(act, [review for review in act.accepted if not review.deemed_accepted], deemed=False)
        _tell_accepted(act, [review for review in act.accepted if review.deemed_accepted], deemed=True)
    for number in sorted({review.round for review in act.assigned}):
        _tell_assigned(act, [review for review in act.assigned if review.round == number], number)
    if act.application.status in APPLICATION_FINAL:
        tell_closed(act)


def tell_closed(act: Act) -> None:
    """The one fact of the end, whichever end it is (E-04)."""
    application = act.application
    act.tell(
        events.ApplicationClosed,
        status=application.status,
        outcome=application.outcome or Outcome.NONE,
        bundle=application.code,
        bundle_name=application.name,
        person_id=addressee_of(application),
    )


def addressee_of(application: Application) -> int | None:
    """The person who is told: the applicant, the agent, who filed it for the enterprise; never the clerk at the window."""
    if person_id := application.applicant_person_id or application.agent_id:
        return person_id
    if application.channel not in COUNTER_CHANNELS:
        return application.submitted_by.person_id
    organisation = application.applicant_organisation
    return organisation.legal_representative_id if organisation else None


def _tell_accepted(act: Act, reviews: list[DepartmentReview], *, deemed: bool) -> None:
    if reviews:
        act.tell(
            events.ReviewsAccepted, review_ids=_ids(reviews), departments=_departments(reviews), deemed=deemed
        )


def _tell_assigned(act: Act, reviews: list[DepartmentReview], number: int) -> None:
    act.tell(
        events.ReviewsAssigned,
        review_ids=_ids(reviews),
        departments=_departments(reviews),
        round=number,
        clocks=[_clock(review) for review in reviews],
    )


def _clock(review: DepartmentReview) -> events.ClockStarted:
    if review.clock_from is None:
        raise ValueError("a review is handed out with its clock")
    return {
        "review_id": review.pk,
        "day0": day_of(review.clock_from).isoformat(),
        "days": review.promised_days + review.extended_days,
        "statutory_days": None
        if review.statutory_days is None
        else review.statutory_days + review.extended_days,
    }


def block_successors(act: Act, *because_of: DepartmentReview) -> list[DepartmentReview]:
    """Close, without a decision, what needed these results (I-107a)."""
    blocked = rules.to_follow(act.reviews, {review.code for review in because_of})
    for review in blocked:
        review.block(at=act.now)
    if blocked:
        act.tell(
            events.ReviewsBlocked,
            review_ids=_ids(blocked),
            matters=[review.name for review in blocked],
            because_of="、".join(review.name for review in because_of),
        )
    return blocked


def joint_review_is_over(act: Act) -> bool:
    """Every department has said its word on the papers, or its time for it has passed (I-103, I-104)."""
    unanswered = [review for review in act.reviews if review.papers_open and not review.answer]
    return all(is_silent(review, act.application, act.now) for review in unanswered)


def _ids(reviews: list[DepartmentReview]) -> list[int]:
    return [review.pk for review in reviews]


def _departments(reviews: list[DepartmentReview]) -> list[str]:
    return list(dict.fromkeys(review.department.name for review in reviews))


def _clock_from(review: DepartmentReview, act: Act) -> datetime:
    """When the review's clock starts: the end of its last predecessor, else its acceptance."""
    before = rules.finish_of_predecessors(review, act.by_code)
    starts = [review.accepted_at, *(one.ended_at for one in before)]
    return max(start for start in starts if start is not None)


def reckon_again(act: Act, review: DepartmentReview) -> None:
    """The review's dues and the whole's, after an extension or a special procedure (I-77, I-110)."""
    set_due(act, review)
    reckon_whole(act)
