"""A sound bundle broken in one place is refused, and the offender is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bundles.planning.clamping import clamp
from bundles.planning.soundness import SharedFacts, Surroundings, findings
from bundles.services.files import SCHEMA, schema_complaints
from bundles.spec import read
from tests.factories.bundles import FILES, bundle, material, matter, raw_bundle, tea_house

REPOSITORY = Path(__file__).resolve().parents[2]
CITY = Surroundings(departments={"市市场监管局", "市公安局"})


def found(raw: dict[str, Any], surroundings: Surroundings = CITY) -> list[str]:
    return [str(finding) for finding in findings(read(raw), surroundings) if finding.blocking]


def warned(raw: dict[str, Any]) -> list[str]:
    return [str(finding) for finding in findings(read(raw), CITY) if not finding.blocking]


def test_the_tea_house_is_sound():
    assert findings(read(tea_house()), CITY) == []


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_thirteen_are_sound(path):
    definition = bundle(path)
    departments = {definition.lead_department, *definition.cooperating_departments}
    departments |= {one.department for one in definition.matters}

    assert findings(definition, Surroundings(departments=departments)) == []


def circle(raw):
    raw["matters"][0]["depends_on"] = ["th-sign"]


def waits_for_itself(raw):
    raw["matters"][0]["depends_on"] = ["th-licence"]


def unknown_predecessor(raw):
    raw["matters"][1]["depends_on"] = ["th-ghost"]


def unknown_user(raw):
    raw["form"][0]["fields"][0]["used_by"] = ["th-ghost"]


def unknown_sharer(raw):
    raw["matters"][1]["materials"][1]["shared_with"] = ["th-ghost"]


def matter_twice(raw):
    raw["matters"].append(matter("th-sign"))


def question_twice(raw):
    raw["questions"].append(dict(raw["questions"][0]))


def field_twice(raw):
    raw["form"].append({"group": "再来一次", "fields": [dict(raw["form"][0]["fields"][0])]})


def material_twice(raw):
    raw["matters"][0]["materials"].append(material("租赁合同"))


def unreadable_condition(raw):
    raw["matters"][2]["applies_when"] = "has_sign &&"


def unknown_key(raw):
    raw["matters"][2]["applies_when"] = "has_signboard"


def personal_number(raw):
    raw["matters"][1]["materials"][2]["required_when"] = "owner_id == '420101198503120319'"


def personal_number_decides_a_field(raw):
    raw["form"][0]["fields"][1]["visible_when"] = "owner_id != ''"


def wrongly_typed(raw):
    raw["matters"][2]["applies_when"] = "has_sign > 3"


def no_yes_or_no(raw):
    raw["matters"][2]["applies_when"] = "seats"


def broken_check(raw):
    raw["form"][0]["fields"][1]["valid_when"] = "size(nothing) > 1"


def licence_of_no_type(raw):
    raw["matters"][1]["materials"].append(material("身份证", "电子证照调取"))


def one_paper_two_sources(raw):
    raw["matters"][1]["materials"][1] = material("租赁合同", "数据共享核验")


def unknown_department(raw):
    raw["matters"][1]["department"] = "市月球局"


def unknown_lead(raw):
    raw["lead_department"] = "市月球局"


def unknown_helper(raw):
    raw["cooperating_departments"] = ["市月球局"]


def promise_beyond_the_law(raw):
    raw["matters"][1]["promised_days"] = 11


def choice_of_nothing(raw):
    raw["questions"][0]["type"] = "choice"


def table_of_nothing(raw):
    raw["form"][0]["fields"][1]["type"] = "table"


def same_choice_twice(raw):
    raw["questions"].append(
        {"key": "size", "text": "", "type": "choice", "choices": [{"value": "a", "label": "甲"}] * 2}
    )


def question_and_field_differ(raw):
    raw["form"][0]["fields"].append({"key": "seats", "label": "座位", "type": "text"})


def licence_decides_itself(raw):
    raw["matters"][0] |= {"type": "行政许可", "automatic": True}


def inspected_decides_itself(raw):
    raw["matters"].append(matter("th-extra", automatic=True, site_inspection=True))


def promise_without_basis(raw):
    raw["matters"][2]["legal_basis"] = []


def notice_without_liability(raw):
    notice = dict.fromkeys(["conditions", "form", "inspection", "publication"], "有")
    raw["matters"][2]["commitment_notice"] = {**notice, "liability": " "}


def chain_beyond_the_promise(raw):
    raw["after"]["days"] = 9


def promise_longer_than_one_by_one(raw):
    raw["after"]["days"] = 13


def promise_longer_than_the_law(raw):
    for one in raw["matters"]:
        one["statutory_days"] = one["promised_days"]
    raw["after"]["days"] = 11


BROKEN: list[tuple[Callable[[dict[str, Any]], None], str, str]] = [
    (circle, "th-", "绕成一圈"),
    (waits_for_itself, "th-licence", "绕成一圈"),
    (unknown_predecessor, "th-health", "th-ghost"),
    (unknown_user, "owner_id", "th-ghost"),
    (unknown_sharer, "th-health", "th-ghost"),
    (matter_twice, "th-sign", "两次"),
    (question_twice, "has_sign", "两次"),
    (field_twice, "owner_id", "I-06"),
    (material_twice, "th-licence/租赁合同", "I-06"),
    (unreadable_condition, "th-sign applies_when", "写错"),
    (unknown_key, "th-sign applies_when", "has_signboard"),
    (personal_number, "th-health/健康证明 required_when", "owner_id"),
    (personal_number_decides_a_field, "sign_text visible_when", "owner_id"),
    (wrongly_typed, "th-sign applies_when", "类型"),
    (no_yes_or_no, "th-sign applies_when", "是"),
    (broken_check, "sign_text valid_when", "nothing"),
    (licence_of_no_type, "th-health/身份证", "licence_type"),
    (one_paper_two_sources, "th-health/租赁合同", "th-licence"),
    (unknown_department, "th-health", "市月球局"),
    (unknown_lead, "tea-house", "市月球局"),
    (unknown_helper, "tea-house", "市月球局"),
    (promise_beyond_the_law, "th-health", "法定时限"),
    (choice_of_nothing, "has_sign", "没有选项"),
    (table_of_nothing, "sign_text", "没有列"),
    (same_choice_twice, "size", "两次"),
    (question_and_field_differ, "seats", "不一致"),
    (licence_decides_itself, "th-licence", "自动办结"),
    (inspected_decides_itself, "th-extra", "自动办结"),
    (promise_without_basis, "th-sign", "I-58"),
    (notice_without_liability, "th-sign", "liability"),
    (chain_beyond_the_promise, "有招牌的大茶馆", "after.days"),
    (promise_longer_than_one_by_one, "有招牌的大茶馆", "I-117"),
    (promise_longer_than_the_law, "有招牌的大茶馆", "法定时限"),
]


@pytest.mark.parametrize(("spoil", "offender", "reason"), BROKEN, ids=[row[0].__name__ for row in BROKEN])
def test_it_is_refused_and_the_offender_named(spoil, offender, reason):
    raw = tea_house()
    spoil(raw)

    complaints = found(raw)

    assert any(offender in told.split("：")[0] and reason in told for told in complaints), complaints


def test_a_risky_matter_may_not_enable_commitment_I57():
    risky = Surroundings(departments=CITY.departments, high_risk={"th-sign", "th-licence"})

    assert found(tea_house(), risky) == ["th-sign/安全承诺：高风险事项不适用告知承诺（I-57）"]


@pytest.mark.parametrize(
    ("attribute", "value", "word"),
    [
        ("name", "别的名称", "名称"),
        ("department", "市公安局二", "部门"),
        ("type", "行政许可", "事项类型"),
        ("handling", "即办件", "办件类型"),
        ("statutory_days", None, "法定时限"),
        ("promised_days", 4, "承诺时限"),
    ],
)
def test_bundles_that_share_a_matter_must_agree(attribute, value, word):
    ours = read(tea_house()).matters[0]
    theirs = SharedFacts(**{**vars(SharedFacts.of(ours)), attribute: value})
    around = Surroundings(departments=CITY.departments, shared={"th-licence": {"other-house": theirs}})

    assert found(tea_house(), around) == [f"th-licence：与“other-house”里的同一事项不一致：{word}"]


def test_a_bundle_does_not_disagree_with_its_own_last_version():
    theirs = SharedFacts(**{**vars(SharedFacts.of(read(tea_house()).matters[0])), "promised_days": 4})

    assert (
        found(tea_house(), Surroundings(CITY.departments, shared={"th-licence": {"tea-house": theirs}})) == []
    )


def test_a_scenario_that_no_longer_holds_is_a_warning():
    raw = tea_house()
    raw["scenarios"][0]["expected_matters"] = ["th-licence"]

    assert found(raw) == []
    assert warned(raw) == ["场景“有招牌的大茶馆”：算出的事项与 expected_matters 不一致"]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_any_edge_back_in_any_of_the_thirteen_is_refused(path):
    """I-100: a circle cannot be published."""
    raw = raw_bundle(path)
    last = next(one for one in reversed(raw["matters"]) if one["depends_on"])
    first = next(one for one in raw["matters"] if one["code"] == last["depends_on"][0])
    first["depends_on"] = [*first["depends_on"], last["code"]]

    complaints = [str(one) for one in findings(read(raw), CITY)]

    assert any("绕成一圈" in told and first["code"] in told for told in complaints)


# What is clamped on load, with a warning


def paper_after_clamping(promised_days=5, **changes):
    raw = tea_house(
        matters=[matter("one", promised_days=promised_days, materials=[material("纸", **changes)])]
    )
    clamped, warnings = clamp(raw)
    paper = clamped["matters"][0]["materials"][0]
    return paper["deferrable"], paper["deferrable_days"], warnings


def test_a_limit_beyond_the_promise_is_cut_to_it_I48():
    deferrable, days, warnings = paper_after_clamping(deferrable=True, deferrable_days=7)

    assert (deferrable, days) == (True, 5)
    assert warnings == ["one/纸：补交期限7个工作日超过承诺时限，已改为5个（I-48）"]


@pytest.mark.parametrize(("promised", "usual"), [(5, 5), (30, 10)])
def test_a_limit_left_out_is_ten_days_or_the_promise_I48(promised, usual):
    deferrable, days, warnings = paper_after_clamping(promised, deferrable=True)

    assert (deferrable, days) == (True, usual)
    assert len(warnings) == 1


def test_what_is_decided_on_the_spot_cannot_wait_for_papers_I48():
    assert paper_after_clamping(0, deferrable=True, deferrable_days=1)[:2] == (False, 0)


@pytest.mark.parametrize("source", ["电子证照调取", "数据共享核验", "表单生成", "告知承诺替代"])
def test_what_government_can_look_up_is_never_deferred_I54(source):
    deferrable, days, warnings = paper_after_clamping(source=source, deferrable=True, deferrable_days=3)

    assert (deferrable, days) == (False, 0)
    assert "I-54" in warnings[0]


def test_a_lawful_deferral_is_left_alone():
    assert paper_after_clamping(deferrable=True, deferrable_days=3) == (True, 3, [])


# What the documentation promises


def test_the_example_in_the_documentation_is_sound():
    page = (REPOSITORY / "docs" / "bundle-format.md").read_text(encoding="utf-8")
    raw = yaml.safe_load(page.split("```yaml\n", 2)[1].split("```")[0])

    assert schema_complaints(raw) == []
    assert findings(read(raw), CITY) == []


def test_the_documentation_names_every_key_of_the_schema():
    page = (REPOSITORY / "docs" / "bundle-format.md").read_text(encoding="utf-8")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    shapes = [schema, *schema["$defs"].values()]
    keys = {key for shape in shapes for key in shape.get("properties", {})} - {"kind"}

    assert {key for key in keys if f"`{key}`" not in page and f"{key}:" not in page} == set()
