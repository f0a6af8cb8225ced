"""An application that has ended, and the invitation to say how it went."""

from collections.abc import Callable

import pytest

from evaluation.models import ServiceEvent
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application


@pytest.fixture
def ended(cast) -> Application:
    """李明 filed a newborn and took it back: the shortest service there is (E-04)."""
    application = at.filed(cast.li)
    services.withdraw(application.pk, by=cast.li)
    return at.now(application)


@pytest.fixture
def invited(deliver_events: Callable[[], int]) -> Callable[[Application], ServiceEvent]:
    """`invited(application)`: what the handlers make of its end."""

    def invitation(application: Application) -> ServiceEvent:
        deliver_events()
        return ServiceEvent.objects.get(application=application)

    return invitation


@pytest.fixture
def event(ended, invited) -> ServiceEvent:
    return invited(ended)
