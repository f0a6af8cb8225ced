"""Regions, departments and the demo's cast come from files: repeatable, with a report, bad files refused."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from common.fixtures import BadFile, read, read_rows
from identity.models import Account, Authorisation, Department, Person, Post, Region
from identity.roles import Role
from identity.selectors import standing
from identity.services import demo
from identity.services.loading import load_departments, load_regions

#: The accounts that the contract with other systems names.
NAMED = [
    "li",
    "wang",
    "huarong",
    "agent_zhao",
    "window1",
    "window2",
    "exit1",
    "call1",
    "dispatch1",
    "callback1",
    "hotline_head",
    "supervisor",
    "leader",
    "auditor",
    "editor",
    "admin",
]


@pytest.fixture
def a_file(tmp_path):
    def written(text: str) -> Path:
        path = tmp_path / "rows.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_the_city_has_districts_streets_and_communities(db):
    counted = {kind: Region.objects.filter(kind=kind).count() for kind in Region.Kind}
    assert counted == {"city": 1, "district": 3, "street": 6, "community": 12}
    assert not Region.objects.exclude(code__startswith="99").exists()
    assert not Region.objects.exclude(kind="city").filter(parent=None).exists()


def test_every_department_that_a_bundle_or_matter_names_exists(db):
    known = set(Department.objects.values_list("name", flat=True))
    named = set()
    for path in Path("fixtures/bundles").glob("*.yaml"):
        bundle = yaml.safe_load(path.read_text(encoding="utf-8"))
        named |= {bundle["lead_department"], *bundle["cooperating_departments"]}
        named |= {matter["department"] for matter in bundle["matters"]}
    assert named - known == set()


@pytest.mark.parametrize("command", ["load_regions", "load_departments"])
def test_loading_again_changes_nothing_and_says_so(db, command):
    said = StringIO()
    call_command(command, stdout=said)
    assert "新增 0，修改 0，删除 0" in said.getvalue()


def test_a_changed_row_is_reported_by_column(db, a_file):
    row = "- {code: '990102', name: 澜江新区, kind: district, parent: '990100'}\n"
    city = "- {code: '990100', name: 云澜市, kind: city}\n"
    changes = load_regions([a_file(city + row)])
    assert changes.changed == {"990102": ["name"]}
    assert "~ 990102：name" in str(changes)
    assert Region.objects.get(code="990102").name == "澜江新区"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- {code: '1', name: 甲, kind: city, colour: red}", r"rows.yaml:1 colour: 不认识的键"),
        ("- {code: '1', kind: city}", r"rows.yaml:1 name: 缺少这一项"),
        ("- code: '1'\n  name: 甲\n  kind: planet", r"rows.yaml:3 kind: .*planet"),
        ("- {code: '1', name: 甲, kind: street}", "要写上级"),
        ("- {code: '1', name: 甲, kind: street, parent: '77'}", "上级 77 不存在"),
        ("- {code: '1', name: 甲, kind: city, parent: '77'}", "市没有上级"),
        ("- {code: '1', code: '2'}", "rows.yaml:1 code: 同一个键写了两次"),
        ("- just a word", "不是“键: 值”"),
        ("code: '1'", "应是一个列表"),
        ("- {code: '1'", "rows.yaml:.* 不是有效的 YAML"),
        ("- {code: 1, name: '', kind: city}", "应是文字"),
    ],
)
def test_a_bad_file_is_refused_with_line_key_and_reason(db, a_file, text, reason):
    with pytest.raises(BadFile, match=reason):
        load_regions([a_file(text)])
    with pytest.raises(CommandError, match=reason):
        call_command("load_regions", str(a_file(text)))


def test_all_faults_of_a_file_are_told_at_once(db, a_file):
    with pytest.raises(BadFile) as told:
        load_regions([a_file("- {code: '1', kind: city}\n- {name: 乙, kind: city}\n")])
    assert len(told.value.reasons) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- {code: a, name: 甲局, kind: government, region: '1'}", "区划 1 不存在"),
        (
            (
                "- {code: a, name: 甲局, kind: government, region: '990100'}\n"
                "- {code: b, name: 甲局, kind: government, region: '990100'}"
            ),
            "name 甲局 出现了不止一次",
        ),
    ],
)
def test_departments_that_cannot_be_are_refused(db, a_file, text, reason):
    with pytest.raises(BadFile, match=reason):
        load_departments([a_file(text)])


def test_a_row_remembers_where_it_stands(a_file):
    [row] = read_rows(a_file("# first\n- name: 甲\n  kind: city\n"))
    assert row.at("kind").endswith("rows.yaml:3 kind")
    assert read(a_file("a: {b: 1}"))["a"].line == 1


def test_the_cast_is_everybody_the_contract_names(db):
    demo.load_cast([])
    present = set(Account.objects.values_list("username", flat=True))
    codes = {*Department.objects.values_list("code", flat=True), "budongchan"}
    assert present >= {*NAMED, *(f"rep_{code}" for code in codes), *(f"review_{code}" for code in codes)}
    assert Account.objects.get(username="li").check_password("one-stop-demo")
    assert not Account.objects.filter(username__in=present, person=None).exists()


def test_two_codes_of_one_department_are_both_posted_to_it(db):
    demo.load_cast([])
    [post] = Post.objects.filter(account__username="review_budongchan")
    assert post.department.name == "市自然资源和规划局"
    assert post.role == Role.REVIEWER


def test_the_cast_loaded_twice_is_the_cast(db):
    demo.load_cast(["a"])
    assert not any(demo.load_cast(["a"]))
    assert Authorisation.objects.count() == 2
    before = Person.objects.count()
    [persons, *_others] = demo.load_cast(["a", "b"])
    assert not persons
    assert Person.objects.count() == before


def test_the_demo_s_agent_acts_again_when_half_a_year_is_over(db, clock):
    clock.set("2026-01-10 09:00")
    demo.load_cast(["a"])
    clock.set("2026-11-10 09:00")
    agent = Account.objects.get(username="agent_zhao")
    assert standing(agent).authorisations == ()
    demo.load_cast(["a"])
    assert len(standing(Account.objects.get(username="agent_zhao")).authorisations) == 2


def test_the_enterprise_account_is_its_clerk_s(db):
    demo.load_cast([])
    huarong = standing(Account.objects.get(username="huarong"))
    assert len(huarong.organisation_ids) == 1


def test_the_admin_alone_is_a_superuser(db):
    demo.load_cast([])
    assert list(Account.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["admin"]
