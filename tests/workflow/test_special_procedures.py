"""特别程序: what the law leaves out of the time limit, told first, entered in time; nothing else stops a clock."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django_fsm import TransitionNotAllowed

from common.errors import Conflict, NotAllowed, Refused, WrongState
from licences.states import DocumentKind
from matters.models import Matter
from notifications.models import Channel, Message
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import DepartmentReview, SpecialProcedure
from workflow.states import ProcedureKind, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")

START = date(2026, 9, 28)


@pytest.fixture
def fire(cast, clock) -> DepartmentReview:
    """消防's review of 李明's shop: accepted on Friday 2026-09-18, five working days."""
    clock.set("2026-09-18 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    return at.review_of(application, "cs-fire")


def start(cast, review, **said):
    given = {"kind": ProcedureKind.TESTING, "expected_end": date(2026, 9, 25)} | said
    return services.start_special_procedure(review.pk, by=cast.reviewer(review.department.code), **given)


def end(cast, review, **said):
    given = {"outcome": "检测合格"} | said
    return services.end_special_procedure(review.pk, by=cast.reviewer(review.department.code), **given)


def test_the_clock_stops_from_the_notice_to_the_result(cast, fire, clock):
    """C-11, C-12, I-77, I-93: due 09-24 before; testing 09-21 to 09-23 leaves three working days out."""
    assert at.local(fire.due_at) == "2026-09-24 16:30"
    clock.set("2026-09-21 09:00")
    assert start(cast, fire).status == ReviewStatus.SPECIAL_PROCEDURE
    clock.set("2026-09-23 11:00")
    ended = end(cast, fire)
    assert ended.status == ReviewStatus.IN_PROGRESS
    assert at.local(ended.due_at) == "2026-09-30 16:30"
    assert [fact["due_at"] for fact in at.told(fire.application, "SpecialProcedureEnded")] == [
        ended.due_at.isoformat()
    ]


def test_it_is_told_in_writing_first(cast, fire, clock):
    """I-90, I-92, D-11: kind, basis, organiser and expected end, in the record and on the notice."""
    clock.set("2026-09-21 09:00")
    start(cast, fire, organiser="市检测中心")
    row = SpecialProcedure.objects.get(review=fire)
    assert (row.kind, row.organiser, row.started_by) == ("testing", "市检测中心", cast.reviewer("xiaofang"))
    assert (row.noticed_on, row.started_on, row.expected_end) == (
        date(2026, 9, 21),
        date(2026, 9, 21),
        date(2026, 9, 25),
    )
    [notice] = at.documents(fire.application, DocumentKind.SPECIAL_PROCEDURE_NOTICE)
    assert notice.snapshot["procedure"] == "检测"
    assert "第四十五条" in notice.snapshot["basis"]


def test_what_was_entered_a_day_late_counts_from_the_day_it_was_told(cast, fire, clock):
    """I-93: the exclusion begins on the notice date at the earliest."""
    clock.set("2026-09-23 09:00")
    start(cast, fire, started_on=date(2026, 9, 21))
    clock.set("2026-09-23 15:00")
    assert at.local(end(cast, fire).due_at) == "2026-09-28 16:30"


@pytest.mark.parametrize(
    ("today", "allowed"),
    [
        pytest.param("2026-09-30 09:00", True, id="I-93 two working days later"),
        pytest.param("2026-10-08 09:00", False, id="I-93 three working days later, the holiday between"),
    ],
)
def test_it_is_entered_within_two_working_days_of_its_start(cast, fire, clock, today, allowed):
    clock.set(today)
    said = {"started_on": START, "expected_end": date(2026, 10, 20)}
    if allowed:
        assert start(cast, fire, **said).status == ReviewStatus.SPECIAL_PROCEDURE
    else:
        with pytest.raises(Conflict, match="不能倒填日期"):
            start(cast, fire, **said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param({"kind": ProcedureKind.OTHER}, "须写明单独的法律依据", id="I-90 outside the list"),
        pytest.param(
            {"expected_end": date(2026, 9, 17)}, "不能早于开始日期", id="I-92 ends before it starts"
        ),
        pytest.param({"started_on": date(2026, 9, 21)}, "不能晚于今天", id="I-93 not begun yet"),
        pytest.param({"kind": ProcedureKind.ON_SITE_CHECK}, "在办理期限内进行", id="I-91 on-site check"),
        pytest.param(
            {"kind": ProcedureKind.ON_SITE_CHECK, "basis": "我们一直这样做"},
            "在办理期限内进行",
            id="I-91 a basis of one's own making",
        ),
        pytest.param({"kind": ProcedureKind.MISSED_VISIT}, "不需要现场勘验", id="I-97 no visit was due"),
    ],
)
def test_nothing_else_stops_the_clock(cast, fire, said, why):
    with pytest.raises(Refused, match=why):
        start(cast, fire, **said)
    assert at.review_of(fire.application, "cs-fire").status == ReviewStatus.ASSIGNED


def test_waiting_for_papers_is_no_procedure():
    """I-97: the list has no ground of waiting for the applicant's papers."""
    words = "".join(label for _, label in ProcedureKind.choices)
    assert not {"补正", "补交", "材料", "挂起"} & {words[i : i + 2] for i in range(len(words))}


def test_the_law_of_the_matter_may_leave_the_visit_out(cast, fire, clock):
    """I-91: the flag with its basis, and nothing but the flag."""
    Matter.objects.filter(code="cs-fire").update(
        onsite_excluded=True, onsite_excluded_basis="《消防法》第十五条第二款"
    )
    start(cast, fire, kind=ProcedureKind.ON_SITE_CHECK)
    [notice] = at.documents(fire.application, DocumentKind.SPECIAL_PROCEDURE_NOTICE)
    assert notice.snapshot["basis"] == "《消防法》第十五条第二款"


def test_an_agreed_visit_the_applicant_missed_is_written_down(cast, fire):
    """I-97: the one exception, with the day that was agreed."""
    DepartmentReview.objects.filter(pk=fire.pk).update(needs_inspection=True)
    with pytest.raises(Refused, match="写明约定的核查日期"):
        start(cast, fire, kind=ProcedureKind.MISSED_VISIT)
    start(cast, fire, kind=ProcedureKind.MISSED_VISIT, basis="约定9月18日9时勘验，店门未开")
    assert "店门未开" in SpecialProcedure.objects.get(review=fire).basis


def test_only_one_runs_at_a_time_and_what_runs_can_be_ended(cast, fire):
    with pytest.raises(WrongState, match="没有进行中"):
        end(cast, fire)
    start(cast, fire)
    with pytest.raises(TransitionNotAllowed):
        start(cast, fire)
    with pytest.raises(Refused, match="请填写特别程序的结论"):
        end(cast, fire, outcome=" ")
    with pytest.raises(Refused, match="不能晚于今天"):
        end(cast, fire, ended_on=date(2026, 9, 21))


def test_nobody_decides_while_the_procedure_runs(cast, fire):
    """C-13, C-14: only from review."""
    start(cast, fire)
    with pytest.raises(TransitionNotAllowed):
        services.approve(fire.pk, by=cast.reviewer("xiaofang"))


def test_a_neighbour_neither_starts_nor_ends_it(cast, fire):
    for act, said in (
        (services.start_special_procedure, {"kind": ProcedureKind.HEARING, "expected_end": START}),
        (services.end_special_procedure, {"outcome": "听证完毕"}),
    ):
        with pytest.raises(NotAllowed, match="不是本部门"):
            act(fire.pk, by=cast.reviewer("gongan"), **said)


def test_a_pause_beside_the_critical_path_leaves_the_whole_where_it_was(cast, fire, clock):
    """I-110: 消防 has five days, 市场监管 and then 城管 3 + 2; a day for 公安 moves nothing."""
    application = at.now(fire.application)
    police = at.review_of(application, "cs-police")
    start(cast, police, expected_end=date(2026, 9, 20))
    assert at.now(application).due_at == application.due_at
    assert at.review_of(application, "cs-police").due_at > police.due_at


def test_a_pause_on_the_critical_path_moves_the_whole(cast, fire):
    """I-110."""
    application = at.now(fire.application)
    start(cast, fire, expected_end=date(2026, 9, 22))
    assert at.local(application.due_at) == "2026-09-24 16:30"
    assert at.local(at.now(application).due_at) == "2026-09-30 16:30"


def test_what_is_withdrawn_while_it_runs_leaves_no_open_procedure(cast, fire):
    """C-25."""
    start(cast, fire)
    services.withdraw(fire.application_id, by=cast.li, matters=["cs-fire"])
    assert SpecialProcedure.objects.get(review=fire).outcome == "申请人撤回"


def test_the_spot_is_left_for_the_day_the_procedure_ends(cast, clock):
    """I-45, I-77: decided on the spot, but the expert review takes until Tuesday."""
    clock.set("2026-09-18 10:00")
    tax = at.review_of(shop.filed(cast.li), "cs-tax")
    assert at.local(tax.due_at) == "2026-09-18 16:30"
    started = start(cast, tax, kind=ProcedureKind.EXPERT_REVIEW, expected_end=date(2026, 9, 22))
    assert at.local(started.due_at) == "2026-09-23 16:30"


# What was told must hold, or be explained (I-92)


def test_no_procedure_is_expected_to_take_longer_than_the_matter_allows(cast, fire, clock):
    """I-92: the usual limit of the kind, or the matter's own."""
    clock.set("2026-09-21 09:00")
    with pytest.raises(Refused, match="最长60个自然日"):
        start(cast, fire, expected_end=date(2026, 11, 21))
    Matter.objects.filter(code="cs-fire").update(procedure_days=10)
    with pytest.raises(Refused, match="最长10个自然日"):
        start(cast, fire, expected_end=date(2026, 10, 2))
    assert start(cast, fire, expected_end=date(2026, 10, 1)).status == ReviewStatus.SPECIAL_PROCEDURE


def test_the_limit_of_a_matter_is_between_a_day_and_a_year():
    """I-92: an editor of the catalogue cannot enter another."""
    matter = Matter.objects.get(code="cs-fire")
    for days in (0, 366):
        matter.procedure_days = days
        with pytest.raises(ValidationError, match="procedure_days"):
            matter.full_clean(exclude=["keywords", "levels"])


def test_the_result_document_is_kept(cast, fire, clock):
    """I-92: by its name and number, or the paper itself."""
    clock.set("2026-09-21 09:00")
    start(cast, fire)
    report = at.upload(cast.reviewer("xiaofang"))
    end(cast, fire, result_reference="检测报告 检字〔2026〕12号", result_upload=report.pk)
    kept = SpecialProcedure.objects.get(review=fire)
    assert (kept.outcome, kept.result_reference, kept.result_file) == (
        "检测合格",
        "检测报告 检字〔2026〕12号",
        report,
    )


def explain(cast, review, reason="样品要重做", **said):
    return services.explain_special_procedure(
        review.pk, by=cast.reviewer(review.department.code), reason=reason, **said
    )


def test_the_night_says_once_that_a_procedure_is_late(cast, fire, clock):
    """I-92."""
    clock.set("2026-09-21 09:00")
    start(cast, fire, expected_end=date(2026, 9, 23))
    clock.set("2026-09-24 00:20")
    assert [services.notice_overdue_procedures(), services.notice_overdue_procedures()] == [1, 0]
    [told] = at.told(fire.application, "SpecialProcedureOverdue")
    assert (told["kind"], told["expected_end"]) == ("检测", "2026-09-23")


def test_a_new_end_is_told_and_moves_the_due(cast, fire, clock, deliver_events):
    """I-92: the applicant hears by when it ends now; the night looks again after it."""
    clock.set("2026-09-21 09:00")
    start(cast, fire, expected_end=date(2026, 9, 23))
    clock.set("2026-09-24 09:00")
    services.notice_overdue_procedures()
    before = at.review_of(fire.application, "cs-fire").due_at
    assert explain(cast, fire, expected_end=date(2026, 9, 30)).due_at > before
    deliver_events()
    message = Message.objects.get(template="special_procedure_prolonged", channel=Channel.IN_SITE)
    assert message.person == cast.li.person
    assert "2026年9月30日" in message.text
    clock.set("2026-10-09 00:20")
    assert services.notice_overdue_procedures() == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param({"reason": " "}, "请说明为什么", id="I-92 without a word"),
        pytest.param({"expected_end": date(2026, 9, 23)}, "晚于原来的日期", id="I-92 no later than before"),
        pytest.param({"expected_end": date(2026, 12, 1)}, "最长60个自然日", id="I-92 past the maximum"),
    ],
)
def test_an_explanation_has_words_and_a_day_that_may_be(cast, fire, clock, said, why):
    clock.set("2026-09-21 09:00")
    start(cast, fire, expected_end=date(2026, 9, 23))
    clock.set("2026-09-24 09:00")
    with pytest.raises(Refused, match=why):
        explain(cast, fire, **said)


def test_an_explanation_without_a_new_end_is_a_fact_and_stays_yellow(cast, fire, clock):
    """I-92: where the maximum has passed there is nothing else to say."""
    clock.set("2026-09-21 09:00")
    start(cast, fire, expected_end=date(2026, 9, 23))
    clock.set("2026-09-24 09:00")
    explain(cast, fire)
    [told] = at.told(fire.application, "SpecialProcedureExplained")
    assert (told["reason"], told["expected_end"]) == ("样品要重做", "")
    assert SpecialProcedure.objects.get(review=fire).is_overdue


def test_only_its_department_explains(cast, fire, clock):
    """I-92, deny by default."""
    clock.set("2026-09-21 09:00")
    start(cast, fire)
    with pytest.raises(NotAllowed):
        services.explain_special_procedure(fire.pk, by=cast.reviewer("gongan"), reason="…")
