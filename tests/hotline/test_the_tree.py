"""The tree of categories and the numbers come from files, as versions; nothing in use is ever deleted."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from common.errors import BadInput
from hotline.models import Category, CategoryTree, Parameter
from hotline.selectors import current_tree, forget_tree, parameter
from hotline.services import load_parameters, load_tree, set_parameter
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "hotline"
TREE = FOLDER / "categories.yaml"


@pytest.fixture
def written(tmp_path):
    """A copy of the tree to change."""

    def write(change):
        raw = yaml.safe_load(TREE.read_text())
        change(raw)
        path = tmp_path / "tree.yaml"
        path.write_text(yaml.safe_dump(raw, allow_unicode=True))
        return path

    return write


def test_the_tree_has_thirteen_groups_and_seventy_four_categories():
    tree = current_tree()
    assert len(tree.leaves) == 74
    assert len({one.parent_id for one in tree.leaves}) == 13
    assert tree.categories["0000"].parent_id is None


def test_the_same_file_twice_changes_nothing():
    assert not load_tree(TREE)
    assert CategoryTree.objects.count() == 1


def test_h_50_a_category_that_is_retired_stays_on_old_orders_and_is_chosen_no_more():
    order = at.an_order(category="0404")
    Category.objects.filter(code="0404").update(valid_to=date(2020, 1, 1))
    forget_tree()
    codes = {one.code for one in current_tree().chosen_on(date(2026, 12, 1))}
    assert "0404" not in codes
    assert current_tree().categories[order.category_l2].name == "社会保障卡服务"


def test_h_50_a_changed_file_needs_a_new_version(written):
    path = written(lambda raw: raw["categories"][0]["children"].pop())
    with pytest.raises(BadInput, match="换一个版本号"):
        load_tree(path)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("keywords", ["一", "二"], "关键词至少 6 个"),
        ("examples", ["只有一句"], "例句至少 2 个"),
        ("dept", "nobody", "没有“nobody”这类部门"),
        ("deadline", {"value": 0, "unit": "working_days"}, "deadline 要有"),
        ("level", "village", "level 只能是"),
    ],
)
def test_h_51_a_category_that_nobody_could_use_is_refused(written, key, value, reason):
    def change(raw):
        raw["version"] = "x"
        raw["categories"][0]["children"][0][key] = value

    with pytest.raises(BadInput, match=f"0101：{reason}"):
        load_tree(written(change))


def test_parameters_are_loaded_once_and_what_was_set_since_stays():
    set_parameter("class_threshold", 0.7, by=None, reason="试行")
    assert not load_parameters(FOLDER / "parameters.yaml").created
    assert parameter("class_threshold") == 0.7
    assert Parameter.objects.filter(name="class_threshold").count() == 2


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("targets", {"M-09": 1.0}, "不能把目标定为 100%"),
        ("score_weights", {"M-07": 0.5, "M-08": 0.4}, "之和要等于 1"),
        ("no_such_name", 1, "没有名为"),
    ],
)
def test_h_162_h_164_numbers_that_would_do_harm_cannot_be_set(name, value, reason):
    with pytest.raises(BadInput, match=reason):
        set_parameter(name, value, by=None)
