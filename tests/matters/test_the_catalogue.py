"""The catalogue's matters, mandates and places: from files and from bundles, repeatable, bad ones refused."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import Refused
from common.fixtures import BadFile
from events.models import EventRecord
from identity.models import Account, Department, Organisation
from identity.roles import Role
from matters import selectors
from matters.models import Mandate, Matter, Place, SearchEntry
from matters.selectors import mandated, places, places_offering, search
from matters.services import give_mandate, load_matters, load_places, register
from matters.services.demo import load_demo
from matters.states import Audience, Handling, MandatePower, MatterType
from tests.factories.matters import mandate, mandate_for_everything, matter_facts

FROM_FILES = """
- code: test-from-file
  name: 来自文件的事项
  plain_name: 试一试
  department: 市公安局
  type: 行政确认
  audience: 个人
  theme: 户籍身份
  handling: 承诺件
  statutory_days: 20
  promised_days: 5
  materials:
  - {name: 居民身份证, source: 电子证照调取, licence_type: 居民身份证}
  result: 测试证明
  result_kind: 证明
  keywords: [试一试]
  levels: [县]
"""


@pytest.fixture
def a_file(tmp_path):
    def written(text):
        path = tmp_path / "matters.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_the_174_matters_are_there(db):
    assert Matter.objects.filter(theme__gt="", code__startswith="ga-").count() == 20 - 1
    lost = selectors.matter("ga-id-lost")
    assert lost.department.name == "市公安局"
    assert (lost.type, lost.handling, lost.audience) == (
        MatterType.ADMINISTRATIVE_CONFIRMATION,
        Handling.PROMISED,
        Audience.PERSONAL,
    )
    assert lost.materials[0]["licence_type"] == "居民户口簿"
    assert str(lost) == "居民身份证丢失补领"


def test_no_matter_asks_for_a_promise_where_the_risk_is_high_I_57(db):
    risky = Matter.objects.filter(high_risk=True)
    assert risky.count() >= 6
    assert not any(material["commitment_allowed"] for matter in risky for material in matter.materials)


def test_no_paper_the_departments_fetch_is_deferrable_I_54_and_limits_stay_within_the_promise_I_48(db):
    for matter in Matter.objects.exclude(materials=[]):
        for material in matter.materials:
            if material["deferrable"]:
                assert material["source"] == "申请人提交", matter.code
                assert material["deferrable_days"] <= matter.promised_days, matter.code


def test_loading_the_catalogue_again_changes_nothing_and_says_so(db):
    said = StringIO()
    call_command("load_matters", stdout=said)
    assert "事项：新增 0，修改 0，删除 0，未变 174" in said.getvalue()
    assert "办事地点：新增 0，修改 0，删除 0，未变 17" in said.getvalue()


def test_a_new_file_is_loaded_found_and_told(db, a_file):
    changes = load_matters([a_file(FROM_FILES)])
    assert changes.created == ["test-from-file"]
    assert search("试一试")[0].code == "test-from-file"
    assert EventRecord.objects.filter(name="matters.MattersRegistered").last().payload["codes"] == [
        "test-from-file"
    ]


def test_a_changed_file_is_reported_by_column(db, a_file):
    load_matters([a_file(FROM_FILES)])
    changes = load_matters([a_file(FROM_FILES.replace("promised_days: 5", "promised_days: 3"))])
    assert changes.changed == {"test-from-file": ["promised_days"]}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "promised_days: 5",
            "promised_days: 30",
            r"matters.yaml:11 promised_days: 承诺时限 30 长于法定时限 20",
        ),
        ("promised_days: 5", "promised_days: 0", "至少是 1 个工作日"),
        ("promised_days: 5", "promised_days: five", r"matters.yaml:11 promised_days: 应是 0 到 3650"),
        ("type: 行政确认", "type: 行政魔法", r"matters.yaml:6 type: '行政魔法' 不在 行政许可、"),
        ("department: 市公安局", "department: 市魔法局", r"matters.yaml:5 department: 没有名为“市魔法局”"),
        ("levels: [县]", "levels: [星球]", "levels: "),
        ("levels: [县]", "levels: 县", "levels: 应是列表"),
        ("levels: [县]", "levels: [县]\n  colour: red", "colour: 不认识的键"),
        ("levels: [县]", "levels: [县]\n  high_risk: maybe", "high_risk: 应是 true 或 false"),
        pytest.param("levels: [县]", "levels: [县]\n  deemed_acceptance: false", "要写明理由", id="I-86"),
        pytest.param("levels: [县]", "levels: [县]\n  onsite_excluded: true", "要写明依据", id="I-91"),
        ("source: 电子证照调取", "source: 天上掉下来", "天上掉下来"),
        ("source: 电子证照调取", "source: 电子证照调取, deferrable: true", "不能列为容缺材料"),
        ("source: 电子证照调取", "source: 申请人提交, deferrable: true", "要写明补交期限"),
        (
            "source: 电子证照调取, licence_type: 居民身份证}",
            "source: 告知承诺替代, commitment_allowed: true}\n  high_risk: true",
            "不能告知承诺",
        ),
        (
            "levels: [县]",
            "levels: [县]\n  levels: [市]",
            "同一个键写了两次",
        ),
        ("- {name: 居民身份证,", "- {name: 甲, source: 表单生成}\n  - {name: 甲,", "写了两次"),
        ("  result: 测试证明\n", "", "result: 缺少这一项"),
    ],
)
def test_a_bad_file_is_refused_with_line_key_and_reason(db, a_file, old, new, reason):
    path = a_file(FROM_FILES.replace(old, new))
    with pytest.raises(BadFile, match=reason):
        load_matters([path])
    with pytest.raises(CommandError, match=reason):
        call_command("load_matters", str(path))
    assert not Matter.objects.filter(code="test-from-file").exists()


def test_the_same_code_twice_is_refused(db, a_file):
    with pytest.raises(BadFile, match=r"已在 .*matters\.yaml:2 code 用过"):
        load_matters([a_file(FROM_FILES + FROM_FILES)])


def test_a_bundle_registers_what_it_knows(db):
    changes = register(matter_facts(), matter_facts(code="test-other", handling="即办件", promised_days=0))
    assert sorted(changes.created) == ["test-matter", "test-other"]
    assert not register(matter_facts())
    assert search("测试事项办理")[0].code in {"test-matter", "test-other"}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"department": "市魔法局"}, "test-matter: 没有名为“市魔法局”"),
        ({"type": "行政魔法"}, "test-matter: '行政魔法' 不在"),
        ({"promised_days": 21}, "test-matter promised_days: 承诺时限 21 长于法定时限 20"),
    ],
)
def test_facts_that_cannot_be_are_refused_with_the_matter_s_code(db, facts, reason):
    with pytest.raises(Refused, match=reason):
        register(matter_facts(**facts))


def test_the_words_may_be_members_or_labels(db):
    register(matter_facts(type=MatterType.PUBLIC_SERVICE, handling="promised", result_kind="proof"))
    assert Matter.objects.get(code="test-matter").type == MatterType.PUBLIC_SERVICE


@pytest.mark.parametrize(
    "columns",
    [{"promised_days": 61}, {"deemed_acceptance": False}, {"onsite_excluded": True}],
)
def test_the_database_holds_the_rules_too(db, columns):
    """I-79, I-86, I-91: no promise beyond the law, no switch without its reason, no flag without its basis."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.filter(code="ga-id-lost").update(**columns)


def test_an_unpublished_matter_is_not_found(db):
    Matter.objects.filter(code="ga-id-lost").update(published=False)
    assert selectors.matter("ga-id-lost") is None


def test_registering_many_costs_no_more_statements_than_one(db, statements):
    with statements() as for_one:
        register(matter_facts())
    with statements(at_most=len(for_one)):
        register(*[matter_facts(code=f"test-{number}") for number in range(30)])


# Mandates


def test_a_front_clerk_accepts_what_the_mandate_lists(cast, statements):
    mandate(cast.window1, "gongan", ["ga-id-lost", "ga-id-temp"])
    mandated(cast.window1, [], MandatePower.ACCEPT)
    with statements(at_most=1):
        held = mandated(cast.window1, ["ga-id-lost", "mz-marriage"], MandatePower.ACCEPT)
    assert held == {"ga-id-lost"}
    assert mandated(cast.window1, ["ga-id-lost"], MandatePower.DECIDE) == set()
    assert mandated(cast.window2, ["ga-id-lost"], MandatePower.ACCEPT) == set()


@pytest.mark.parametrize(
    ("begins", "ends", "holds"), [(0, 0, True), (-9, -1, False), (1, None, False), (-9, None, True)]
)
def test_a_mandate_holds_from_day_to_day(cast, begins, ends, holds):
    today = timezone.localdate()
    mandate(
        cast.window1,
        "gongan",
        ["ga-id-lost"],
        valid_from=today + timedelta(days=begins),
        valid_until=None if ends is None else today + timedelta(days=ends),
    )
    assert bool(mandated(cast.window1, ["ga-id-lost"], MandatePower.ACCEPT)) is holds


def test_a_mandate_for_all_front_clerks_holds_for_each_of_them(cast):
    mandate(None, "gongan", ["ga-id-lost"], role=Role.FRONT_CLERK)
    assert mandated(cast.window1, ["ga-id-lost"], MandatePower.ACCEPT) == {"ga-id-lost"}
    assert mandated(cast.exit1, ["ga-id-lost"], MandatePower.ACCEPT) == set()


def test_a_mandate_for_representatives_holds_in_their_own_department(cast):
    mandate(None, "gongan", ["ga-id-lost"], MandatePower.DECIDE, role=Role.CHIEF_REPRESENTATIVE)
    assert mandated(cast.rep("gongan"), ["ga-id-lost"], MandatePower.DECIDE) == {"ga-id-lost"}
    assert mandated(cast.rep("minzheng"), ["ga-id-lost"], MandatePower.DECIDE) == set()


def test_a_department_gives_power_over_its_own_matters_alone(cast):
    police = Department.objects.get(code="gongan")
    given = give_mandate(
        number="授1", department=police, matter_codes=["ga-id-lost"], powers=["accept"], account=cast.window1
    )
    assert (given.valid_from, str(given)) == (timezone.localdate(), "授1")
    for changes, reason in [
        ({"matter_codes": ["mz-marriage"]}, "不是本部门的事项"),
        ({"powers": ["steal"]}, "只有受理、决定"),
        ({"role": Role.FRONT_CLERK}, "授权给哪个"),
        ({"account": None}, "授权给哪个"),
    ]:
        plain = {"matter_codes": ["ga-id-lost"], "powers": ["accept"], "account": cast.window1}
        with pytest.raises(Refused, match=reason):
            give_mandate(number="授2", department=police, **plain | changes)


def test_a_mandate_has_one_holder(cast):
    mandate(cast.window1, "gongan", ["ga-id-lost"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.update(role=Role.FRONT_CLERK)


def test_a_clerk_of_everything_is_made_in_one_statement(cast):
    mandate_for_everything(cast.window1)
    codes = set(Matter.objects.values_list("code", flat=True))
    assert mandated(cast.window1, codes, MandatePower.ACCEPT) == codes


def test_the_demo_s_clerks_and_representatives_hold_their_mandates(db):
    load_demo()
    everything = set(Matter.objects.values_list("code", flat=True))
    for name in ("window1", "window2"):
        assert mandated(Account.objects.get(username=name), everything, MandatePower.ACCEPT) == everything
    rep = Account.objects.get(username="rep_gongan")
    theirs = set(Matter.objects.filter(department__code="gongan").values_list("code", flat=True))
    assert mandated(rep, everything, MandatePower.DECIDE) == theirs
    assert Organisation.objects.get().name == "云澜华荣餐饮管理有限公司"


def test_the_demo_loaded_twice_is_the_demo(db):
    call_command("load_demo", stdout=StringIO())
    said = StringIO()
    call_command("load_demo", stdout=said)
    assert said.getvalue().count("新增 0，修改 0，删除 0") == 7


# Places


def test_there_are_places_at_every_level(db):
    assert set(places().values_list("kind", flat=True)) == set(Place.Kind.values)


def test_a_matter_is_handled_where_its_level_has_a_place(db):
    def kinds(code):
        return set(places_offering(Matter.objects.get(code=code)).values_list("kind", flat=True))

    assert kinds("mz-dibao") == {"district_hall", "street_centre", "community_station"}
    assert kinds("zr-mortgage") == {"city_hall", "district_hall", "department_hall"}
    assert places(["kiosk"]).get().code == "citizen-park-kiosk"


def test_a_place_nobody_can_find_is_refused(db, a_file):
    row = "- {code: p, name: 甲站, kind: kiosk, region: '1', address: 某路, opening_hours: 全天}"
    with pytest.raises(BadFile, match="区划 1"):
        load_places([a_file(row)])
    assert load_places([a_file(row.replace("'1'", "'990100'"))]).created == ["p"]


def test_a_place_may_say_where_it_lies_and_what_editors_set_stays(db, a_file):
    row = "- {code: p, name: 甲站, kind: kiosk, region: '990100', address: 某路, opening_hours: 全天%s}"
    load_places([a_file(row % ", longitude: 114.305512, latitude: 30.59")])
    assert Place.objects.filter(code="p").values_list("longitude", "latitude").get() == (
        Decimal("114.305512"),
        Decimal("30.590000"),
    )
    assert not load_places([a_file(row % "")])
    assert Place.objects.get(code="p").latitude == Decimal("30.59")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (", longitude: 190, latitude: 30", "应在 -180 和 180 之间"),
        (", longitude: east, latitude: 30", "要写成度数"),
        (", longitude: 114.3", "经度和纬度要一起写"),
    ],
)
def test_a_place_that_lies_nowhere_is_refused(db, a_file, said, reason):
    row = (
        f"- {{code: p, name: 甲站, kind: kiosk, region: '990100', address: 某路, opening_hours: 全天{said}}}"
    )
    with pytest.raises(BadFile, match=reason):
        load_places([a_file(row)])


def test_every_matter_of_the_files_can_be_looked_for(db):
    entries = set(SearchEntry.objects.filter(kind="matter").values_list("code", flat=True))
    assert set(Matter.objects.published().values_list("code", flat=True)) <= entries
