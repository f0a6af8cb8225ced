"""Two presses of one button, on two connections: one draft, one application."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from identity.models import Account
from tests.factories import drafts as with_draft
from tests.factories import identity as people
from workflow.models import Application, ApplicationDocument
from workflow.services import drafts

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def cast(committed):
    """The cast, seen by every connection."""
    return people.cast()


def at_once(times: int, act: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(times)

    def run(_number: int) -> Any:
        try:
            barrier.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_four_presses_of_submit_make_one_application_with_one_receipt(cast):
    draft = with_draft.ready(cast.li)
    sent = at_once(4, lambda: with_draft.sent(draft, Account.objects.get(pk=cast.li.pk)))
    assert len({application.reference for application in sent}) == 1
    assert Application.objects.count() == 1
    assert ApplicationDocument.objects.filter(document__kind="receipt").count() == 1


def test_four_presses_of_start_make_one_draft(cast):
    started = at_once(
        4, lambda: drafts.start_draft("bundle", "newborn", by=Account.objects.get(pk=cast.li.pk))
    )
    assert len({application.pk for application in started}) == 1


def test_answers_saved_at_the_same_time_are_all_kept(cast):
    draft = with_draft.begun(cast.li)
    keys = iter(["baby_name", "mother_name", "father_name", "householder_name"])

    def save():
        drafts.save_answers(draft.pk, by=Account.objects.get(pk=cast.li.pk), typed={next(keys): "周予宁"})

    at_once(4, save)
    typed = drafts.draft_of(draft.pk, by=cast.li).typed
    assert {"baby_name", "mother_name", "father_name", "householder_name"} <= typed.keys()
