"""What a test changed in tree and numbers is forgotten after it."""

from collections.abc import Iterator

import pytest

from hotline.selectors import forget_parameters, forget_tree
from tests.factories.hotline_team import Team, a_team


@pytest.fixture(autouse=True)
def as_loaded() -> Iterator[None]:
    yield
    forget_parameters()
    forget_tree()


@pytest.fixture
def team(db: None) -> Team:
    """The people an order meets once a department has it."""
    return a_team()
