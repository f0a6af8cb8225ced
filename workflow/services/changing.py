"""The applicant changes a fact during handling: who used it begins anew, the others keep (I-112)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from bundles.selectors import definition_of
from bundles.spec import sensitive_paths
from common.crypto import decrypt_values, encrypt_values
from common.errors import Refused, refuse_if
from files.models import StoredFile
from files.selectors import mine, to_attach
from identity.models import Account
from identity.selectors import standing
from workflow import events
from workflow.models import Application, DepartmentReview, FormerAnswers, FormerFile
from workflow.rules import changing as rules
from workflow.rules.changing import Change
from workflow.rules.ending import objections_to_acting_for
from workflow.rules.submission import files_among, strange_files
from workflow.services import following
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin

__all__ = ["Change", "change_facts", "facts_of", "foresee_change"]


@transaction.atomic
def change_facts(application_id: int, *, by: Account, answers: Mapping[str, Any]) -> Application:
    """
    Put these answers in the place of the old ones.

    Every review at work that uses a changed box is handed out anew: its clock and its
    machine work begin again, and nobody decides it before having looked. A file is
    replaced by another that ``by`` has brought; the old one is kept. Sent twice,
    the second changes nothing. Raises NotAllowed (403) for anybody but the applicant,
    WrongState (409) where a decision or special procedure rests on the old words,
    Refused (422) as at submission, and where the plan would become another.
    """
    act = begin(application_id, by=by)
    change = foresee_change(act.application, act.reviews, by=by, answers=answers)
    if change.keys:
        _refuse_incomplete(strange_files(change.files, to_attach(by, change.files.values())))
        _write(act, change, by)
        _start_again(act, change)
        act.finish()
    return act.application


def facts_of(application: Application, typed: Mapping[str, Any] | None = None) -> Change:
    """The form as it stands, or as it would read with what is typed; nothing is refused."""
    definition = definition_of(application.bundle_version_id)
    return rules.read_change(definition, decrypt_values(application.answers), typed or {})


def foresee_change(
    application: Application,
    reviews: Sequence[DepartmentReview],
    *,
    by: Account,
    answers: Mapping[str, Any],
) -> Change:
    """What would come of it; nothing is changed. Refuses whatever `change_facts` refuses."""
    refuse_unless(objections_to_acting_for(application, standing(by)))
    refuse_now(rules.objections_to_changing_now(application, reviews))
    change = facts_of(application, answers)
    _refuse_incomplete(change.errors | strange_files(change.files, mine(by, change.files.values())))
    refuse_if(rules.objections_to_another_plan(change))
    _refuse_incomplete(change.lacking)
    refuse_now(rules.objections_to_changing(change.concerned(reviews)))
    return change


def _refuse_incomplete(fields: Mapping[str, Sequence[str]]) -> None:
    if fields:
        reasons = [reason for found in fields.values() for reason in found]
        raise Refused(reasons, code="incomplete", fields=fields)


def _write(act: Act, change: Change, by: Account) -> None:
    said = decrypt_values(act.application.answers)
    definition = definition_of(act.application.bundle_version_id)
    act.application.answers = encrypt_values(change.answers, sensitive_paths(definition))
    former = rules.former(said, change.keys)
    row = FormerAnswers.objects.create(
        application=act.application,
        keys=change.keys,
        said=json.dumps(former, ensure_ascii=False),
        replaced_at=act.now,
        replaced_by=by,
    )
    replaced = StoredFile.objects.filter(pk__in=files_among(definition, former).values())
    FormerFile.objects.bulk_create(FormerFile(former=row, file=stored) for stored in replaced)


def _start_again(act: Act, change: Change) -> None:
    concerned = [review for review in change.concerned(act.reviews) if not review.is_final]
    restarted = rules.to_restart(concerned)
    for review in restarted:
        review.restart(at=act.now)
        following.set_due(act, review)
        act.assigned.append(review)
    if restarted:
        following.reckon_whole(act)
    act.tell(
        events.FactsChanged,
        keys=change.keys,
        labels=change.labels,
        review_ids=[review.pk for review in concerned],
        departments=list(dict.fromkeys(review.department.name for review in restarted)),
        due_at=act.application.due_at.isoformat() if restarted and act.application.due_at else "",
    )
    following.follow(act)
