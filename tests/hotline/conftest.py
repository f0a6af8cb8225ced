"""What a test changed in tree and numbers is forgotten after it."""

from collections.abc import Iterator

import pytest

from hotline.selectors import forget_parameters, forget_tree


@pytest.fixture(autouse=True)
def as_loaded() -> Iterator[None]:
    yield
    forget_parameters()
    forget_tree()
