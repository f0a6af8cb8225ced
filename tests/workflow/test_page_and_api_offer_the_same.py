"""What the exit window and the applicant may do: one rule for the pages and for `allowed` over the API."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.identity import api
from workflow import selectors, services
from workflow.models import Application
from workflow.services import Handover
from workflow.states import ApplicationStatus, DeliveryMethod

pytestmark = pytest.mark.usefixtures("on_offer")

A, D = ApplicationStatus, DeliveryMethod
POSTED = Handover(D.EMS, waybill="EM123456789CN", receiver="李明")
#: What is left when somebody will not sign, or cannot be found (I-130).
OTHERWISE = {"serve_by_leaving", "serve_by_announcement"}
#: What becomes of a parcel that came back (I-128).
RETURNED = {"note_call", "resend"}
OUTGOING = {"hand_over", "confirm_delivery"} | OTHERWISE | RETURNED


def at_work(cast) -> Application:
    """Nothing has an end yet."""
    return shop.filed(cast.li, delivery_method=D.WINDOW)


def decided(cast) -> Application:
    application = shop.filed(cast.li, delivery_method=D.EMS, delivery_address="澜江区18号")
    at.approve_everything(cast, application)
    at.seal(application)
    return application


def posted(cast) -> Application:
    application = decided(cast)
    services.hand_over(application.pk, by=cast.exit1, handover=POSTED)
    return application


def came_back(cast) -> Application:
    """The post could not deliver it (I-128)."""
    application = posted(cast)
    now = timezone.now()
    application.deliveries.update(returned_at=now, call_by=now)
    return application


def wanted_again(cast) -> Application:
    application = came_back(cast)
    services.ask_resend(application.pk, by=cast.li)
    return application


def arrived(cast) -> Application:
    application = posted(cast)
    services.confirm_delivery(application.pk, by=cast.li, receiver="李明")
    return application


def declined(cast) -> Application:
    """Not accepted, and the notice is wanted on paper."""
    application = at.alone(cast.li, "cs-fire", delivery_method=D.WINDOW)
    review = at.review_of(application, "cs-fire")
    officer = shop.officer(cast, "cs-fire")
    services.decline(review.pk, by=officer, ground="barred", reasons="一年内提供过虚假材料")
    at.seal(application)
    return application


def first_ready(cast) -> Application:
    """Each result as it is ready: one is, the others are still at work (I-114)."""
    application = shop.filed(
        cast.li, delivery_method=D.EMS, delivery_address="澜江区18号", deliver_together=False
    )
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-fire")
    at.seal(application)
    return application


def first_posted(cast) -> Application:
    application = first_ready(cast)
    services.hand_over(application.pk, by=cast.exit1, handover=POSTED)
    return application


def on_the_page(account, application: Application) -> set[str]:
    client = Client()
    client.force_login(account)
    answer = client.get(reverse("workflow:at_counter", args=[application.reference]))
    return {one.verb.name for one in answer.context["verbs"]} if answer.status_code == 200 else set()


def over_the_api(account, application: Application) -> set[str]:
    answer = api(account).get(f"/api/v1/applications/{application.reference}/")
    return OUTGOING & set(answer.json()["allowed"]) if answer.status_code == 200 else set()


@pytest.mark.parametrize(
    ("situation", "status", "offered"),
    [
        pytest.param(at_work, A.ACCEPTED, set(), id="C-16 nothing is decided"),
        pytest.param(decided, A.DECIDED, {"hand_over"} | OTHERWISE, id="C-16"),
        pytest.param(posted, A.HANDED_OVER, {"confirm_delivery"} | OTHERWISE, id="C-18"),
        pytest.param(
            came_back, A.HANDED_OVER, {"confirm_delivery", "note_call"} | OTHERWISE, id="I-128 it came back"
        ),
        pytest.param(
            wanted_again, A.HANDED_OVER, {"confirm_delivery", "resend"} | OTHERWISE, id="I-128 once more"
        ),
        pytest.param(arrived, A.CLOSED, set(), id="I-130 proved"),
        pytest.param(declined, A.DECLINED, {"hand_over"} | OTHERWISE, id="I-130 a notice on paper"),
        pytest.param(first_ready, A.IN_REVIEW, {"hand_over"} | OTHERWISE, id="I-114 one is ready"),
        pytest.param(
            first_posted, A.IN_REVIEW, {"confirm_delivery"} | OTHERWISE, id="I-114 one is on its way"
        ),
    ],
)
def test_the_exit_window_is_offered_the_same_by_both(
    cast, situation: Callable[..., Application], status, offered
):
    application = situation(cast)
    assert at.now(application).status == status
    assert on_the_page(cast.exit1, application) == over_the_api(cast.exit1, application) == offered


@pytest.mark.parametrize(
    ("situation", "may"),
    [(decided, False), (posted, True), (arrived, False), (first_ready, False), (first_posted, True)],
)
def test_the_applicant_confirms_what_is_on_its_way_whatever_else_is_at_work(cast, situation, may):
    """C-18, I-114: asked for on the page exactly where the API names it."""
    application = situation(cast)
    client = Client()
    client.force_login(cast.li)
    page = client.get(reverse("workflow:application", args=[application.reference])).content.decode()
    address = reverse("workflow:confirm_delivery", args=[application.reference])
    assert (
        (f'action="{address}"' in page) is ("confirm_delivery" in over_the_api(cast.li, application)) is may
    )
    if may:
        assert client.post(address, {"receiver": "李明"}).status_code == 302
        assert not application.deliveries.filter(delivered_at=None).exists()


def test_nobody_is_told_to_sit_still_while_something_is_on_its_way(cast):
    """I-114: the rest is at work, and what was posted wants to be confirmed."""
    client = Client()
    client.force_login(cast.li)
    address = reverse("workflow:application", args=[first_posted(cast).reference])
    turn = client.get(address).context["turn"]
    assert "收到后请在这里确认" in turn["text"]
    assert "不用做什么" not in turn["text"]


def test_what_may_be_done_is_known_from_what_was_read(cast, statements):
    """Both ask the rule about rows that the page has read anyhow."""
    file = selectors.dossier(cast.exit1, posted(cast).reference)
    with statements(at_most=0):
        assert set(file.allowed) == {"confirm_delivery"} | OTHERWISE
