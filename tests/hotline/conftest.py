"""What a test changed in tree and numbers is forgotten after it."""

from collections.abc import Iterator

import pytest

from hotline.selectors import forget_parameters, forget_tree
from hotline.selectors.learned import forget_learned
from hotline.selectors.lexicon import forget_lexicon, forget_tables
from tests.factories.hotline_team import Team, a_team


@pytest.fixture(autouse=True)
def as_loaded() -> Iterator[None]:
    yield
    forget_parameters()
    forget_tree()
    forget_lexicon()
    forget_tables()
    forget_learned()


@pytest.fixture
def team(db: None) -> Team:
    """The people an order meets once a department has it."""
    return a_team()
