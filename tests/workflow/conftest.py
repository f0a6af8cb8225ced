"""What several of these files need: the corner shop on offer, and short words for looking at an application."""

from collections.abc import Iterator

import pytest

from bundles.selectors import forget_offers
from tests.factories import shop


@pytest.fixture
def on_offer(cast) -> Iterator[None]:
    """开便利店 can be applied for, in this test only."""
    shop.published()
    yield
    forget_offers()
