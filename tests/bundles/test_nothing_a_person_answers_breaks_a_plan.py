"""The thirteen against any answers of the right types, any of the wrong ones, and none."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundles.planning import clean, missing, plan
from bundles.spec import FieldType
from tests.factories.bundles import FILES, bundle

DEFINITIONS = [pytest.param(bundle(path), id=path.stem) for path in FILES]
NUMBERS = ["230101199504120184", "230101199309030319", "420101198503120319"]
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.lists(st.text(max_size=3), max_size=2)
)


def of_type(asked):
    """What a person may well answer."""
    values = [choice.value for choice in getattr(asked, "choices", ())]
    match asked.type:
        case FieldType.BOOLEAN:
            return st.booleans()
        case FieldType.INTEGER:
            return st.integers(-1, 700)
        case FieldType.DECIMAL:
            return st.sampled_from([-1.0, 0, 0.5, 36, 50, 300, 300.5, 1250])
        case FieldType.DATE:
            return st.dates().map(str)
        case FieldType.CHOICE:
            return st.sampled_from(values)
        case FieldType.MULTICHOICE:
            return st.lists(st.sampled_from(values), unique=True)
        case FieldType.RESIDENT_ID:
            return st.sampled_from(NUMBERS)
        case FieldType.TABLE:
            return st.lists(
                st.fixed_dictionaries({}, optional={one.key: of_type(one) for one in asked.columns}),
                max_size=2,
            )
        case _:
            return st.text("甲乙 aA1-", max_size=20)


BY_CODE = {case.values[0].code: case.values[0] for case in DEFINITIONS}


@cache
def some_keys(code):
    return st.sets(st.sampled_from(sorted(BY_CODE[code].inputs)))


@cache
def anything_or_right(code, key):
    """Made once: what takes long is making a strategy, not drawing from it."""
    return of_type(BY_CODE[code].inputs[key]) | ANYTHING


@cache
def surely(code, key):
    right = of_type(BY_CODE[code].inputs[key])
    return right.filter(lambda value: value not in ("", [], None) and str(value).strip())


@pytest.mark.parametrize("definition", DEFINITIONS)
@settings(max_examples=25)
@given(data=st.data())
def test_any_answers_give_a_plan_and_are_told_what_is_missing(definition, data):
    keys = data.draw(some_keys(definition.code))
    sent = {key: data.draw(anything_or_right(definition.code, key)) for key in sorted(keys)}

    cleaned = clean(definition, sent)
    planned = plan(definition, cleaned.answers)
    open_keys = missing(planned, cleaned.answers)

    assert cleaned.answers.keys() <= keys
    assert not cleaned.answers.keys() & cleaned.errors.keys()
    assert not open_keys.keys() & cleaned.answers.keys()
    assert open_keys.keys() <= definition.inputs.keys()
    assert clean(definition, cleaned.answers).answers == cleaned.answers


@pytest.mark.parametrize("definition", DEFINITIONS)
@settings(max_examples=25)
@given(data=st.data())
def test_whoever_answers_what_is_missing_gets_to_the_end(definition, data):
    """Asking for what is missing, again and again, ends with a plan that has no open question."""
    answers = {}
    while open_keys := missing(plan(definition, answers), answers):
        fresh = {key: data.draw(surely(definition.code, key)) for key in open_keys}
        assert fresh.keys().isdisjoint(answers)
        answers |= fresh

    assert plan(definition, answers).undetermined == ()
