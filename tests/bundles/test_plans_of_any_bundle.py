"""Any acyclic graph, any answers: the plan against brute force, and what may only grow."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from bundles.planning import plan
from bundles.planning.graph import circle, critical_path, predecessors, stage_numbers
from bundles.spec import read
from tests.factories.bundles import material, matter, tea_house

KEYS = ["qa", "qb", "qc", "qd"]
PAPERS = ["甲", "乙", "丙", "m1结果", "m2结果"]


@st.composite
def graphs(draw, most=9):
    """code -> what it waits for; edges only point back, so there is no circle."""
    codes = [f"m{number}" for number in range(draw(st.integers(1, most)))]
    return {
        code: draw(st.lists(st.sampled_from(codes[:place]), unique=True)) if place else []
        for place, code in enumerate(codes)
    }


ATOMS = [*KEYS, *(f"!{key}" for key in KEYS)]
PAIRS = [f"({one} {sign} {other})" for one, other in combinations(ATOMS, 2) for sign in ("&&", "||")]
NESTED = [f"{pair} {sign} {atom}" for pair in PAIRS[::7] for atom in ATOMS for sign in ("&&", "||")]

#: Over yes-or-no keys, with and, or, not; None always holds.
conditions = st.sampled_from([None, *ATOMS, *PAIRS, *NESTED])


@st.composite
def definitions(draw):
    graph = draw(graphs(most=6))
    matters = [
        matter(
            code,
            depends_on=before,
            promised_days=draw(st.integers(0, 9)),
            applies_when=draw(conditions),
            materials=[
                _paper(draw, name)
                for name in draw(st.lists(st.sampled_from(PAPERS), unique=True, max_size=3))
            ],
        )
        for code, before in graph.items()
    ]
    questions = [{"key": key, "text": key, "type": "boolean"} for key in KEYS]
    fields = [
        {
            "key": f"f{n}",
            "label": "",
            "type": "text",
            "visible_when": draw(conditions),
            "used_by": draw(_some(graph)),
        }
        for n in range(3)
    ]
    form = [{"group": "", "fields": fields}]
    return read(tea_house(matters=matters, questions=questions, form=form, scenarios=[]))


def _some(codes):
    return st.lists(st.sampled_from(list(codes)), unique=True)


def _paper(draw, name):
    condition = draw(conditions)
    return material(
        name,
        required=condition is None,
        required_when=condition,
        deferrable=draw(st.booleans()),
        deferrable_days=draw(st.integers(1, 5)),
        commitment_allowed=draw(st.booleans()),
    )


full_answers = st.fixed_dictionaries(dict.fromkeys(KEYS, st.booleans()))
kept_keys = st.sets(st.sampled_from(KEYS))


def every_path(graph, code):
    """All chains that end at a matter, the slow way."""
    return [[code]] + [[*path, code] for before in graph[code] for path in every_path(graph, before)]


@given(graphs(most=8), st.data())
def test_stages_and_promises_are_those_of_the_longest_path(graph, data):
    days = {code: data.draw(st.integers(0, 9)) for code in graph}
    paths = {code: every_path(graph, code) for code in graph}

    assert stage_numbers(graph) == {code: max(map(len, paths[code])) for code in graph}
    assert critical_path(graph, days) == max(
        sum(days[step] for step in path) for code in graph for path in paths[code]
    )


@given(graphs())
def test_predecessors_are_everything_on_any_path(graph):
    assert predecessors(graph) == {
        code: {step for path in every_path(graph, code) for step in path} - {code} for code in graph
    }


@given(graphs(), st.data())
def test_any_edge_back_makes_a_circle_that_is_named_I100(graph, data):
    first = data.draw(st.sampled_from(list(graph)))
    later = data.draw(
        st.sampled_from([code for code in graph if first in predecessors(graph)[code]] or [first])
    )

    found = circle({**graph, first: [*graph[first], later]})

    assert circle(graph) == []
    assert found[0] == found[-1]
    edges = {**graph, first: [*graph[first], later]}
    assert all(before in edges[after] or after in edges[before] for before, after in pairwise(found))


@given(definitions(), full_answers)
def test_a_matter_starts_when_all_it_waits_for_is_done(definition, answers):
    planned = plan(definition, answers)
    stage = {one.code: one.stage for one in planned.matters}

    assert planned.undetermined == ()
    for one in planned.matters:
        assert one.stage == 1 + max((stage[before] for before in one.depends_on), default=0)
    assert [code for codes in planned.stages for code in codes] == sorted(
        stage, key=lambda code: (stage[code], list(stage).index(code))
    )


@given(definitions(), full_answers)
def test_every_paper_is_asked_once_on_the_strictest_terms(definition, answers):
    planned = plan(definition, answers)

    assert len({paper.name for paper in planned.materials}) == len(planned.materials)
    for paper in planned.materials:
        asked = [
            one
            for code in paper.needed_by
            for one in definition.matters_by_code[code].materials
            if one.name == paper.name
        ]
        assert paper.deferrable == all(one.deferrable for one in asked)
        assert paper.deferrable_days == (min(one.deferrable_days for one in asked) if paper.deferrable else 0)
        assert paper.commitment_allowed == all(one.commitment_allowed for one in asked)
        assert all(paper.name in one.materials for one in planned.matters if one.code in paper.needed_by)


@given(definitions(), full_answers)
def test_nobody_awaits_a_paper_that_comes_too_late(definition, answers):
    planned = plan(definition, answers)
    before = predecessors({one.code: one.depends_on for one in planned.matters})

    for paper in planned.materials:
        if paper.awaited_from:
            assert definition.matters_by_code[paper.awaited_from].result.name == paper.name
            assert all(
                any(definition.matters_by_code[maker].result.name == paper.name for maker in before[code])
                for code in paper.needed_by
            )


@given(definitions(), full_answers, kept_keys)
def test_more_answers_only_add_to_what_was_sure(definition, answers, kept):
    """What a person has been told from half the answers stays true: nothing sure is taken back."""
    some = plan(definition, {key: answers[key] for key in kept})
    all_ = plan(definition, answers)

    assert some.codes <= all_.codes
    assert some.promised_days <= all_.promised_days
    assert some.materials_by_name.keys() <= all_.materials_by_name.keys()
    assert {one.field.key for one in some.visible_fields} <= {one.field.key for one in all_.visible_fields}
    stage = {one.code: one.stage for one in all_.matters}
    assert all(one.stage <= stage[one.code] for one in some.matters)


@given(definitions(), full_answers, kept_keys)
def test_a_plan_without_open_keys_is_final(definition, answers, kept):
    some = plan(definition, {key: answers[key] for key in kept})

    assert set(some.undetermined) <= set(KEYS) - kept
    if not some.undetermined:
        assert some == plan(definition, answers)
