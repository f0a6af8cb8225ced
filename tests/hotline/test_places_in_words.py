"""One address in other words is one place; another house, another district or no house at all is not (H-130)."""

import pytest

from hotline import services
from hotline.models import HotlineOrder
from hotline.rules.envelopes import IntakeEnvelope
from hotline.rules.places import place_key
from hotline.selectors.regions import regions
from hotline.states import Channel, OrderStatus, OrderType
from identity.models import Region

NAMES = ["云澜市", "望湖区", "和平街道"]


def key(text: str, district: str = "990101") -> str:
    return place_key(text, district=district, names=NAMES, roads={"和平路", "望湖大道"})


@pytest.mark.parametrize(
    "said",
    [
        "和平路3号",
        "望湖区和平路三号门口",
        "和平路 ３ 号",
        "云澜市望湖区和平街道和平路3号2单元501",
        "我家住在和平路3号",
        "就在和平路三号楼下",
    ],
)
def test_h130_one_house_said_in_any_way_is_one_place(said):
    expected = "990101:和平路:3栋" if "号楼" in said else "990101:和平路:3号"
    assert key(said) == expected


@pytest.mark.parametrize(
    ("said", "number"),
    [("十二号", 12), ("二十号", 20), ("一百零八号", 108), ("二〇号", 20), ("两百号", 200), ("十号", 10)],
)
def test_numbers_are_counted_as_they_are_spoken(said, number):
    assert key(f"和平路{said}") == f"990101:和平路:{number}号"


@pytest.mark.parametrize(
    "said", ["", "和平路", "和平路与建设路交叉口", "小区门口3号车", "阳光社区附近", "3号"]
)
def test_h130_where_no_house_is_named_there_is_no_place(said):
    assert key(said) == ""


def test_h130_the_same_road_in_another_district_and_the_next_house_are_other_places():
    assert key("和平路3号") != key("和平路3号", district="990102")
    assert key("和平路3号") != key("和平路5号")
    assert key("阳光花园3栋") == key("阳光花园三幢") != key("阳光花园3号")


def test_without_a_district_nothing_is_the_same():
    assert key("和平路3号", district="") == ""


# From the telephone to one order


@pytest.fixture
def street(db) -> Region:
    return Region.objects.filter(kind=Region.Kind.STREET).order_by("code").first()


def said(street: Region, where: str, number: int, **more: str) -> HotlineOrder:
    return services.register(
        IntakeEnvelope(
            channel=Channel.MEDIA,
            source_ref=f"b-{number}",
            order_type=OrderType.COMPLAINT,
            category="0703",
            region_code=street.code,
            location_text=where,
            phone="13911112222",
            **{"title": "乱停车", "text": "门口一直有车乱停，堵住出口。", **more},
        ),
        by=None,
    )


def test_h130_h131_the_same_caller_about_the_same_house_in_other_words_is_one_order(street, deliver_events):
    """As people speak: no pin, no number of the address register."""
    first = said(street, "松风路二十号门口", 1)
    again = said(street, "松风路20号", 2, text="出口又被车堵了，昨天也是。")
    assert first.place_key == again.place_key != ""
    deliver_events()
    again.refresh_from_db()
    assert (again.status, again.parent_id) == (OrderStatus.MERGED, first.pk)


def test_h130_the_house_next_door_is_its_own_order(street, deliver_events):
    first = said(street, "松风路20号", 1)
    other = said(street, "松风路22号", 2)
    deliver_events()
    other.refresh_from_db()
    assert other.status != OrderStatus.MERGED
    assert first.place_key != other.place_key


def test_a_street_lies_in_its_district(street):
    assert regions().key_of("松风路20号", street.pk).startswith(f"{street.parent.code}:")
    assert regions().key_of("松风路20号", None) == ""
