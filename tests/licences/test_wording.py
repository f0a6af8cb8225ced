"""Official wording: dates, limits, squeezed punctuation, remedies (I-190)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from identity.models import Department, Region
from licences.rules import chinese_date, chinese_moment, days, official_name, printed_number, remedy_against
from licences.services import AcceptedMatter
from licences.templatetags.typography import typeset

CITY = Region(code="990100", name="云澜市", kind="city")
DISTRICT = Region(code="990102", name="澜江区", kind="district", parent=CITY)
STREET = Region(code="990102001", name="书院街道", kind="street", parent=DISTRICT)


def organ(code: str = "minzheng", **facts) -> Department:
    return Department(**({"code": code, "name": "市民政局", "kind": "government", "region": CITY} | facts))


@pytest.mark.parametrize(
    ("department", "reconsidering"),
    [
        pytest.param(organ(), "云澜市人民政府", id="the government of the same level"),
        pytest.param(organ(region=DISTRICT), "澜江区人民政府", id="of the district"),
        pytest.param(
            organ("shuyuan", kind="street", region=STREET),
            "澜江区人民政府",
            id="above a street, its district",
        ),
        pytest.param(organ("haiguan", kind="vertical"), "上一级海关", id="customs"),
        pytest.param(organ("shuiwuju", kind="vertical"), "省税务局", id="tax"),
        pytest.param(organ("waihui", kind="vertical"), "国家外汇管理局省分局", id="foreign exchange"),
        pytest.param(organ("renhang", kind="vertical"), "中国人民银行省分行", id="finance"),
        pytest.param(organ("guoan"), "省国家安全厅", id="state security"),
        pytest.param(
            organ("yancao", name="市烟草专卖局", kind="vertical"),
            "市烟草专卖局的上一级主管部门",
            id="vertical",
        ),
        pytest.param(organ("sifa"), "云澜市人民政府或者省司法厅", id="justice: the applicant may choose"),
        pytest.param(
            organ(reconsideration_organ="云澜新区管委会"), "云澜新区管委会", id="overridden by the table"
        ),
    ],
)
def test_who_reconsiders_is_derived_from_the_organ(department, reconsidering):
    """I-190."""
    assert remedy_against(department).reconsideration_organ == reconsidering


@pytest.mark.parametrize(
    ("department", "court"),
    [
        pytest.param(organ(), "云澜市人民法院", id="of the seat"),
        pytest.param(organ(region=DISTRICT), "澜江区人民法院", id="of the district"),
        pytest.param(organ(court="云澜铁路运输法院"), "云澜铁路运输法院", id="from the table"),
    ],
)
def test_which_court_hears_the_suit(department, court):
    assert remedy_against(department).court == court


@pytest.mark.parametrize(
    ("department", "name"),
    [
        (organ(), "云澜市民政局"),
        (organ(name="属地海关"), "属地海关"),
        (organ(name="市市场监管局"), "云澜市市场监管局"),
        (organ(name="澜江区民政局", region=DISTRICT), "澜江区民政局"),
    ],
)
def test_on_paper_an_organ_has_its_citys_name(department, name):
    assert official_name(department) == name


def test_dates_have_no_padded_zeros():
    assert chinese_date(date(2026, 3, 2)) == "2026年3月2日"
    noon = datetime(2026, 3, 2, 4, 5, tzinfo=ZoneInfo("UTC"))
    assert chinese_moment(noon) == "2026年3月2日12时05分"


@pytest.mark.parametrize(
    ("number", "words"), [(20, "20个工作日"), (0, "当日办结"), (None, "法律法规未作规定")]
)
def test_limits_in_words(number, words):
    assert days(number) == words


def test_numbers_have_six_digits():
    assert printed_number("gongan", 2026, "受", 123) == "gongan〔2026〕受000123号"


def test_what_is_deemed_accepted_says_since_when():
    """I-33."""
    due = datetime(2026, 11, 30, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    row = AcceptedMatter("户口登记", "市公安局", date(2026, 11, 16), None, 3, due, deemed=True).printed()
    assert row["accepted"] == "视为受理（自收件之日2026年11月16日起）"
    assert row["due"] == "2026年11月30日"


@pytest.mark.parametrize(
    ("plain", "squeezed"),
    [
        ("《甲》（乙）", "《甲[》]（乙）"),
        ("他说：“好。”", "他说[：]“好[。]”"),
        ("（《甲》）", "（[《]甲[》]）"),
        ("甲，乙。丙", "甲，乙。丙"),
        ("", ""),
    ],
)
def test_neighbouring_marks_share_their_space(plain, squeezed):
    """标点挤压: of two full-width marks side by side one takes half its width."""
    marked = squeezed.replace("[", '<span class="half">').replace("]", "</span>")
    assert typeset(plain) == marked


def test_markup_in_what_somebody_wrote_stays_text():
    assert typeset("<b>&") == "&lt;b&gt;&amp;"
