"""Everybody an order meets once a department has it, and a result that lacks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from files.models import StoredFile
from hotline import services
from hotline.models import HotlineOrder
from hotline.states import OrderStatus
from identity.models import Account
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories import identity as people

SIX_POINTS = (
    "demand_unanswered",
    "contact_unproved",
    "evidence_missing",
    "basis_missing",
    "tone",
    "leakage",
)
GOOD = {"level": 5, "responded": True, "solved": "yes"}
BAD = {"level": 2, "responded": True, "solved": "partial"}


@dataclass
class Team:
    """`officer` and `head` of 城管, `assistant` of 交警, and the desks of the centre."""

    officer: Account
    head: Account
    assistant: Account
    inspector: Account
    caller: Account
    manager: Account
    leader: Account
    supervisor: Account
    auditor: Account


def a_team() -> Team:
    return Team(
        officer=at.desk(Role.REVIEWER, department="chengguan"),
        head=at.desk(Role.CHIEF_REPRESENTATIVE, department="chengguan"),
        assistant=at.desk(Role.REVIEWER, department="jiaoguan"),
        inspector=at.desk(Role.DISPATCHER),
        caller=at.desk(Role.CALLBACK_OFFICER),
        manager=at.desk(Role.HOTLINE_HEAD),
        leader=at.desk(Role.LEADER),
        supervisor=at.desk(Role.SUPERVISOR),
        auditor=at.desk(Role.AUDITOR),
    )


def a_result(**changes: Any) -> dict[str, Any]:
    """What a department writes when it has done its work."""
    known = {
        "handle_result": "solved",
        "measures": "执法队员到小区门口劝离违停车辆，加装隔离桩。",
        "result_text": "已在小区门口加装六个隔离桩，连续三天早晚巡查，未再发现乱停。",
    }
    return {**known, **changes}


def contact(order: HotlineOrder, team: Team) -> None:
    """The officer has spoken to the complainant."""
    services.log_contact(order.pk, by=team.officer, outcome="reached", seconds=90)


def a_photo(by: Account) -> StoredFile:
    """A picture somebody has uploaded."""
    facts = {"size": 3, "sha256": "0" * 64, "received_sha256": "0" * 64, "received_size": 3}
    return StoredFile.objects.create(
        name="现场.jpg", content_type="image/jpeg", file="files/00/photo", uploaded_by=by, **facts
    )


def photograph(order: HotlineOrder, team: Team) -> None:
    """The officer was there and took a picture."""
    services.add_evidence(order.pk, by=team.officer, stored_id=a_photo(team.officer).pk)


def submit(order: HotlineOrder, team: Team, **changes: Any) -> HotlineOrder:
    """Been there, spoken to, and done."""
    contact(order, team)
    photograph(order, team)
    return services.submit_result(order.pk, by=team.officer, **a_result(**changes))


def approve(order: HotlineOrder, team: Team) -> HotlineOrder:
    return services.approve_result(order.pk, by=team.inspector, checked=SIX_POINTS)


def a_citizen(order: HotlineOrder) -> Account:
    """The complainant has a login."""
    account = people.an_account(f"citizen{order.pk}")
    HotlineOrder.objects.filter(pk=order.pk).update(person=account.person)
    return account


def to_callback(team: Team, **facts: Any) -> HotlineOrder:
    """An order that was handled and approved, by the verbs themselves."""
    order = at.an_order(OrderStatus.HANDLING, at=facts.pop("at", timezone.now()), **facts)
    submit(order, team)
    return approve(order, team)
