"""Real Celery workers on a real broker: what is automatic happens by itself, and no accident loses or repeats anything."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone

from evaluation.models import ServiceEvent
from events.models import Delivery, DeliveryState
from licences.models import Document
from licences.states import DocumentKind, DocumentStatus
from tests.conftest import forget_redis
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.bundles import material, matter
from tests.factories.exchange import json_answer, other_system
from workflow import services
from workflow.models import DepartmentReview
from workflow.states import ApplicationStatus, ReviewStatus

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]

CONFIRMED = {"results": [{"CLMC": shop.RECORD, "HYJG": "1", "SJLY": "市公安局", "HYLSH": "HY0000000001"}]}

#: So long the broker keeps an unacknowledged message for its worker (tests.conftest); one that starts later gets it.
LET_GO = 4


@pytest.fixture
def cast(committed) -> people.Cast:
    """The cast, seen by every process."""
    return people.cast()


@pytest.fixture
def by_itself(cast) -> DepartmentReview:
    """A matter that asks one register and then decides itself; filed, its messages on their way."""
    papers = [material(shop.RECORD, "数据共享核验")]
    only = matter("cs-auto", automatic=True, fee=0, materials=papers)
    shop.published(matters=[only], questions=[], after={"steps": 3, "materials": 0, "days": 5, "visits": 0})
    said = shop.answers(has_sign=None)
    application = services.submit(services.Filing("bundle", "corner-shop", said), by=cast.li)
    return at.review_of(application, "cs-auto")


def until(happened: Callable[[], Any], seconds: int = 180) -> None:
    """Wait for the workers, sweeping the outbox meanwhile as beat does; the test fails when they never come to it."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "the workers never came to it"
        current_app.send_task("events.tasks.deliver", expires=3)
        time.sleep(1)


def is_decided(review: DepartmentReview) -> Callable[[], bool]:
    return lambda: DepartmentReview.objects.filter(pk=review.pk, status=ReviewStatus.APPROVED).exists()


def happened_once(review: DepartmentReview) -> None:
    """Checked once, decided once, one result."""
    assert len(at.told(review.application, "MaterialsChecked")) == 1
    assert len(at.told(review.application, "ReviewDecided")) == 1
    assert len(at.documents(review.application, DocumentKind.RESULT)) == 1


def test_a_newborn_goes_from_submission_to_the_invitation_and_no_hand_touches_what_is_automatic(
    cast, start_worker
):
    """Machine work, hand-outs, seals, hand-over and close by workers; people decide only what is theirs."""
    start_worker()
    application = at.filed(cast.li)
    at.confirm_all(cast, application)
    by_hand = application.reviews.filter(automatic=False)
    assert set(by_hand.values_list("code", flat=True)) == {
        "nb-birth-certificate",
        "nb-birth-hukou",
        "nb-maternity-expense",
    }
    for code in ("nb-birth-certificate", "nb-maternity-expense", "nb-birth-hukou"):
        at.approve(cast, application, code)
    until(lambda: at.now(application).status == ApplicationStatus.CLOSED)
    deciders = dict(application.reviews.values_list("code", "decided_by"))
    assert sum(decider is None for decider in deciders.values()) == 4
    assert at.now(application).outcome == "all"
    until(lambda: ServiceEvent.objects.filter(application=application).count() == 1)
    until(lambda: not Document.objects.exclude(status=DocumentStatus.SEALED).exists())


def test_a_worker_killed_in_the_middle_of_a_question_loses_and_repeats_nothing(
    by_itself, start_worker, monkeypatch
):
    """I-115: acknowledged late, redelivered, done once."""
    asked, answered = threading.Event(), threading.Event()

    def after_a_while(path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        asked.set()
        answered.wait(60)
        return json_answer(CONFIRMED)(path, body)

    with other_system(after_a_while) as registers:
        monkeypatch.setenv("EXCHANGE_SHARED_REGISTERS_URL", registers.url)
        monkeypatch.setenv("EXCHANGE_SHARED_REGISTERS_SECRET", registers.secret)
        worker = start_worker()
        until(asked.is_set)
        worker.kill()
        worker.wait()
        assert not is_decided(by_itself)()
        answered.set()
        time.sleep(LET_GO)
        start_worker()
        until(is_decided(by_itself))
    happened_once(by_itself)


def test_a_broker_that_forgot_everything_costs_time_and_nothing_else(by_itself, start_worker):
    """Redis lost after the commit, and once more after the hand-out: beat's two sweeps bring it back."""
    forget_redis()
    start_worker("default")
    until(lambda: is_told(by_itself))
    forget_redis()
    assert services.unworked() == []
    DepartmentReview.objects.filter(pk=by_itself.pk).update(assigned_at=timezone.now() - timedelta(minutes=3))
    start_worker("reviews")
    current_app.send_task("workflow.tasks.sweep_unworked")
    until(is_decided(by_itself))
    happened_once(by_itself)


def is_told(review: DepartmentReview) -> bool:
    """Everything that followed from the submission has been delivered to its handlers."""
    waiting = Delivery.objects.filter(event__subject=review.application.subject, state=DeliveryState.PENDING)
    return not waiting.exists()


def test_ten_copies_of_a_message_do_what_one_does(by_itself, start_worker):
    """I-115: duplicates, on two workers at once."""
    for _ in range(10):
        current_app.send_task("workflow.tasks.work", (by_itself.pk, 0))
    start_worker("reviews")
    start_worker("reviews")
    until(is_decided(by_itself))
    current_app.send_task("workflow.tasks.work", (by_itself.pk, 0))
    time.sleep(2)
    happened_once(by_itself)
