"""T-32: during a rework it is proven that the wrong department had it; another takes it over, and cannot return it."""

from django.db import transaction

from common.errors import BadInput, Refused
from hotline import events
from hotline.models import HotlineOrder
from hotline.rules import ending
from hotline.rules.dispatching import Choice, Way
from hotline.services import pausing
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.dispatching import place
from hotline.services.extending import lapse_asked
from hotline.services.shelving import lapse_requests
from hotline.services.stages import close_part
from hotline.states import AssignmentState
from identity.models import Account, Department

__all__ = ["change_host", "let_go"]


@transaction.atomic
def change_host(order_id: int, *, by: Account, host: str, reason: str) -> HotlineOrder:
    """The management names another host by its code; a new round with the full time, forced (T-32, H-68)."""
    act = begin(order_id, by=by)
    refuse_unless(ending.objections_to_heading_the_hotline(act.who))
    act.ready_for("change_host")
    department = _department(act, host)
    if not reason.strip():
        raise BadInput("请写明为什么原承办单位不对", fields={"reason": ["请写明理由和依据"]})
    before = act.host.department.code if act.host is not None else ""
    let_go(act)
    close_part(act, AssignmentState.REPLACED)
    act.hotline_order.change_host(host=department)
    place(act, Choice(Way.NAMED, department.pk, reason.strip(), why=("重办时改派",)))
    act.tell(events.OrderReassigned, host=department.code, before=before)
    return act.finish()


def let_go(act: Act) -> None:
    """What the old host waited for or asked for ends with its part: its pause, its requests (H-144, H-152)."""
    pausing.end_pause(act)
    lapse_asked(act)
    lapse_requests(act)


def _department(act: Act, code: str) -> Department:
    department = Department.objects.filter(code=code).first()
    if department is None:
        raise BadInput("没有这个部门", fields={"host": ["没有这个部门"]})
    refuse_now(["现在就是这个部门在承办"] if department.pk == act.hotline_order.host_id else [])
    if department.pk == act.hotline_order.subject_department_id:
        raise Refused("被反映的部门不能承办自己的工单")
    return department
