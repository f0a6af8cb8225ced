"""What a third-party application does not know of its users is not invented: two strangers stay two (H-12)."""

import pytest

from hotline import services
from hotline.models import ApiKey, HotlineOrder

pytestmark = pytest.mark.django_db
DARK = "路灯不亮已经一个星期了，晚上很黑。"


@pytest.fixture
def application() -> ApiKey:
    return services.issue_key("three")[0]


def file(application: ApiKey, description: str = DARK, **said):
    asked = services.ServiceRequest(service_code="0805", description=description, **said)
    return services.file_by_client(asked, client=application)


def test_h_12_two_strangers_at_two_places_are_two_orders_and_two_people(application):
    for address in ("松风路20号", "槐荫路3号"):
        file(application, address=address)
    assert list(HotlineOrder.objects.values_list("complainant_key", flat=True)) == ["", ""]


def test_h_12_the_same_said_twice_at_one_place_is_one(application):
    assert file(application, address="松风路20号") == file(application, address="松风路20号")
    assert HotlineOrder.objects.count() == 1


def test_h_12_whoever_the_application_knows_is_one_person(application):
    file(application, address="松风路20号", account_id="u1")
    file(application, "松风路乱停车，出不去门。", address="松风路3号", account_id="u1")
    assert len(set(HotlineOrder.objects.values_list("complainant_key", flat=True))) == 1
    assert HotlineOrder.objects.first().complainant_key
