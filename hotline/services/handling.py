"""What a department does with an order it has signed for: contact, progress, the assists' part, a result."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from common.crypto import scrub
from common.errors import BadInput, NotAllowed, NotFound
from files.models import StoredFile
from hotline import events
from hotline.models import (
    Assignment,
    ContactLog,
    HotlineOrder,
    OrderFile,
    ProgressNote,
    ResultSubmission,
)
from hotline.rules import handling as rules
from hotline.rules.leakage import Identity, leaks
from hotline.selectors import current_tree, parameter
from hotline.selectors.knowledge import usable_article
from hotline.services import pausing
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.reviewing import pass_by_itself
from hotline.services.stages import review_due
from hotline.states import AssignmentRole, AssignmentState, Confidentiality, ContactOutcome, OrderStatus
from identity.models import Account
from identity.roles import Permission

__all__ = ["add_evidence", "log_contact", "reply_as_assist", "submit_result", "tell_progress"]


@transaction.atomic
def log_contact(
    order_id: int,
    *,
    by: Account,
    outcome: ContactOutcome,
    started_at: datetime | None = None,
    seconds: int = 0,
    direction: ContactLog.Direction = ContactLog.Direction.OUTWARD,
    recording: str = "",
    note: str = "",
) -> ContactLog:
    """One attempt to speak to the complainant; the first effective one is the response (H-94)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_handling(act.host, act.who))
    if outcome not in ContactOutcome.values:
        raise BadInput("请选择联系结果")
    if (at := started_at or act.now) > act.now:
        raise BadInput("联系时间不能晚于现在")
    log = ContactLog.objects.create(
        hotline_order=act.hotline_order,
        assignment=act.host,
        by=by,
        direction=direction,
        phone_masked=act.hotline_order.masked_phone,
        started_at=at,
        seconds=seconds,
        outcome=outcome,
        recording=recording,
        note=scrub(note),
    )
    _note_contact(act, log)
    act.tell(events.ContactLogged, outcome=outcome, host=_host_of(act).department.code)
    act.finish()
    return log


def _note_contact(act: Act, log: ContactLog) -> None:
    host = _host_of(act)
    if host.contacted_at is None and rules.is_effective(_attempts(act)):
        host.contacted_at = log.started_at
        host.save(update_fields=["contacted_at"])
        act.hotline_order.first_contact_at = act.hotline_order.first_contact_at or log.started_at


def _attempts(act: Act) -> list[tuple[str, datetime]]:
    return list(ContactLog.objects.filter(assignment=act.host).values_list("outcome", "started_at"))


def _host_of(act: Act) -> Assignment:
    if act.host is None:
        raise NotAllowed("现在没有部门承办这个工单")
    return act.host


@transaction.atomic
def tell_progress(order_id: int, *, by: Account, text: str) -> ProgressNote:
    """The citizen hears how far it is (H-109); of urgent orders the first is the first feedback (M-22)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_handling(act.host, act.who))
    if not (said := scrub(text.strip())):
        raise BadInput("请写明进展", fields={"text": ["请写明进展"]})
    note = ProgressNote.objects.create(hotline_order=act.hotline_order, by=by, text=said, at=act.now)
    act.hotline_order.first_feedback_at = act.hotline_order.first_feedback_at or act.now
    act.tell(events.ProgressTold)
    act.finish()
    return note


@transaction.atomic
def add_evidence(order_id: int, *, by: Account, stored_id: UUID) -> OrderFile:
    """A picture or paper that shows what was done; the handler's own upload (H-95)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_handling(act.host, act.who))
    at_work = rules.is_worked_on(act.hotline_order) or act.hotline_order.status == OrderStatus.SHELVED
    refuse_now([] if at_work else ["只有办理中的工单可以附佐证"])
    stored = StoredFile.objects.filter(pk=stored_id, uploaded_by=by).first()
    if stored is None:
        raise NotFound("没有找到这个文件，请重新上传")
    kind = OrderFile.Kind.EVIDENCE
    row, _new = OrderFile.objects.get_or_create(
        hotline_order=act.hotline_order, stored=stored, kind=kind, defaults={"by": by, "at": act.now}
    )
    return row


@transaction.atomic
def reply_as_assist(order_id: int, *, by: Account, text: str) -> Assignment:
    """An assist answers to the host for its own part, never to the citizen (H-100, H-104)."""
    act = begin(order_id, by=by)
    open_parts = Assignment.objects.filter(hotline_order=act.hotline_order, role=AssignmentRole.ASSIST)
    theirs = open_parts.filter(department_id__in=act.who.departments(Permission.HANDLE_ORDERS))
    part = theirs.select_related("department").order_by("-round").first()
    if part is None:
        raise NotAllowed("只有协办部门可以答复协办的部分")
    refuse_now([] if part.state == AssignmentState.OPEN else ["这一部分已经结束"])
    if len(said := text.strip()) < parameter("result_characters"):
        raise BadInput(f"协办答复至少写 {parameter('result_characters')} 个字")
    part.reply, part.replied_at = said, act.now
    part.state, part.ended_at = AssignmentState.DONE, act.now
    part.save(update_fields=["reply", "replied_at", "state", "ended_at"])
    act.tell(events.AssistReplied, department=part.department.code)
    act.finish()
    return part


@transaction.atomic
def submit_result(
    order_id: int,
    *,
    by: Account,
    handle_result: str,
    measures: str,
    result_text: str,
    legal_basis: str = "",
    done_differently: str = "",
    assist_note: str = "",
    article: str = "",
) -> HotlineOrder:
    """
    T-19, T-31: the host says it is done; BadInput names by field what the result lacks (H-95, H-96).

    ``article`` is the code of the published article the reply is taken from (H-24, H-97).
    """
    act = begin(order_id, by=by)
    act.ready_for("submit_result")
    refuse_unless(rules.objections_to_handling(act.host, act.who))
    reply = rules.Reply(
        handle_result=handle_result,
        measures=measures.strip(),
        result_text=result_text.strip(),
        legal_basis=legal_basis.strip(),
        done_differently=done_differently.strip(),
    )
    refuse_poor(act, reply)
    _settle_assists(act, assist_note)
    pausing.end_pause(act)
    if article:
        used = usable_article(article)
        act.hotline_order.article_code, act.hotline_order.article_version = used.code, used.version
    submission = keep_submission(act, reply, assist_note)
    act.hotline_order.submit_result(at=act.now)
    act.enter(review_due(act))
    act.tell(events.ResultSubmitted, handle_result=handle_result, in_time=submission.at <= submission.due_at)
    pass_by_itself(act, submission)
    return act.finish()


def refuse_poor(act: Act, reply: rules.Reply) -> None:
    """BadInput with everything, by field, that the result lacks or gives away (H-95, H-96)."""
    found = rules.objections_to_result(reply, _proof(act))
    secret = act.hotline_order.confidential == Confidentiality.SECRET
    said = f"{reply.result_text}\n{reply.measures}\n{reply.legal_basis}"
    if leaked := leaks(said, _identity(act.hotline_order), secret=secret):
        found["result_text"] = [*found.get("result_text", []), *leaked]
    if found:
        raise BadInput([one for reasons in found.values() for one in reasons], fields=found)


def _proof(act: Act) -> rules.NeededProof:
    order = act.hotline_order
    category = current_tree().categories.get(order.category_l2)
    photo = category is not None and category.site_check
    pictures = OrderFile.objects.filter(hotline_order=order, kind=OrderFile.Kind.EVIDENCE)
    return rules.NeededProof(
        contact=bool(order.phone_hash or order.person_id),
        contact_made=act.host is not None and act.host.contacted_at is not None,
        photo=photo,
        photo_there=photo and pictures.exists(),
        is_rework=order.rework_no > 0,
        characters=parameter("result_characters"),
        boilerplate=parameter("result_boilerplate"),
    )


def _identity(order: HotlineOrder) -> Identity:
    address = order.person.address if order.person_id and order.person else ""
    return Identity(order.contact_name, order.phone_hash, order.id_number_hash, address)


def _settle_assists(act: Act, note: str) -> None:
    """Assists that have not answered in time are passed over, and scored for it (H-102)."""
    round_no = _host_of(act).round
    rows = Assignment.objects.filter(
        hotline_order=act.hotline_order,
        role=AssignmentRole.ASSIST,
        round=round_no,
        state=AssignmentState.OPEN,
    )
    assists = list(rows.select_related("department"))
    refuse_now(rules.objections_to_assists(assists, act.now, note))
    if assists:
        rows.update(passed_over=True, state=AssignmentState.DONE, ended_at=act.now)


def keep_submission(act: Act, reply: rules.Reply, assist_note: str = "") -> ResultSubmission:
    """The result onto the order, and as a row of its own that stays whatever the review says."""
    host, order = _host_of(act), act.hotline_order
    for name, value in vars(reply).items():
        setattr(order, name, value)
    host.replied_at = act.now
    host.save(update_fields=["replied_at"])
    return ResultSubmission.objects.create(
        hotline_order=order,
        assignment=host,
        by=act.by or _nobody(),
        at=act.now,
        due_at=host.due_at or act.now,
        rework_no=order.rework_no,
        assist_note=assist_note.strip(),
        **_written(reply),
    )


def _written(reply: rules.Reply) -> Mapping[str, Any]:
    return dict(vars(reply))


def _nobody() -> Account:
    raise NotAllowed("办理结果要由经办人提交")
