"""Which unit answers for an order: the worked numbers of hotline.md section 7, without a database."""

from dataclasses import replace
from datetime import datetime

import pytest

from common.workdays import SHANGHAI, Calendar
from hotline.rules.dispatching import (
    Asked,
    Choice,
    OrderFacts,
    Row,
    SubUnit,
    Unit,
    Way,
    assist_due,
    best_scored,
    confidence,
    least_loaded,
    objections_to_automatic,
    objections_to_host,
    overriding,
    share,
    valid_rows,
)

WEIGHTS = {"C": 0.50, "R": 0.25, "H": 0.25}
STREET, DISTRICT, CITY = 1, 2, 3
UNITS = {
    STREET: Unit(STREET, "桥头街道办事处", "street", is_street=True),
    DISTRICT: Unit(DISTRICT, "区城管局", "district"),
    CITY: Unit(CITY, "市住建局", "city"),
}
LANJIANG, QIAOTOU = 90, 91
ASKED = Asked("0801", "complaint", region_line=(QIAOTOU, LANJIANG))


def row(department: int, **facts) -> Row:
    known = {"category": "0801", "order_type": "complaint", "level_required": "street"}
    return Row(pk=department, department_id=department, legal_basis="权责清单第 1 条", **{**known, **facts})


def scored(*rows: Row, history=None, asked: Asked = ASKED) -> Choice:
    return best_scored(rows, asked, UNITS, history=history or {}, weights=WEIGHTS)


def test_h_83_the_first_worked_example():
    """A(1, 1.0, 47/52) 0.976; B(0.5, 0.7, 5/52) 0.449."""
    choice = scored(
        row(STREET), row(DISTRICT, category="08", order_type=""), history={STREET: 46, DISTRICT: 4}
    )
    a, b = choice.candidates
    assert (round(a.score, 3), round(b.score, 3)) == (0.976, 0.449)
    assert round(choice.confidence, 3) == 0.976
    assert choice.score == a.score


@pytest.mark.parametrize(
    ("first", "second", "sure"),
    [(0.976, 0.449, 0.976), (0.813, 0.687, 0.663), (0.875, 0.550, 0.875), (0.600, 0.0, 0.600)],
)
def test_h_85_the_worked_confidences(first, second, sure):
    assert confidence(first, second) == pytest.approx(sure, abs=0.002)


def test_h_85_the_second_worked_example_goes_to_a_person():
    """A(1, 0.7, 21/38) 0.813 against B(0.8, 0.7, 17/38) 0.687."""
    other = Unit(4, "区市场局", "district")
    choice = best_scored(
        [row(DISTRICT), row(4, is_assist=True)],
        ASKED,
        {**UNITS, 4: other},
        history={DISTRICT: 20, 4: 16},
        weights=WEIGHTS,
    )
    assert [round(one.score, 3) for one in choice.candidates] == [0.813, 0.687]
    assert any("派单把握" in why for why in automatic(choice))


def test_h_85_a_cold_start_with_a_clear_lead_needs_nobody():
    choice = scored(row(STREET), row(DISTRICT, category="08", order_type=""))
    assert [one.score for one in choice.candidates] == [0.875, 0.55]
    assert automatic(choice) == []


def test_h_85_a_single_weak_row_goes_to_a_person():
    choice = scored(row(CITY, category="08", order_type=""))
    assert choice.confidence == pytest.approx(0.600)
    assert automatic(choice) != []


def automatic(choice: Choice, **facts) -> list[str]:
    known = OrderFacts(**{"class_conf": 0.8, **facts})
    return objections_to_automatic(known, choice, class_threshold=0.65, dispatch_threshold=0.75)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"class_conf": 0.64}, "分类把握只有 64%"),
        ({"sensitive": True}, "敏感诉求"),
        ({"confidential": "secret"}, "严格保密的诉求"),
        ({"in_group": True}, "多人反映的同一件事"),
        ({"bounce_no": 1}, "曾经退单"),
    ],
)
def test_h_85_what_keeps_a_machine_from_deciding_is_said_in_words(facts, why):
    sure = Choice(Way.SINGLE_ROW, CITY, "权责清单")
    assert automatic(sure) == []
    assert automatic(sure, **facts) == [why]


def test_h_83_the_share_is_smoothed_and_sums_to_one():
    assert share(46, 50, 2) == 47 / 52
    assert share(46, 50, 2) + share(4, 50, 2) == 1


def test_h_81_a_department_matter_never_reaches_the_street():
    rows = [row(STREET, level_required="department"), row(CITY, level_required="department")]
    assert [one.department_id for one in valid_rows(rows, ASKED, UNITS)] == [CITY]


def test_h_81_where_the_street_only_assists_it_does_not_host():
    rows = [row(STREET, is_assist=True, level_required="district")]
    assert scored(*rows) is None
    assert overriding([*rows, row(CITY)], ASKED, UNITS).assists == (STREET,)


def test_h_81_another_district_is_not_asked():
    assert valid_rows([row(DISTRICT, region_id=77)], ASKED, UNITS) == []
    assert valid_rows([row(DISTRICT, region_id=LANJIANG)], ASKED, UNITS) != []


def test_h_144_whoever_is_complained_of_is_no_candidate():
    recused = replace(ASKED, recused=frozenset({CITY}))
    assert valid_rows([row(CITY)], recused, UNITS) == []


def test_h_82_the_one_exact_row_decides_before_any_score():
    choice = overriding([row(CITY), row(DISTRICT, is_assist=True, order_type="")], ASKED, UNITS)
    assert (choice.way, choice.department_id, choice.score) == (Way.SINGLE_ROW, CITY, None)


def test_h_82_two_exact_rows_are_weighed():
    assert overriding([row(CITY), row(DISTRICT)], ASKED, UNITS) is None
    assert scored(row(CITY), row(DISTRICT)).department_id == DISTRICT


def test_h_82_the_emergency_plan_comes_before_the_exact_row():
    plan = row(DISTRICT, is_emergency_plan=True, order_type="", level_required="")
    urgent = replace(ASKED, is_emergency=True)
    assert overriding([row(CITY), plan], urgent, UNITS).way == Way.EMERGENCY_PLAN
    assert overriding([row(CITY), plan], ASKED, UNITS).way == Way.SINGLE_ROW


def test_h_84_load_orders_sub_units():
    assert least_loaded([SubUnit("一中队", 9, 10), SubUnit("二中队", 2, 10)]).name == "二中队"


@pytest.mark.parametrize(
    ("host", "basis", "objected"),
    [
        (CITY, "", False),
        (DISTRICT, "", True),
        (DISTRICT, "领导批示第 3 号", False),
        (STREET, "领导批示第 3 号", True),
    ],
)
def test_h_82_a_host_named_by_hand_needs_a_row_or_an_instruction_and_is_no_street(host, basis, objected):
    rows = [row(CITY, level_required="department")]
    found = objections_to_host(UNITS[host], rows=rows, asked=ASKED, units=UNITS, basis=basis)
    assert bool(found) is objected


@pytest.mark.parametrize(
    ("urgency", "due", "earlier"),
    [
        ("normal", "2026-12-02 16:30", "2026-12-01 16:30"),
        ("normal", "2026-11-30 16:30", "2026-11-27 16:30"),
        ("normal", "2026-11-24 16:30", "2026-11-24 16:30"),
        ("urgent", "2026-11-24 10:00", "2026-11-24 08:00"),
    ],
)
def test_h_100_assists_answer_a_working_day_or_two_hours_before_the_host(urgency, due, earlier):
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)

    calendar = Calendar({}, frozenset({2026}))
    margin = {"working_days": 1, "natural_hours": 2}
    assert assist_due(calendar, at("2026-11-23 17:00"), at(due), urgency, margin) == at(earlier)
