"""
Writing the demo's orders: the same town every time, its dates counted back from now.

Rows are written directly, as a restored backup would be, with the facts that their history tells; no
handler is told of them, so nobody gets a message about what never happened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.crypto import keyed_hash
from common.fixtures import Changes
from events.models import EventRecord
from hotline import events
from hotline.events import OrderFact
from hotline.models import (
    Assignment,
    Category,
    ContactLog,
    Exclusion,
    HotlineOrder,
    ResultSubmission,
    ReturnRequest,
    ShelveRequest,
    SurveyAttempt,
    SurveyRound,
)
from hotline.rules.clock import Limit, due_after
from hotline.selectors.tree import current_tree
from hotline.services.demo.courses import COURSES, Course
from hotline.services.measuring import freeze_facts
from hotline.states import (
    AssignmentRole,
    AssignmentState,
    Channel,
    ClassifiedBy,
    Confidentiality,
    ContactOutcome,
    HandleResult,
    OrderStatus,
    RequestState,
    ShelveReason,
    Solved,
    SurveyLevel,
    Unit,
    Urgency,
)
from identity.models import Account, Department, Post, Region
from identity.roles import Role
from matters.selectors import centre_calendar

__all__ = ["load_demo_orders"]

S = OrderStatus
SEED = 12345
#: The demo's own deliveries are known by this.
MARK = "demo-"
_HELD = {S.DISPATCHED, S.RETURN_REVIEW, S.DISPUTED, S.HANDLING, S.CLOSE_REVIEW, S.SHELVED, S.REWORK}
_REPLY = "已到现场核实并联系诉求人，问题按规定处理，后续由网格员每周回看一次。"
_CHANNELS = [Channel.PHONE] * 6 + [
    Channel.WEB,
    Channel.WEB,
    Channel.MINI,
    Channel.WECHAT,
    Channel.MEDIA,
    Channel.PETITION,
]


@dataclass
class Town:
    """What the demo draws from."""

    draw: Random
    now: datetime
    streets: list[Region]
    by_code: dict[str, Department]
    officers: dict[int, Account]
    agent: Account
    head: Account

    def department(self, category: Category, street: Region) -> Department:
        """Who hosts a category in a street."""
        if category.department_type != "street":
            return self.by_code[_ALIASES.get(category.department_type, category.department_type)]
        return next(
            one for one in self.by_code.values() if one.kind == "street" and one.region_id == street.pk
        )


#: Two types of departments that one organ answers for.
_ALIASES = {"budongchan": "ziran"}


@transaction.atomic
def load_demo_orders() -> Changes:
    """Some three hundred and fifty orders of the last sixty days; a second run changes nothing."""
    changes = Changes(str(HotlineOrder._meta.verbose_name))
    there = HotlineOrder.objects.filter(source_ref__startswith=MARK).count()
    if there:
        changes.unchanged = there
        return changes
    town = _town()
    leaves = [one for one in current_tree().leaves if one.code not in {"1204", "1205"}]
    for number, course in enumerate(_lives()):
        category = leaves[(number * 7) % len(leaves)]
        order = _live(town, course, category, number)
        changes.created.append(order.order_no)
    return changes


def _town() -> Town:
    posts = Post.objects.filter(role=Role.REVIEWER).select_related("account").order_by("pk")
    agents = Post.objects.filter(role=Role.CALL_AGENT).select_related("account").order_by("pk")
    heads = Post.objects.filter(role=Role.HOTLINE_HEAD).select_related("account").order_by("pk")
    return Town(
        draw=Random(SEED),  # noqa: S311 - the same town every time
        now=timezone.now(),
        streets=list(Region.objects.filter(kind=Region.Kind.STREET).order_by("code")),
        by_code={one.code: one for one in Department.objects.all()},
        officers={post.department_id: post.account for post in posts},
        agent=agents[0].account,
        head=heads[0].account,
    )


def _lives() -> Iterator[Course]:
    for course in COURSES:
        for _one in range(course.number):
            yield course


def _live(town: Town, course: Course, category: Category, number: int) -> HotlineOrder:
    days = town.draw.uniform(*course.ages) if course.ages[1] else 0
    begun = town.now - timedelta(days=days, minutes=town.draw.randint(5, 110))
    street = town.streets[number % len(town.streets)]
    host = town.department(category, street) if course.is_dispatched else None
    order = _appeal(town, course, category, street, begun, number)
    order.host = host if course.status in {*_HELD, S.CALLBACK, S.ARCHIVED} else None
    order.save()
    facts: list[tuple[datetime, OrderFact]] = [
        (begun, events.OrderRegistered(**_about(order), channel=order.channel))
    ]
    if order.accepted_at:
        due = order.public_due_at.isoformat() if order.public_due_at else ""
        facts.append((begun, events.OrderAccepted(**_about(order), category=category.code, due_at=due)))
    if host is not None:
        facts += _handled(town, course, order, host, begun)
    if course.exclusion in {"X6", "X7", "X8"}:
        Exclusion.objects.create(
            hotline_order=order,
            code=course.exclusion,
            reason="演示：经集体认定",
            evidence="会议记录",
            approved_by=town.head,
            at=town.now,
        )
    if order.archived_at:
        facts.append(
            (order.archived_at, events.OrderClosed(**_about(order), close_reason=order.close_reason))
        )
    _write_history(order, facts)
    if order.archived_at:
        freeze_facts(order.pk)
    return order


def _about(order: HotlineOrder) -> dict[str, Any]:
    return {"order_id": order.pk, "order_no": order.order_no}


def _appeal(
    town: Town, course: Course, category: Category, street: Region, begun: datetime, number: int
) -> HotlineOrder:
    accepted = course.status not in {S.REGISTERED, S.GUIDED_ELSEWHERE, S.INVALID, S.EMERGENCY_TRANSFERRED}
    limit = Limit(float(category.limit_value or 5), Unit(category.limit_unit or Unit.WORKING_DAYS))
    due = due_after(centre_calendar(), begun, limit) if accepted else None
    shelved = course.status == S.SHELVED
    return HotlineOrder(
        order_no=f"HL{begun:%Y%m%d}{900000 + number:06d}{number % 97:02d}",
        channel=_CHANNELS[number % len(_CHANNELS)],
        source_ref=f"{MARK}{number}",
        source_key=keyed_hash(f"{MARK}{number}"),
        order_type=course.types[number % len(course.types)],
        tree_id=current_tree().pk,
        category_l1=category.code[:2],
        category_l2=category.code,
        class_conf="0.800",
        class_by=ClassifiedBy.AUTO,
        urgency=category.urgency if number % 3 else Urgency.NORMAL,
        status=course.status,
        state_due_at=None if shelved else (due or begun + timedelta(hours=2)),
        review_due_at=begun + timedelta(days=90) if shelved else None,
        registered_at=begun,
        registered_by=town.agent,
        accepted_at=begun if accepted else None,
        public_due_at=due,
        due_basis={
            "value": limit.value,
            "unit": str(limit.unit),
            "row": "category",
            "category": category.code,
        },
        rework_no=course.rework_no,
        **_said(town, course, category, street, number),
        **_ended(course, begun),
    )


def _said(town: Town, course: Course, category: Category, street: Region, number: int) -> dict[str, Any]:
    """What was said, where, and by whom; every fifth person speaks twice."""
    phone = "" if course.anonymous else f"199{90000000 + number % 211:08d}"
    text = f"{street.name}：{town.draw.choice(category.examples)}，请有关部门尽快处理。"
    is_report = "report" in course.types
    return {
        "title": text[:40],
        "text": text,
        "redacted": text,
        "location_text": street.name,
        "region": street,
        "longitude": round(83.0 + (street.pk % 7 - 3) * 0.02 + town.draw.uniform(-0.004, 0.004), 6),
        "latitude": round(39.2 + (street.pk % 5 - 2) * 0.02 + town.draw.uniform(-0.003, 0.003), 6),
        "contact_name": "" if course.anonymous else "演示市民",
        "phone": phone,
        "complainant_key": keyed_hash(f"phone|{phone}") if phone else "",
        "anonymous": course.anonymous,
        "confidential": Confidentiality.SECRET if is_report else Confidentiality.MASKED,
        "alias": f"举报人-{number % 65536:04X}" if is_report else "",
    }


def _ended(course: Course, begun: datetime) -> dict[str, Any]:
    """How far it came: result, survey, archive, each after the other."""
    handled = begun + timedelta(days=course.handled_after) if course.handled_after else None
    surveyed = handled + timedelta(days=1.2) if handled and course.surveyed else None
    ended = (surveyed or handled or begun) + timedelta(days=1) if course.status == S.ARCHIVED else None
    responded, solved, level = course.surveyed or (None, None, None)
    came_back = course.status in {S.CALLBACK, S.ARCHIVED, S.REWORK}
    return {
        "state_since": ended or surveyed or handled or begun,
        "result_at": handled,
        "callback_at": handled if came_back else None,
        "handle_result": HandleResult.SOLVED if handled else "",
        "measures": "现场核查" if handled else "",
        "result_text": _REPLY if handled else "",
        "answer": "已按知识库口径答复，诉求人表示清楚。" if course.close_reason == "direct" else "",
        "survey_reached": True if surveyed else None,
        "survey_responded": responded,
        "survey_solved": solved or "",
        "survey_level": level,
        "surveyed_at": surveyed,
        "claim_mismatch": bool(surveyed and solved == "no"),
        "close_reason": course.close_reason,
        "archived_at": ended,
    }


def _handled(
    town: Town, course: Course, order: HotlineOrder, host: Department, begun: datetime
) -> list[tuple[datetime, OrderFact]]:
    about, officer = _about(order), town.officers.get(host.pk, town.agent)
    dispatched = begun + timedelta(minutes=20)
    signed = dispatched + timedelta(hours=40 if course.signed_late else 3) if course.is_signed else None
    over = course.status in {S.ARCHIVED, S.CALLBACK, S.WITHDRAWN, S.MERGED}
    part = Assignment.objects.create(
        hotline_order=order,
        round=1,
        department=host,
        role=AssignmentRole.HOST,
        state=AssignmentState.DONE if over else AssignmentState.OPEN,
        basis="权责清单",
        score="0.8750",
        dispatched_at=dispatched,
        sign_due_at=dispatched + timedelta(days=1),
        signed_at=signed,
        signed_by=officer if signed else None,
        contact_due_at=dispatched + timedelta(days=2),
        contacted_at=signed,
        due_at=order.public_due_at,
        ended_at=order.result_at if over else None,
    )
    HotlineOrder.objects.filter(pk=order.pk).update(
        dispatched_at=dispatched, first_signed_at=signed, first_contact_at=signed
    )
    due = order.public_due_at.isoformat() if order.public_due_at else ""
    facts: list[tuple[datetime, OrderFact]] = [
        (dispatched, events.OrderDispatched(**about, round=1, host=host.name, automatic=True, due_at=due))
    ]
    if signed:
        facts.append(
            (signed, events.OrderSigned(**about, round=1, host=host.name, automatic=False, in_time=True))
        )
        ContactLog.objects.create(
            hotline_order=order, assignment=part, by=officer, started_at=signed, seconds=95,
            outcome=ContactOutcome.REACHED, note="已联系诉求人，约定现场核查",
        )  # fmt: skip
    return facts + _asked_and_answered(town, course, order, part, officer)


def _asked_and_answered(
    town: Town, course: Course, order: HotlineOrder, part: Assignment, officer: Account
) -> list[tuple[datetime, OrderFact]]:
    about, facts = _about(order), list[tuple[datetime, OrderFact]]()
    if course.returned:
        pending = course.status == S.RETURN_REVIEW
        ReturnRequest.objects.create(
            hotline_order=order, assignment=part, department=part.department, legal_basis="三定规定第四条",
            by=officer, at=part.dispatched_at, reason="认为属于其他单位职责",
            state=RequestState.PENDING if pending else RequestState.REJECTED, improper=not pending,
        )  # fmt: skip
        facts.append((part.dispatched_at, events.ReturnRequested(**about, host=part.department.name)))
    if course.status == S.SHELVED:
        ShelveRequest.objects.create(
            hotline_order=order, reason=ShelveReason.FUNDS, evidence="已列入下一年度计划",
            plan_date=(town.now + timedelta(days=120)).date(), citizen_told="已电话告知", by=officer,
            at=part.dispatched_at, state=RequestState.APPROVED, first_key=officer, second_key=town.agent,
            shelved_at=part.dispatched_at + timedelta(days=2),
        )  # fmt: skip
    if order.result_at:
        ResultSubmission.objects.create(
            hotline_order=order, assignment=part, by=officer, at=order.result_at,
            due_at=order.public_due_at or order.result_at, handle_result=HandleResult.SOLVED,
            result_text=_REPLY, accepted=None if course.status == S.CLOSE_REVIEW else True,
        )  # fmt: skip
        facts.append((order.result_at, events.ResultSubmitted(**about, handle_result="solved", in_time=True)))
    if order.surveyed_at:
        _keep_rounds(course, order)
        SurveyAttempt.objects.create(
            hotline_order=order,
            rework_no=order.rework_no - (course.status == S.REWORK),
            way=SurveyAttempt.Way.PHONE,
            at=order.surveyed_at,
            outcome=ContactOutcome.REACHED,
        )
    return facts


def _keep_rounds(course: Course, order: HotlineOrder) -> None:
    """Every rework was asked for by a bad answer, which stays (H-160); one being done has its answer there alone."""
    for number in range(order.rework_no):
        SurveyRound.objects.create(
            hotline_order=order, rework_no=number, host=order.host, callback_at=order.callback_at,
            handle_result=HandleResult.SOLVED, surveyed_at=order.surveyed_at, responded=True,
            solved=Solved.NO, level=SurveyLevel.BAD, at=order.state_since,
        )  # fmt: skip
    if course.status == S.REWORK:
        HotlineOrder.objects.filter(pk=order.pk).update(
            survey_level=None, survey_responded=None, survey_reached=None, survey_solved="", result_at=None,
            callback_at=None,
        )  # fmt: skip


def _write_history(order: HotlineOrder, facts: list[tuple[datetime, OrderFact]]) -> None:
    EventRecord.objects.bulk_create(
        EventRecord(
            name=fact.name(),
            payload=dict(fact.__dict__),
            subject=fact.subject,
            at=at,
        )
        for at, fact in sorted(facts, key=lambda one: one[0])
    )
