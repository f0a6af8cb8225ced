"""When each review and the whole are due: day 0, working days, and what the law leaves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
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
#: So long the applicant may choose what becomes of the rest, where a bundle is all or nothing (I-107c).
CHOICE_DAYS = 5
#: Reminders: a correction three working days before its end (I-37), a deferred paper two (I-51).
CORRECTION_NOTICE_DAYS = 3
DEFERRED_NOTICE_DAYS = 2
#: Papers of these reviews count no more for the promise of the whole.
_GONE = frozenset({R.DECLINED, R.WITHDRAWN, R.TERMINATED, R.BLOCKED})

#: A period that ends at 24:00 ends on the day before.
_A_MOMENT = timedelta(seconds=1)

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

    def review_due(self, review: "DepartmentReview") -> ReviewDue:
        """Due of a review that is handed out: its clock runs from its acceptance or its last predecessor's end."""
        day0 = review.clock_from
        if day0 is None:
            raise ValueError("the clock of a review that is not handed out does not run")
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
        application = review.application
        known = [review.accepted_at, application.received_at, application.submitted_at]
        begun = [Due(day_of(moment)) for moment in known if moment is not None][:1]
        if review.restarted_at is not None:
            begun.append(Due(day_of(review.restarted_at)))
        before = [ends[code] for code in review.depends_on if code in ends]
        return max([*begun, *before], key=lambda due: due.date)

    def _planned_end(self, review: "DepartmentReview", start: Due) -> Due:
        end = self._end(review, start.date, self._days(review))
        last = self.calendar.next_workday(end.date)
        return Due(last, end.provisional or start.provisional)

    def _promised(self, review: "DepartmentReview", day0: datetime) -> datetime:
        days = self._days(review)
        if days == 0:
            return self._instant(review, day0)
        return self.calendar.closing(self._end(review, day_of(day0), days).date)

    def _instant(self, review: "DepartmentReview", day0: datetime) -> datetime:
        """Closing time of the day itself, or of the first working day after what the law leaves out (I-45, I-77)."""
        last = day_of(self.calendar.instant_due_at(day0, 0))
        while any(first <= last <= end for first, end in self.excluded.get(review.pk, ())):
            last = self.calendar.next_workday(last + timedelta(days=1))
        return self.calendar.closing(last)

    def _statutory(self, review: "DepartmentReview", day0: datetime) -> datetime | None:
        if review.statutory_days is None:
            return None
        limit = self._end(review, day_of(day0), review.statutory_days + review.extended_days)
        return self.calendar.closing(limit.date)

    def _days(self, review: "DepartmentReview") -> int:
        return review.promised_days + review.extended_days

    def _end(self, review: "DepartmentReview", day0: date, days: int) -> Due:
        return self.calendar.add(day0, days, self.excluded.get(review.pk, ()))


def windows(calendar: Calendar, received_at: datetime, *, joint: bool) -> tuple[datetime, datetime]:
    """By when the departments answer: at the latest by law, and together in the joint review (I-30, I-103)."""
    day0 = day_of(received_at)
    return calendar.due_at(day0, ANSWER_DAYS), calendar.due_at(day0, JOINT_DAYS if joint else ANSWER_DAYS)


def not_before(told: datetime, due: datetime, *, provisional: bool = False) -> datetime:
    """A due reckoned anew is never earlier than the one told (I-74), unless that was told as provisional (I-73)."""
    return due if provisional else max(told, due)


def last_day(ends_at: datetime) -> date:
    """The last day of a period that ends at 24:00."""
    return day_of(ends_at - _A_MOMENT)


def is_to_be_reminded(today: date, last: date, before: int, reminded_on: date | None, days: Calendar) -> bool:
    """Once so many working days before the end, a day late if a run was missed, and once on the day (I-37, I-51)."""
    if today >= last:
        return today == last and reminded_on != today
    return reminded_on is None and days.workdays_between(today, last) <= before


#: Kinds for which 行政许可法第四十五条 itself is the basis.
STATUTORY_KINDS = frozenset(ProcedureKind) - {
    ProcedureKind.ON_SITE_CHECK,
    ProcedureKind.OTHER,
    ProcedureKind.MISSED_VISIT,
}
