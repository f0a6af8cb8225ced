"""
The lives an order may have in the demo: how far it came, with every moment in its place.

A course says by which steps an order went; the loader turns steps into rows. Weights add up to more than
three hundred orders, and every state, close reason and code of exclusion occurs (H-195).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hotline.states import CloseReason, OrderStatus, Solved
from hotline.states import OrderStatus as S

__all__ = ["COURSES", "Course"]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Course:
    """So many orders that ended, or stand, like this; ages and waits in days after acceptance."""

    status: OrderStatus
    number: int
    #: Youngest and oldest, in days before now.
    ages: tuple[int, int]
    is_dispatched: bool = True
    is_signed: bool = True
    signed_late: bool = False
    handled_after: float | None = None
    surveyed: tuple[bool, Solved | None, int] | None = None
    close_reason: str = ""
    rework_no: int = 0
    returned: bool = False
    exclusion: str = ""
    anonymous: bool = False
    types: Sequence[str] = ("complaint", "help")


def _good(level: int, number: int, **more: object) -> Course:
    return Course(
        status=S.ARCHIVED, number=number, ages=(6, 59), handled_after=2.5,
        surveyed=(True, Solved.YES, level), close_reason=CloseReason.GOOD_REVIEW, **more,  # type: ignore[arg-type]
    )  # fmt: skip


COURSES: tuple[Course, ...] = (
    _good(5, 60),
    _good(4, 40),
    _good(3, 18),
    _good(4, 8, returned=True),
    _good(5, 6, rework_no=1),
    Course(status=S.ARCHIVED, number=14, ages=(9, 59), handled_after=9, signed_late=True,
           surveyed=(True, Solved.PARTIAL, 3), close_reason=CloseReason.GOOD_REVIEW),
    Course(status=S.ARCHIVED, number=14, ages=(8, 59), handled_after=3, close_reason=CloseReason.NO_CONTACT),
    Course(status=S.ARCHIVED, number=8, ages=(8, 59), handled_after=3, anonymous=True, close_reason=CloseReason.EXEMPT),
    Course(status=S.ARCHIVED, number=4, ages=(15, 59), handled_after=4, surveyed=(True, Solved.NO, 1),
           close_reason=CloseReason.UNREASONABLE, exclusion="X6"),
    Course(status=S.ARCHIVED, number=3, ages=(25, 59), handled_after=5, surveyed=(True, Solved.NO, 2), rework_no=2,
           close_reason=CloseReason.REWORK_EXHAUSTED),
    Course(status=S.ARCHIVED, number=3, ages=(12, 40), handled_after=4, surveyed=(True, Solved.YES, 4),
           close_reason=CloseReason.GOOD_REVIEW, exclusion="X7"),
    Course(status=S.ARCHIVED, number=22, ages=(1, 20), handled_after=4, surveyed=(True, Solved.YES, 4),
           close_reason=CloseReason.GOOD_REVIEW, exclusion="X8", types=("report",)),
    Course(status=S.ARCHIVED, number=36, ages=(8, 59), is_dispatched=False, close_reason=CloseReason.DIRECT,
           types=("inquiry",)),
    Course(status=S.DIRECT_ANSWERED, number=8, ages=(1, 6), is_dispatched=False, types=("inquiry", "suggestion")),
    Course(status=S.CALLBACK, number=14, ages=(3, 6), handled_after=2),
    Course(status=S.CLOSE_REVIEW, number=8, ages=(2, 5), handled_after=1.8),
    Course(status=S.HANDLING, number=32, ages=(1, 4)),
    Course(status=S.HANDLING, number=9, ages=(12, 18)),
    Course(status=S.REWORK, number=5, ages=(6, 9), handled_after=2, surveyed=(False, Solved.NO, 2), rework_no=1),
    Course(status=S.SHELVED, number=5, ages=(15, 50)),
    Course(status=S.DISPATCHED, number=10, ages=(0, 1), is_signed=False),
    Course(status=S.RETURN_REVIEW, number=4, ages=(0, 1), is_signed=False, returned=True),
    Course(status=S.DISPUTED, number=3, ages=(0, 1), is_signed=False, returned=True),
    Course(status=S.ACCEPTED, number=8, ages=(0, 1), is_dispatched=False),
    Course(status=S.REGISTERED, number=5, ages=(0, 0), is_dispatched=False),
    Course(status=S.WITHDRAWN, number=6, ages=(3, 50), exclusion="X1"),
    Course(status=S.MERGED, number=6, ages=(3, 50), is_dispatched=False, exclusion="X2"),
    Course(status=S.GUIDED_ELSEWHERE, number=8, ages=(1, 59), is_dispatched=False, exclusion="X4"),
    Course(status=S.INVALID, number=5, ages=(1, 59), is_dispatched=False, exclusion="X4"),
    Course(status=S.EMERGENCY_TRANSFERRED, number=4, ages=(1, 59), is_dispatched=False, exclusion="X4"),
)  # fmt: skip
