"""What must stay although the request was refused: seen with real commits, from another connection (I-34)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from events.models import EventRecord
from tests.factories import identity as people
from tests.factories import workflow as at
from workflow.models import CorrectionEntry


@pytest.fixture
def cast(committed):
    """The cast, seen by every connection."""
    return people.cast()


def from_elsewhere(look):
    """What another connection sees."""

    def run():
        try:
            return look()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def test_the_attempt_at_a_second_notice_is_kept_although_it_was_refused(cast):
    """I-34: 409 for whoever tried, an anomaly row for whoever watches."""
    application = at.filed(cast.li)
    review = at.review_of(application, "nb-maternity-expense")
    paper = application.materials.filter(needed_by__contains=[review.code], mode="upload").first()
    address = f"/api/v1/reviews/{review.pk}/request_correction/"
    client = people.api(cast.reviewer(review.department.code))
    sent = {"items": [vars(at.a_defect(paper.name))]}
    statuses = [client.post(address, sent, format="json").status_code for _ in range(2)]
    assert statuses == [200, 409]
    attempts = EventRecord.objects.filter(name="workflow.SecondCorrectionTried")
    assert from_elsewhere(attempts.count) == 1
    assert from_elsewhere(CorrectionEntry.objects.count) == 1
