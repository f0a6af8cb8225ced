"""How an application's status follows from its reviews, and what one review's end does to the others."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from workflow.states import DECISIONS, REVIEW_FINAL, Outcome
from workflow.states import ApplicationStatus as A
from workflow.states import ReviewStatus as R

if TYPE_CHECKING:
    from workflow.models import DepartmentReview

_PAST_ASSIGNED = frozenset({R.IN_PROGRESS, R.SPECIAL_PROCEDURE}) | DECISIONS


def status_of(reviews: Sequence["DepartmentReview"]) -> A:
    """The application's status, first that matches (design section 5)."""
    statuses = {R(review.status) for review in reviews}
    if R.CORRECTING in statuses:
        return A.CORRECTING
    if statuses <= REVIEW_FINAL:
        return _end_of(statuses)
    if not any(review.accepted_at or review.is_final for review in reviews):
        return A.RECEIVED
    if any(past_assigned(review) for review in reviews):
        return A.IN_REVIEW
    return A.ACCEPTED


def past_assigned(review: "DepartmentReview") -> bool:
    """Somebody has worked on it: in hand, decided, or ended after acceptance."""
    return review.status in _PAST_ASSIGNED or (review.is_final and review.assigned_at is not None)


def _end_of(statuses: set[R]) -> A:
    if statuses & DECISIONS:
        return A.DECIDED
    if statuses == {R.WITHDRAWN}:
        return A.WITHDRAWN
    return A.DECLINED if statuses == {R.DECLINED} else A.TERMINATED


def outcome_of(reviews: Iterable["DepartmentReview"]) -> Outcome:
    """ALL, PARTIAL or NONE (I-113)."""
    approved = [review.status == R.APPROVED for review in reviews]
    if all(approved):
        return Outcome.ALL
    return Outcome.PARTIAL if any(approved) else Outcome.NONE


def to_assign(reviews: Sequence["DepartmentReview"]) -> list["DepartmentReview"]:
    """Accepted reviews before which nothing stands any more: the join, checked under the lock (I-115)."""
    approved = {review.code for review in reviews if review.status == R.APPROVED}
    return [
        review
        for review in reviews
        if review.status == R.WAITING and review.accepted_at and approved.issuperset(review.depends_on)
    ]


def to_follow(reviews: Sequence["DepartmentReview"], ended: Iterable[str]) -> list["DepartmentReview"]:
    """Undecided reviews that need, however far back, the result of a review in ``ended`` (I-107a, I-138)."""
    lost, successors = set(ended), list["DepartmentReview"]()
    for review in sorted(reviews, key=lambda one: one.stage):
        if not review.is_final and lost.intersection(review.depends_on):
            lost.add(review.code)
            successors.append(review)
    return successors


def finish_of_predecessors(
    review: "DepartmentReview", by_code: Mapping[str, "DepartmentReview"]
) -> list["DepartmentReview"]:
    """The reviews whose end starts this review's clock."""
    return [by_code[code] for code in review.depends_on if code in by_code]
