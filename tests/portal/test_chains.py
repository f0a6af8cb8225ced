"""How the chain is laid out: stages from left to right, no line that another already tells."""

import random

from hypothesis import given
from hypothesis import strategies as st

from portal.chains import FOLD, Node, chain, reduced
from portal.tones import Tone


def node(code, stage, **more):
    return Node(code, f"事项{code}", f"部门{code}", stage, **more)


def drawn(nodes, edges):
    return chain({"nodes": nodes, "edges": edges})


def test_each_stage_has_its_column():
    picture = drawn([node("a", 1), node("b", 2), node("c", 3)], [("a", "b"), ("b", "c")])
    assert [(s.number, s.column, s.width) for s in picture.stages] == [(1, 1, 1), (2, 2, 1), (3, 3, 1)]


def test_a_lone_node_stands_in_the_middle_of_a_tall_neighbour():
    picture = drawn([node("a", 1), *(node(c, 2) for c in "bcd")], [("a", c) for c in "bcd"])
    alone, middle = picture.stages[0].nodes[0], picture.stages[1].nodes[1]
    assert alone.y == middle.y
    assert picture.view_box == "0 0 200 300"


def test_a_line_told_by_a_longer_way_round_is_left_out():
    assert reduced([("a", "b"), ("b", "c"), ("a", "c")]) == [("a", "b"), ("b", "c")]


def test_the_words_still_name_everything_that_must_be_waited_for():
    nodes = [node("a", 1), node("b", 2), node("c", 3)]
    picture = drawn(nodes, [("a", "b"), ("b", "c"), ("a", "c")])
    assert picture.stages[2].nodes[0].needs == ("事项a", "事项b")
    assert len(picture.lines) == 2


def test_a_stage_of_many_is_folded_and_its_lines_end_at_the_frame():
    many = [node(str(number), 2) for number in range(FOLD + 3)]
    edges = [("a", one.code) for one in many] + [(one.code, "z") for one in many]
    picture = drawn([node("a", 1), *many, node("z", 3)], edges)
    assert [stage.width for stage in picture.stages] == [1, 2, 1]
    assert len(picture.lines) == 2
    assert picture.folded == [picture.stages[1]]


def test_in_a_folded_stage_whose_members_differ_each_keeps_its_own_line():
    many = [node(str(number), 2) for number in range(FOLD + 1)]
    picture = drawn([node("a", 1), *many], [("a", one.code) for one in many[1:]])
    assert len(picture.lines) == FOLD


def test_what_a_whole_stage_waits_for_is_told_once():
    picture = drawn([node("a", 1), node("b", 2), node("c", 2)], [("a", "b"), ("a", "c")])
    assert [stage.needs for stage in picture.stages] == [(), ("事项a",)]


def test_where_the_waiting_differs_or_has_ended_each_tells_its_own():
    differs = drawn([node("a", 1), node("b", 1), node("c", 2), node("d", 2)], [("a", "c"), ("b", "d")])
    under_way = drawn([node("a", 1), node("b", 2, status="approved"), node("c", 2)], [("a", "b"), ("a", "c")])
    assert [picture.stages[1].needs for picture in (differs, under_way)] == [(), ()]


def test_lines_are_coloured_by_what_they_come_from():
    nodes = [node("a", 1, status="approved"), node("b", 1, status="denied"), node("c", 2), node("d", 1)]
    picture = drawn(nodes, [("a", "c"), ("b", "c"), ("d", "c")])
    assert {line.tone for line in picture.lines} == {Tone.DONE, Tone.ENDED, Tone.WAITING}


def test_dictionaries_with_depends_on_will_do():
    reviews = [
        {
            "matter": "m1",
            "name": "登记",
            "department": "市监",
            "stage": 1,
            "status": "approved",
            "due_at": None,
        },
        {
            "matter": "m2",
            "name": "刻章",
            "department": "公安",
            "stage": 2,
            "depends_on": ["m1", "not-in-plan"],
        },
    ]
    picture = chain(reviews)
    assert picture.edges == {("m1", "m2")}


def test_at_a_glance_a_department_stands_once_in_a_stage():
    nodes = [
        Node("a", "发证", "残联", 1),
        *(Node(code, code, "民政", 2) for code in "bc"),
        Node("d", "d", "医保", 2),
    ]
    picture = chain({"nodes": nodes, "edges": [("a", "b"), ("a", "c"), ("a", "d")]}, by_department=True)
    assert [placed.node.department for placed in picture.stages[1].nodes] == ["民政", "医保"]
    assert picture.edges == {("a", "b"), ("a", "d")}


def test_nothing_to_draw_is_an_empty_chain():
    assert chain([]).stages == ()


@given(st.integers(1, 24), st.integers(1, 5), st.randoms())
def test_nobody_stands_on_anybody_else_and_nobody_is_lost(count, stages, chance: random.Random):
    nodes = [node(str(number), chance.randint(1, stages)) for number in range(count)]
    stage = {one.code: one.stage for one in nodes}
    edges = [(a, b) for a in stage for b in stage if stage[a] < stage[b] and chance.random() < 0.3]
    picture = drawn(nodes, edges)
    spots = [(placed.column, placed.row) for one in picture.stages for placed in one.nodes]
    assert len(set(spots)) == len(spots) == count
    assert all(2 <= row <= picture.half_rows for _, row in spots)
    assert _reach(picture.edges) == _reach(edges)


def _reach(edges):
    reach = set(edges)
    while more := {(a, d) for a, b in reach for c, d in reach if b == c} - reach:
        reach |= more
    return reach
