from collections.abc import Iterator

import pytest

from bundles.selectors import forget_offers


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What a test published and rolled back must not be offered to the next one."""
    forget_offers()
    yield
    forget_offers()
