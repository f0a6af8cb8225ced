"""The sixteen orders of hotline.md section 16 give its metrics to the digit; a share of nothing is no number."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from common.workdays import SHANGHAI
from hotline.measuring import (
    METRICS,
    AssistFacts,
    CallFacts,
    ExtensionFacts,
    OrderFacts,
    PartFacts,
    Period,
    RoundFacts,
    ShelvingFacts,
    SubmissionFacts,
    SupervisionFacts,
    SurveyFacts,
    measure,
    paces,
    score,
)
from hotline.states import HandleResult, OrderType, Solved, Urgency

DAY = timedelta(days=1)
NOON = datetime(2026, 9, 1, 12, tzinfo=SHANGHAI)
SEPTEMBER = Period(datetime(2026, 9, 1, tzinfo=SHANGHAI), datetime(2026, 10, 1, tzinfo=SHANGHAI))
DUE = NOON + 7 * DAY
WEIGHTS = {"M-07": 0.30, "M-08": 0.35, "M-09": 0.35}


def part(number: int = 1, *, late: bool = False, returned: bool = False) -> PartFacts:
    signed = None if returned else NOON + (3 if late else 1) * DAY
    return PartFacts(
        department="chengguan",
        round=number,
        dispatched_at=NOON,
        sign_due_at=NOON + 2 * DAY,
        signed_at=signed,
        auto_signed=late,
        return_approved=returned,
    )


def survey(responded: bool, solved: str, level: int) -> SurveyFacts:
    return SurveyFacts(
        at=NOON + 10 * DAY, responded=responded, solved=Solved(solved) if solved else None, level=level
    )


def asked(**facts) -> RoundFacts:
    """A round of asking that began on the seventh day; of a result that claims to have solved it."""
    return RoundFacts(**{"callback_at": DUE, "claimed": HandleResult.SOLVED, **facts})


def an_order(
    number: int,
    kind: str = "complaint",
    *,
    handled: str = "on time",
    survey: SurveyFacts | None = None,
    **facts,
) -> OrderFacts:
    """An order that was dispatched, signed and closed, unless facts say otherwise."""
    at = DUE + DAY if handled == "late" else DUE - DAY
    known = {
        "order_no": str(number),
        "order_type": OrderType(kind),
        "accepted_at": NOON,
        "due_at": DUE,
        "parts": (part(),),
    }
    if handled:
        known["submissions"] = (SubmissionFacts(at=at, due_at=DUE, accepted=True),)
        known["rounds"] = (asked(callback_at=at + DAY, survey=survey),)
    return OrderFacts(**{**known, **facts})


def direct(number: int, *, settled: bool) -> OrderFacts:
    return OrderFacts(
        order_no=str(number),
        order_type=OrderType.INQUIRY,
        accepted_at=NOON,
        settled_directly=settled,
        due_at=NOON + 3 * DAY,
    )


SIXTEEN = [
    direct(1, settled=True),
    direct(2, settled=False),
    an_order(3, "help", survey=survey(True, "yes", 5)),
    an_order(
        4, "help", parts=(part(1, returned=True), part(2)), returns_requested=1, survey=survey(True, "yes", 4)
    ),
    an_order(5, parts=(part(late=True),), survey=survey(True, "partial", 3)),
    an_order(6, handled="late", survey=survey(True, "no", 2), rework_no=1),
    an_order(7, survey=survey(False, "no", 1), rework_no=1),
    an_order(8, rounds=(asked(attempted=True),), exclusions=frozenset({"X5"})),
    an_order(9, handled="", exclusions=frozenset({"X3"}), shelvings=(ShelvingFacts(shelved_at=NOON + DAY),)),
    an_order(10, handled="", exclusions=frozenset({"X1"}), withdrawn_at=NOON + 2 * DAY),
    OrderFacts(
        order_no="11", order_type=OrderType.COMPLAINT, rounds=(RoundFacts(survey=survey(True, "partial", 3)),)
    ),
    an_order(12, "report", survey=survey(True, "yes", 5)),
    an_order(13, survey=survey(True, "no", 1), exclusions=frozenset({"X6"})),
    an_order(14, "help", urgency=Urgency.URGENT, survey=survey(True, "yes", 5)),
    an_order(15, "suggestion", survey=survey(True, "", 4)),
    an_order(
        16, "help", handled="late", returns_requested=1, returns_rejected=1, survey=survey(True, "yes", 4)
    ),
]


def calls() -> list[CallFacts]:
    """1,040 inbound, 20 given up within five seconds, 20 restricted, 965 answered, 940 of them within fifteen."""
    quick = [CallFacts(at=NOON, answered=True, seconds_rung=10)] * 940
    slow = [CallFacts(at=NOON, answered=True, seconds_rung=20)] * 25
    given_up = [CallFacts(at=NOON, answered=False, seconds_rung=4)] * 20
    restricted = [CallFacts(at=NOON, answered=False, seconds_rung=30, restricted=True)] * 20
    missed = [CallFacts(at=NOON, answered=False, seconds_rung=30)] * 35
    return [*quick, *slow, *given_up, *restricted, *missed]


@pytest.mark.parametrize(
    ("code", "numerator", "denominator", "percent"),
    [
        ("M-01", 965, 1000, "96.50%"),
        ("M-01a", 940, 1000, "94.00%"),
        ("M-03", 1, 15, "6.67%"),
        ("M-04", 12, 13, "92.31%"),
        ("M-05", 12, 13, "92.31%"),
        ("M-06", 2, 13, "15.38%"),
        ("M-06a", 1, 2, "50.00%"),
        ("M-07", 9, 10, "90.00%"),
        ("M-08", 5, 9, "55.56%"),
        ("M-09", 8, 10, "80.00%"),
        ("M-11", 9, 11, "81.82%"),
        ("M-12", 2, 11, "18.18%"),
    ],
)
def test_h_160_the_worked_fixture_to_the_digit(code, numerator, denominator, percent):
    share = measure(SEPTEMBER, SIXTEEN, calls())[code]
    assert (share.numerator, share.denominator, share.percent) == (numerator, denominator, percent)


def test_m_10_the_score_of_the_fixture_is_74_44():
    assert round(score(measure(SEPTEMBER, SIXTEEN), WEIGHTS), 2) == 74.44


@pytest.mark.parametrize("code", sorted(METRICS))
def test_a_share_of_nothing_is_told_as_a_dash(code):
    share = measure(SEPTEMBER)[code]
    assert share.value is None
    assert share.percent == "—"


def test_m_10_without_surveys_there_is_no_score():
    assert score(measure(SEPTEMBER), WEIGHTS) is None


def one(code: str, *orders: OrderFacts, **others) -> tuple[int, int]:
    share = measure(SEPTEMBER, list(orders), **others)[code]
    return share.numerator, share.denominator


def test_the_period_decides_by_acceptance_due_and_survey():
    late = NOON + 40 * DAY
    assert one("M-03", replace(SIXTEEN[0], accepted_at=late)) == (0, 0)
    assert one("M-11", replace(SIXTEEN[2], due_at=late)) == (0, 0)
    then = replace(survey(True, "yes", 5), at=late)
    assert one("M-09", an_order(3, survey=then)) == (0, 0)


def test_m_02_missed_calls_are_called_back_within_their_limit():
    due = NOON + timedelta(minutes=30)
    missed = CallFacts(at=NOON, answered=False, seconds_rung=30, call_back_due_at=due)
    back = replace(missed, called_back_at=due)
    assert one("M-02", calls=[missed, back]) == (1, 2)


def test_m_05_who_withdrew_before_signing_counts_not_who_withdrew_after():
    before = replace(SIXTEEN[9], parts=(replace(part(), signed_at=None, ended_at=NOON + 2 * DAY),))
    assert one("M-05", before, SIXTEEN[9]) == (1, 1)
    signed_later = replace(SIXTEEN[9], withdrawn_at=NOON)
    assert one("M-05", signed_later) == (0, 0)


def test_m_05_a_part_that_somebody_else_got_unsigned_before_the_withdrawal_counts():
    lost = replace(part(), signed_at=None, ended_at=NOON + DAY)
    assert one("M-05", replace(SIXTEEN[9], parts=(lost, part(2)))) == (1, 2)


def test_m_05_the_same_complainants_repeat_is_left_out_signed_or_not():
    merged = an_order(1, handled="", exclusions=frozenset({"X2"}))
    assert one("M-05", merged, SIXTEEN[2]) == (1, 1)


def reworked(**facts) -> OrderFacts:
    """A bad answer of September, and what became of the rework."""
    bad = asked(number=0, department="chengguan", attempted=True, survey=survey(True, "no", 1))
    return an_order(1, rounds=(bad, *facts.pop("then", ())), rework_no=1, department="chengguan", **facts)


def test_h_160_a_bad_answer_stays_when_the_rework_is_answered_well():
    good = asked(number=1, department="chengguan", survey=survey(True, "yes", 5))
    row = reworked(then=(good,))
    assert [one(code, row) for code in ("M-07", "M-08", "M-09", "M-20")] == [(2, 2), (1, 2), (1, 2), (1, 2)]
    assert one("M-12", row) == (1, 1)


@pytest.mark.parametrize("code", ["X1", "X5"])
def test_t_42_the_earlier_bad_answer_counts_though_the_order_is_withdrawn_or_nobody_is_reached(code):
    row = reworked(exclusions=frozenset({code}), withdrawn_at=NOON + 12 * DAY)
    assert [one(rate, row) for rate in ("M-07", "M-08", "M-09")] == [(1, 1), (0, 1), (0, 1)]
    assert one("M-16a", row) == (1, 1)


@pytest.mark.parametrize("code", ["X3", "X6", "X7", "X8"])
def test_what_leaves_the_whole_order_out_leaves_every_answer_out(code):
    row = reworked(exclusions=frozenset({code}))
    assert [one(rate, row) for rate in ("M-07", "M-08", "M-09", "M-20")] == [(0, 0)] * 4


def test_m_12_an_order_being_reworked_is_among_those_that_came_to_the_survey():
    assert one("M-12", reworked(), SIXTEEN[2]) == (1, 2)


def of(department: str, code: str, *orders: OrderFacts) -> tuple[int, int]:
    share = measure(SEPTEMBER, list(orders), department=department)[code]
    return share.numerator, share.denominator


def test_h_105_a_bad_answer_counts_for_the_host_of_its_round_only():
    helped = replace(
        reworked(), department="gongan", assists=(AssistFacts(department="jiaoguan", due_at=DUE),)
    )
    assert of("chengguan", "M-09", helped) == (0, 1)
    assert of("gongan", "M-09", helped) == of("jiaoguan", "M-09", helped) == (0, 0)


def test_h_105_an_assist_is_measured_by_its_own_timeliness():
    late = AssistFacts(department="jiaoguan", due_at=DUE, replied_at=DUE + DAY)
    in_time = AssistFacts(department="gongan", due_at=DUE, replied_at=DUE)
    row = an_order(1, department="chengguan", assists=(late, in_time, replace(late, replied_at=None)))
    assert one("M-11a", row) == (1, 3)
    assert of("jiaoguan", "M-11a", row) == (0, 2)
    assert of("chengguan", "M-11a", row) == (0, 0)
    assert of("jiaoguan", "M-11", row) == (0, 0)


def test_m_11_a_result_the_review_sent_back_is_none():
    sent_back = SubmissionFacts(at=DUE - DAY, due_at=DUE, accepted=False)
    again = SubmissionFacts(at=DUE + DAY, due_at=DUE, accepted=True)
    assert one("M-11", an_order(1, submissions=(sent_back, again))) == (0, 1)


def test_m_11_what_is_still_open_at_its_due_counts_as_late():
    assert one("M-11", an_order(1, handled="")) == (0, 1)


def test_m_13_normal_and_urgent_are_never_mixed():
    normal = [an_order(n, result_at=NOON, handled_seconds=3600 * n) for n in range(1, 11)]
    urgent = an_order(11, urgency=Urgency.URGENT, result_at=NOON, handled_seconds=7200)
    pace = paces(SEPTEMBER, [*normal, urgent])
    assert (pace["normal"].mean, pace["normal"].p50, pace["normal"].of) == (5.5, 5.5, 10)
    assert round(pace["normal"].p90, 1) == 9.1
    assert (pace["urgent"].p50, pace["urgent"].of) == (2, 1)
    assert paces(SEPTEMBER, []) == {"normal": None, "urgent": None}


def test_m_14_only_granted_extensions_of_normal_orders():
    granted = an_order(1, extensions=(ExtensionFacts(at=NOON, approved=True),))
    refused = an_order(2, extensions=(ExtensionFacts(at=NOON, approved=False),))
    assert one("M-14", granted, refused, SIXTEEN[13]) == (1, 2)


def test_m_15_the_ledger_is_what_was_there_and_what_came():
    old = ShelvingFacts(shelved_at=NOON - 60 * DAY)
    gone = ShelvingFacts(shelved_at=NOON - 60 * DAY, ended_at=NOON + DAY, written_off=True)
    resumed = ShelvingFacts(shelved_at=NOON, ended_at=NOON + DAY)
    rows = [an_order(n, handled="", shelvings=(one,)) for n, one in enumerate((old, gone, resumed))]
    assert one("M-15a", *rows) == (1, 3)
    assert one("M-15", *rows, an_order(9)) == (3, 4)


def test_m_16_nobody_asks_the_anonymous():
    nobody = an_order(1, anonymous=True)
    untried = an_order(2)
    assert one("M-16", nobody, untried, SIXTEEN[7], SIXTEEN[2]) == (2, 3)
    assert one("M-16a", nobody, untried, SIXTEEN[7], SIXTEEN[2]) == (1, 2)


def test_m_17_a_rebound_counts_against_what_was_archived():
    archived = an_order(1, archived_at=NOON + 12 * DAY)
    assert one("M-17", archived, an_order(2, is_rebound=True)) == (1, 1)


def test_m_18_an_answer_after_three_working_days_is_none():
    opened = {"department": "chengguan", "opened_at": NOON, "answer_due_at": NOON + 3 * DAY}
    rows = [
        SupervisionFacts(**opened, answered_at=NOON + DAY),
        SupervisionFacts(**opened, answered_at=NOON + 4 * DAY),
        SupervisionFacts(**opened),
    ]
    assert one("M-18", supervisions=rows) == (1, 3)


def test_m_19_questions_answered_with_an_article():
    assert one("M-19", replace(SIXTEEN[0], answered_with_article=True), SIXTEEN[1], SIXTEEN[2]) == (1, 2)


def test_m_20_claimed_solved_and_told_otherwise():
    explained = an_order(9, rounds=(asked(claimed=HandleResult.EXPLAINED, survey=survey(True, "no", 2)),))
    assert one("M-20", SIXTEEN[5], SIXTEEN[2], explained) == (1, 2)


def test_m_21_submissions_not_orders_are_counted():
    sent_back = SubmissionFacts(at=NOON, due_at=DUE, accepted=False)
    assert one("M-21", an_order(1, submissions=(sent_back, *SIXTEEN[2].submissions))) == (1, 2)


def test_m_22_first_feedback_of_urgent_orders():
    told = replace(part(), feedback_due_at=NOON + timedelta(hours=8))
    urgent = an_order(1, urgency=Urgency.URGENT, parts=(told,), first_feedback_at=NOON + timedelta(hours=8))
    assert one("M-22", urgent, replace(urgent, first_feedback_at=None), SIXTEEN[2]) == (1, 2)
