"""One draft on several devices: nobody's text is overwritten unseen, and of two texts neither is lost."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from bundles.planning import clean
from common.crypto import decrypt_values, encrypt_values, keyed_hash
from identity.models import Account
from workflow.models import Application
from workflow.rules.drafting import Delivery, file_keys
from workflow.rules.merging import ON_HOLD, Seen, as_shown, merged
from workflow.services.drafts.filling import save_answers
from workflow.services.drafts.reading import Draft, locked, read

__all__ = ["marks_of", "merge_answers", "settle"]


def marks_of(draft: Draft, keys: Collection[str], *, on_hold: Collection[str] = ()) -> dict[str, str]:
    """For a page that shows these boxes: what each holds, as a mark that tells nobody what."""
    kept = {**draft.typed, **draft.delivery_answers}
    return {key: ON_HOLD if key in on_hold else _mark(draft.pk, key, kept.get(key)) for key in keys}


def _mark(draft_id: int, key: str, value: Any) -> str:
    return keyed_hash(f"{draft_id}:{key}:{as_shown(value)}")[:12]


@transaction.atomic
def merge_answers(
    draft_id: int, *, by: Account, typed: Mapping[str, Any], seen: Seen, delivery: Delivery | None = None
) -> Draft:
    """
    Keep what was changed on the page ``seen``; what was meanwhile changed elsewhere waits to be settled.

    Of a box changed on both, what was kept first stays and what came now is put
    beside it (``Draft.unsettled``), so that the person can choose.
    """
    application = locked(draft_id, by)
    draft = read(application)
    readable = clean(draft.definition, typed).answers
    mine = {key: readable.get(key, value) for key, value in typed.items()}
    mine |= delivery.answers if delivery and not draft.delivery.asked else {}
    kept = {**draft.typed, **draft.delivery_answers}
    result = merged(mine, kept, seen.marks, lambda key, value: _mark(draft_id, key, value))
    if result.clashing:
        _put_beside(application, seen.page, result.clashing, plain=file_keys(draft.plan))
    if not result.taken:
        return read(application) if result.clashing else draft
    return _saved(draft, by, result.taken)


def _saved(draft: Draft, by: Account, taken: Mapping[str, Any]) -> Draft:
    answers = {key: value for key, value in taken.items() if key not in draft.delivery_answers}
    delivery = None
    if answers.keys() != taken.keys():
        delivery = Delivery.of({**draft.delivery_answers, **taken})
    return save_answers(draft.pk, by=by, typed=answers, delivery=delivery)


def _put_beside(
    application: Application, page: str, clashing: Mapping[str, Any], *, plain: Collection[str]
) -> None:
    """The last text of each page is kept, a file by its id; a page goes on typing, and only its latest is of use."""
    waiting = application.draft.setdefault("unsettled", {})
    sealed = encrypt_values(clashing, clashing.keys() - set(plain))
    at = timezone.now().isoformat()
    for key, value in sealed.items():
        waiting.setdefault(key, {})[page] = {"value": value, "at": at}
    application.save(update_fields=["draft"])


@transaction.atomic
def settle(draft_id: int, *, by: Account, choices: Mapping[str, str]) -> Draft:
    """By box, the page whose text is to stand; blank for the text that was kept."""
    application = locked(draft_id, by)
    draft = read(application)
    waiting = application.draft.get("unsettled", {})
    taken: dict[str, Any] = {}
    for key in choices.keys() & waiting.keys():
        others = waiting.pop(key)
        if choices[key] in others:
            taken |= decrypt_values({key: others[choices[key]]["value"]})
    application.draft["unsettled"] = waiting
    application.save(update_fields=["draft"])
    return _saved(draft, by, taken) if taken else read(application)
