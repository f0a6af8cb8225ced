"""轮到谁: at whom an application waits and until when, as a list says it in one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from common.states import Party
from workflow.states import APPLICATION_TURN, IN_HAND, ReviewStatus
from workflow.states import ApplicationStatus as A

if TYPE_CHECKING:
    from workflow.models import Application, DepartmentReview


@dataclass(frozen=True)
class Turn:
    """Whose move it is, which departments are at work, and the next date that was promised to somebody."""

    party: Party
    departments: tuple[str, ...] = ()
    due_at: datetime | None = None

    @property
    def is_mine(self) -> bool:
        """Something waits for the applicant."""
        return self.party is Party.APPLICANT

    def is_late(self, now: datetime) -> bool:
        """The date has passed."""
        return self.due_at is not None and self.due_at < now


def turn_of(
    application: "Application",
    open_reviews: Sequence["DepartmentReview"],
    *,
    mine_until: datetime | None = None,
    is_mine: bool = False,
) -> Turn:
    """
    At whom the application waits; ``open_reviews`` are those without an end.

    ``is_mine``: the applicant has something to bring or to confirm, ``mine_until`` when by.
    """
    party = APPLICATION_TURN[A(application.status)]
    if is_mine or party is Party.APPLICANT:
        return Turn(Party.APPLICANT, _named(at_work(application, open_reviews)), mine_until)
    if party is not Party.DEPARTMENT:
        return Turn(party)
    busy = at_work(application, open_reviews)
    due = application.answer_due_at if application.status == A.RECEIVED else _first_due(busy)
    return Turn(party, _named(busy), due or application.due_at)


def at_work(
    application: "Application", open_reviews: Sequence["DepartmentReview"]
) -> list["DepartmentReview"]:
    """Reviews whose department can move now: it still has to look at the papers, or has the matter in hand."""
    if application.status == A.RECEIVED:
        return [one for one in open_reviews if one.papers_open and not one.answer]
    in_hand = [one for one in open_reviews if one.status in IN_HAND]
    return in_hand or [one for one in open_reviews if one.status == ReviewStatus.WAITING and one.papers_open]


def _named(reviews: Sequence["DepartmentReview"]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.department.name for one in reviews))


def _first_due(reviews: Sequence["DepartmentReview"]) -> datetime | None:
    return min((one.due_at for one in reviews if one.due_at), default=None)
