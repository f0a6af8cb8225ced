"""
全有或全无 (I-107c): after one refusal the undecided rest is held for the applicant's choice.

Five working days; meanwhile no department decides. The clocks run on: waiting for the applicant after
acceptance is no ground for a pause (I-97). Silence goes on with the rest: taking an application back
is a right that only an express word uses (I-137), and going on loses nothing. Withdrawing the rest is
`ending.withdraw`; a further refusal asks anew, for it was not known when the first choice was made.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bundles.selectors import definition_of
from common.workdays import day_of
from identity.models import Account
from workflow import events
from workflow.models import Application, DepartmentReview
from workflow.rules import ending as rules
from workflow.rules import following as chain
from workflow.rules.clock import CHOICE_DAYS
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin
from workflow.services.sweeping import each

__all__ = ["continue_rest", "end_choices", "hold_rest"]


def hold_rest(act: Act, refused: DepartmentReview) -> str:
    """Hold what is left after this refusal, where the bundle says so; until when, or nothing. Not saved yet."""
    if not definition_of(act.application.bundle_version_id).all_or_nothing:
        return ""
    gone = chain.to_follow(act.reviews, {refused.code})
    if all(review.is_final or review in gone for review in act.reviews):
        return ""
    act.application.choice_from = day_of(act.now)
    last = act.clock.calendar.add(act.application.choice_from, CHOICE_DAYS).date
    act.application.choice_due_at = act.clock.calendar.end_of_day(last)
    return last.isoformat()


@transaction.atomic
def continue_rest(application_id: int, *, by: Account) -> Application:
    """The applicant wants the rest although something was refused (I-107c, I-108)."""
    act = begin(application_id, by=by)
    refuse_unless(rules.objections_to_acting_for(act.application, act.who))
    refuse_now([] if act.application.choice_due_at else [_("没有等您选择的事项")])
    _let_go(act, by_silence=False)
    return act.application


def end_choices(now: datetime | None = None) -> int:
    """Five working days without a word: the rest goes on."""
    moment = now or timezone.now()
    over = Application.objects.filter(choice_due_at__lte=moment)
    return each(list(over.values_list("pk", flat=True)), _end_choice, moment)


@transaction.atomic
def _end_choice(application_id: int, now: datetime) -> bool:
    act = begin(application_id, by=None, now=now)
    due = act.application.choice_due_at
    if due is None or due > now:
        return False
    _let_go(act, by_silence=True)
    return True


def _let_go(act: Act, *, by_silence: bool) -> None:
    act.application.choice_from = act.application.choice_due_at = None
    act.tell(events.RestContinued, by_silence=by_silence)
    act.save()
    act.finish()
