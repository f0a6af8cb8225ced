"""A long list is turned page by page by key: nothing twice, nothing left out, whatever comes in meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest

from common.errors import BadInput
from common.keyset import page_of
from events.models import EventRecord

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def rows(db):
    """Seven facts; three of them at the same moment."""
    minutes = [0, 1, 1, 1, 2, 3, 4]
    EventRecord.objects.bulk_create(
        EventRecord(name="test.Fact", payload={}, subject="pages", at=NOW + timedelta(minutes=after))
        for after in minutes
    )
    return EventRecord.objects.filter(subject="pages")


def turned(rows, key):
    seen, after = [], ""
    while True:
        page = page_of(rows, key=key, after=after, size=2)
        seen += [row.pk for row in page.rows]
        if not page.next:
            return seen
        after = page.next


@pytest.mark.parametrize(
    ("key", "order"),
    [("at", ["at", "id"]), ("-at", ["-at", "-id"]), ("id", ["id"]), ("-id", ["-id"])],
)
def test_every_row_is_seen_once_and_in_order(rows, key, order):
    assert turned(rows, key) == list(rows.order_by(*order).values_list("pk", flat=True))


def test_a_page_is_one_statement_and_the_last_one_knows_it(rows, statements):
    with statements(at_most=1):
        page = page_of(rows, key="at", size=7)
    assert page.next == ""


def test_what_comes_in_before_the_key_moves_nothing(rows):
    first = page_of(rows, key="-id", size=3)
    EventRecord.objects.create(name="test.Fact", payload={}, subject="pages", at=NOW)
    second = page_of(rows, key="-id", after=first.next, size=3)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


@pytest.mark.parametrize("after", ["nonsense", "~", "2026-99-01~3", "2026-11-20T09:00:00+00:00~x"])
def test_a_key_nobody_can_read_is_refused_with_a_reason(rows, after):
    with pytest.raises(BadInput, match="翻页的位置不对"):
        page_of(rows, key="at", after=after)
