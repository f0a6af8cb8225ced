import pytest

from bundles.conditions import ConditionDefect, compiled, judge, keys_in


@pytest.mark.parametrize(
    ("source", "answers", "holds"),
    [
        ("a", {"a": True}, True),
        ("a", {"a": False}, False),
        ("a != 'x'", {"a": "y"}, True),
        ("n >= 300", {"n": 300.0}, True),
        ("n > 3", {"n": 2.5}, False),
        ("d < '2026-01-01'", {"d": "2025-12-31"}, True),
        ("'a' in many", {"many": ["a", "b"]}, True),
        ("rows.exists(row, row.n > 2)", {"rows": [{"n": 1}, {"n": 3}]}, True),
        ("'text'", {}, False),
        ("1", {}, False),
    ],
)
def test_only_true_itself_holds(source, answers, holds):
    assert judge(source, answers).holds is holds


def test_no_condition_always_holds():
    assert judge(None, {}).holds
    assert judge("", {}).holds


@pytest.mark.parametrize(
    ("source", "answers", "unbound"),
    [
        ("a", {}, ("a",)),
        ("!a", {}, ("a",)),
        ("a != 'x'", {}, ("a",)),
        ("!(a in ['x'])", {}, ("a",)),
        ("a && b", {"a": True}, ("b",)),
        ("a || b", {"a": False}, ("b",)),
        ("a && b", {}, ("a", "b")),
        ("rows.exists(row, row.n == limit)", {"rows": [{"n": 1}]}, ("limit",)),
    ],
)
def test_an_unanswered_key_is_unbound_and_never_null(source, answers, unbound):
    verdict = judge(source, answers)

    assert verdict.is_undetermined
    assert not verdict.holds
    assert verdict.unbound == unbound


@pytest.mark.parametrize(
    ("source", "answers", "holds"),
    [
        ("a && b", {"a": False}, False),
        ("b && a", {"a": False}, False),
        ("a || b", {"a": True}, True),
        ("b || a", {"a": True}, True),
        ("a ? b : true", {"a": False}, True),
    ],
)
def test_what_cannot_change_any_more_is_determined(source, answers, holds):
    verdict = judge(source, answers)

    assert not verdict.is_undetermined
    assert verdict.holds is holds


@pytest.mark.parametrize(
    "source", ["a > 3", "a.b == 1", "1 / 0 == 1", "size(a) > nothing_asks(1)", "int(a) == 1"]
)
def test_any_other_error_is_a_defect_and_raises(source):
    with pytest.raises(ConditionDefect):
        judge(source, {"a": "text"})


@pytest.mark.parametrize("source", ["a &&", "a = 1", "(", "'", "a in ["])
def test_what_cel_cannot_read_is_a_defect(source):
    with pytest.raises(ConditionDefect):
        compiled(source)


def test_keys_are_listed_once_and_without_the_names_macros_bind():
    assert keys_in("a && b == 'x'", None, "b || rows.all(row, row.n < c)") == ["a", "b", "c", "rows"]


def test_an_expression_is_compiled_once():
    assert compiled("a && once") is compiled("a && once")
