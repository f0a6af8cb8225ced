"""The close review: back to the department with a defect, or on to the citizen with the reply (H-97)."""

from collections.abc import Collection

from django.db import transaction

from common.errors import BadInput
from hotline import events
from hotline.models import HotlineOrder, ResultSubmission
from hotline.rules import handling as duties
from hotline.rules import reviewing as rules
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.closing import exempt_from_survey
from hotline.services.stages import callback_due, close_part
from hotline.states import ResultDefect
from identity.models import Account

__all__ = ["approve_result", "countersign_result", "pass_by_itself", "reject_result"]


@transaction.atomic
def approve_result(
    order_id: int, *, by: Account, checked: Collection[str] = (), note: str = ""
) -> HotlineOrder:
    """T-21: ``checked`` names the six points that were looked at; the reply is the citizen's, the survey begins."""
    act, submission = _begin_on_submission(order_id, by, "approve_result")
    if objections := rules.objections_to_passing(checked):
        raise BadInput(objections, fields={"checked": objections})
    refuse_now(_unsigned(act, submission))
    _pass(act, submission, note)
    return act.finish()


@transaction.atomic
def reject_result(order_id: int, *, by: Account, defect: str, note: str) -> HotlineOrder:
    """T-20: back with a defect; the clock never stopped (H-97, M-21)."""
    act, submission = _begin_on_submission(order_id, by, "reject_result")
    if defect not in ResultDefect.values:
        raise BadInput("请选择退回原因", fields={"defect": ["请选择退回原因"]})
    if not note.strip():
        raise BadInput("请写明怎样改", fields={"note": ["请写明怎样改"]})
    _note_review(act, submission, accepted=False, note=note, defect=defect)
    if act.host is not None:
        act.host.replied_at = None
        act.host.save(update_fields=["replied_at"])
    act.hotline_order.reject_result()
    act.hotline_order.result_at = None
    act.enter(submission.due_at)
    act.tell(events.ResultRejected, defect=defect)
    return act.finish()


@transaction.atomic
def countersign_result(order_id: int, *, by: Account) -> HotlineOrder:
    """The head of the department signs the result of a leader's letter or a sensitive matter."""
    act = begin(order_id, by=by)
    act.ready_for("approve_result")
    refuse_unless(duties.objections_to_heading(act.host, act.who))
    submission = _last(act)
    refuse_unless(rules.objections_to_signing_off(submission, act.who))
    refuse_now([] if duties.needs_countersign(act.hotline_order) else ["这个工单不需要负责人会签"])
    submission.countersigned_by = by
    submission.save(update_fields=["countersigned_by"])
    pass_by_itself(act, submission)
    return act.finish()


def pass_by_itself(act: Act, submission: ResultSubmission) -> None:
    """An inquiry answered from an article needs no inspector, once it is signed as it must be."""
    if rules.passes_by_itself(act.hotline_order) and not _unsigned(act, submission):
        _pass(act, submission, "")


def _begin_on_submission(order_id: int, by: Account, verb: str) -> tuple[Act, ResultSubmission]:
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_inspecting(act.who))
    act.ready_for(verb)
    submission = _last(act)
    refuse_unless(rules.objections_to_reviewing(submission, act.who))
    return act, submission


def _last(act: Act) -> ResultSubmission:
    rows = ResultSubmission.objects.filter(hotline_order=act.hotline_order)
    return rows.select_related("by", "assignment").latest("id")


def _unsigned(act: Act, submission: ResultSubmission) -> list[str]:
    waits = duties.needs_countersign(act.hotline_order) and submission.countersigned_by_id is None
    return ["这个工单的办理结果要先由承办部门负责人会签"] if waits else []


def _pass(act: Act, submission: ResultSubmission, note: str) -> None:
    _note_review(act, submission, accepted=True, note=note)
    act.hotline_order.approve_result(at=act.now)
    close_part(act)
    act.enter(callback_due(act))
    order = act.hotline_order
    act.tell(events.OrderReplied, handle_result=order.handle_result, rework_no=order.rework_no)
    exempt_from_survey(act)


def _note_review(
    act: Act, submission: ResultSubmission, *, accepted: bool, note: str, defect: str = ""
) -> None:
    submission.reviewed_at, submission.reviewed_by = act.now, act.by
    submission.accepted, submission.defect, submission.review_note = accepted, defect, note.strip()
    submission.save(update_fields=["reviewed_at", "reviewed_by", "accepted", "defect", "review_note"])
