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
        return Turn(Party.APPLICANT, _named(at_work(open_reviews)), mine_until)
    if party is not Party.DEPARTMENT:
        return Turn(party)
    busy = at_work(open_reviews)
    return Turn(party, _named(busy), _first_due(application, busy) or application.due_at)


def at_work(open_reviews: Sequence["DepartmentReview"]) -> list["DepartmentReview"]:
    """Reviews whose department can move now: it has the matter in hand, or still has to look at its papers."""
    return [one for one in open_reviews if one.status in IN_HAND or _is_unanswered(one)]


def _is_unanswered(review: "DepartmentReview") -> bool:
    return review.status == ReviewStatus.WAITING and review.papers_open and not review.answer


def _named(reviews: Sequence["DepartmentReview"]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.department.name for one in reviews))


def _first_due(application: "Application", busy: Sequence["DepartmentReview"]) -> datetime | None:
    """The decision that was promised first, or the answer whether the papers will do."""
    dues = [application.answer_due_at if _is_unanswered(one) else one.due_at for one in busy]
    return min((due for due in dues if due), default=None)
