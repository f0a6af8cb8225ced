"""
How a status looks. The words belong to the app that owns the machine; the tone belongs to the page.

Five tones are enough for everything that moves, and each has its own shape besides its colour.
"""

from enum import StrEnum
from typing import Any

from common.speaking import local_text
from workflow.states import ApplicationStatus, ReviewStatus


class Tone(StrEnum):
    WAITING = "waiting"
    ACTIVE = "active"
    ATTENTION = "attention"
    DONE = "done"
    ENDED = "ended"


APPLICATION_TONES: dict[ApplicationStatus, Tone] = {
    ApplicationStatus.DRAFT: Tone.WAITING,
    ApplicationStatus.SUBMITTED: Tone.ACTIVE,
    ApplicationStatus.RECEIVED: Tone.ACTIVE,
    ApplicationStatus.CORRECTING: Tone.ATTENTION,
    ApplicationStatus.ACCEPTED: Tone.ACTIVE,
    ApplicationStatus.IN_REVIEW: Tone.ACTIVE,
    ApplicationStatus.DECIDED: Tone.DONE,
    ApplicationStatus.HANDED_OVER: Tone.DONE,
    ApplicationStatus.CLOSED: Tone.DONE,
    ApplicationStatus.DECLINED: Tone.ENDED,
    ApplicationStatus.WITHDRAWN: Tone.ENDED,
    ApplicationStatus.TERMINATED: Tone.ENDED,
}
REVIEW_TONES: dict[ReviewStatus, Tone] = {
    ReviewStatus.WAITING: Tone.WAITING,
    ReviewStatus.ASSIGNED: Tone.ACTIVE,
    ReviewStatus.IN_PROGRESS: Tone.ACTIVE,
    ReviewStatus.CORRECTING: Tone.ATTENTION,
    ReviewStatus.SPECIAL_PROCEDURE: Tone.WAITING,
    ReviewStatus.APPROVED: Tone.DONE,
    ReviewStatus.DENIED: Tone.ENDED,
    ReviewStatus.DECLINED: Tone.ENDED,
    ReviewStatus.WITHDRAWN: Tone.ENDED,
    ReviewStatus.TERMINATED: Tone.ENDED,
    ReviewStatus.BLOCKED: Tone.ENDED,
}
TONES: dict[str, Tone] = {str(status): tone for status, tone in (APPLICATION_TONES | REVIEW_TONES).items()}
LABELS: dict[str, Any] = {status.value: status.label for status in [*ApplicationStatus, *ReviewStatus]}


def tone_of(status: Any) -> Tone:
    """The tone of an application's or a review's status; what is unknown waits."""
    return TONES.get(str(status), Tone.WAITING)


def words_for(status: Any) -> Any:
    """The words of a status, in the page's language: its own label where it has one."""
    return local_text(getattr(status, "label", None) or LABELS.get(str(status), status))
