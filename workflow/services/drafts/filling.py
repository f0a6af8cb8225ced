"""What is typed, and what registers fill in."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from bundles.planning import clean
from bundles.spec import Field, Question
from exchange.services import prefill
from identity.models import Account
from workflow.rules.drafting import Delivery
from workflow.services.drafts.reading import Draft, keep, locked, read, subject_of

__all__ = ["answer_what_is_known", "prefill_answers", "save_answers"]


@transaction.atomic
def save_answers(
    draft_id: int, *, by: Account, typed: Mapping[str, Any], delivery: Delivery | None = None
) -> Draft:
    """Keep what was typed, readable or not; a blank takes an answer back."""
    application = locked(draft_id, by)
    before = read(application)
    keep(application, {**before.typed, **typed})
    sources = application.draft.setdefault("sources", {})
    after = read(application)
    for key in typed.keys() & sources.keys():
        if after.typed.get(key) != before.typed.get(key):
            sources[key] = ""
    application.draft["saved_at"] = timezone.now().isoformat()
    if delivery is not None:
        application.delivery_method, application.delivery_address = delivery.method, delivery.address
        application.deliver_together = delivery.together
    application.save()
    return read(application)


def answer_what_is_known(draft: Draft, *, by: Account) -> Draft:
    """Ask the registers for the questions they can answer, each once; an answer found is not asked for."""
    return _prefilled_from_registers(draft, by, draft.definition.questions)


def prefill_answers(draft: Draft, *, by: Account) -> Draft:
    """Ask the registers for the boxes nobody has typed in yet, each once (智能预填)."""
    return _prefilled_from_registers(draft, by, [box.field for box in draft.plan.visible_fields])


def _prefilled_from_registers(draft: Draft, by: Account, asked: Iterable[Field | Question]) -> Draft:
    wanted = [
        (one.key, one.type.value, one.prefill)
        for one in asked
        if one.prefill and one.key not in draft.sources and one.key not in draft.typed
    ]
    if not wanted:
        return draft
    found = prefill(subject_of(draft.application), wanted)
    usable = clean(draft.definition, {key: one.value for key, one in found.items()})
    sources = {key: found[key].source if key in usable.answers else "" for key, _type, _source in wanted}
    return _prefilled(draft.pk, by, usable.answers, sources)


@transaction.atomic
def _prefilled(draft_id: int, by: Account, values: Mapping[str, Any], sources: Mapping[str, str]) -> Draft:
    application = locked(draft_id, by)
    typed = read(application).typed
    new = {key: value for key, value in values.items() if key not in typed}
    keep(application, {**typed, **new})
    known = application.draft.setdefault("sources", {})
    known |= {key: source if key in new else "" for key, source in sources.items() if key not in known}
    application.save(update_fields=["answers", "draft"])
    return read(application)
