"""When each review and the whole are due: day 0, working days, and what the law leaves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from common.workdays import Calendar, Due, Period, day_of
from workflow.states import ProcedureKind
from workflow.states import ReviewStatus as R

if TYPE_CHECKING:
    from workflow.models import DepartmentReview

#: The five working days of 行政许可法第三十二条 for an answer, and the joint review's three (I-30, I-103).
ANSWER_DAYS = 5
JOINT_DAYS = 3
#: The organ confirms a corrected set within one working day (I-36).
CONFIRM_DAYS = 1
#: Papers of these reviews count no more for the promise of the whole.
_GONE = frozenset({R.DECLINED, R.WITHDRAWN, R.TERMINATED, R.BLOCKED})

Exclusions = Mapping[int, Sequence[Period]]


@dataclass(frozen=True)
class ReviewDue:
    """When a review is due by promise and by law (I-79); ``statutory`` is None where the law sets no limit (I-86)."""

    promised: datetime
    statutory: datetime | None
    provisional: bool


@dataclass(frozen=True)
class Clock:
    """The calendar, and the time left out of each review by id (I-77)."""

    calendar: Calendar
    excluded: Exclusions = field(default_factory=dict)

    def review_due(self, review: "DepartmentReview", day0: datetime) -> ReviewDue:
        """Due of a review whose clock starts at ``day0``: its acceptance or its last predecessor's end."""
        return ReviewDue(
            promised=self._promised(review, day0),
            statutory=self._statutory(review, day0),
            provisional=self._end(review, day_of(day0), self._days(review)).provisional,
        )

    def whole_due(self, reviews: Sequence["DepartmentReview"]) -> Due:
        """The promise of the whole: the longest chain from the acceptances on (I-84, I-110, W-13, W-14)."""
        return max(self.forecast(reviews).values(), key=lambda due: due.date)

    def forecast(self, reviews: Sequence["DepartmentReview"]) -> dict[str, Due]:
        """When each review ends if every department takes all of its time."""
        ends: dict[str, Due] = {}
        for review in sorted(reviews, key=lambda one: one.stage):
            start = self._planned_start(review, ends)
            ends[review.code] = start if review.status in _GONE else self._planned_end(review, start)
        return ends

    def _planned_start(self, review: "DepartmentReview", ends: Mapping[str, Due]) -> Due:
        begun = review.accepted_at or review.application.received_at or review.application.submitted_at
        before = [ends[code] for code in review.depends_on if code in ends]
        return max([Due(day_of(begun)), *before], key=lambda due: due.date)

    def _planned_end(self, review: "DepartmentReview", start: Due) -> Due:
        end = self._end(review, start.date, self._days(review))
        last = self.calendar.next_workday(end.date)
        return Due(last, end.provisional or start.provisional)

    def _promised(self, review: "DepartmentReview", day0: datetime) -> datetime:
        days = self._days(review)
        if days == 0:
            return self.calendar.instant_due_at(day0, 0)
        return self.calendar.closing(self._end(review, day_of(day0), days).date)

    def _statutory(self, review: "DepartmentReview", day0: datetime) -> datetime | None:
        if review.statutory_days is None:
            return None
        limit = self._end(review, day_of(day0), review.statutory_days + review.extended_days)
        return self.calendar.closing(limit.date)

    def _days(self, review: "DepartmentReview") -> int:
        return review.promised_days + review.extended_days

    def _end(self, review: "DepartmentReview", day0: date, days: int) -> Due:
        return self.calendar.add(day0, days, self.excluded.get(review.pk, ()))


#: Kinds for which 行政许可法第四十五条 itself is the basis.
STATUTORY_KINDS = frozenset(ProcedureKind) - {ProcedureKind.OTHER, ProcedureKind.MISSED_VISIT}
