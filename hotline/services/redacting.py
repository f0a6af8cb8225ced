"""Files of secret orders without the person: pictures encoded anew, everything else by a person (H-141)."""

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from common.errors import NotAllowed, NotFound, WrongState
from events import publish
from files.models import StoredFile
from files.rules import PICTURES, PNG
from files.services import store
from hotline.events.privacy import FileRedacted
from hotline.models import HotlineOrder, OrderFile
from hotline.selectors.seeing import order_for
from hotline.states import Confidentiality
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

__all__ = ["redact_pictures", "supply_redacted"]


@transaction.atomic
def redact_pictures(order_id: int) -> int:
    """The pictures of a secret order, encoded anew under names that say nothing; how many there were."""
    order = HotlineOrder.objects.get(pk=order_id)
    if order.confidential != Confidentiality.SECRET:
        return 0
    rows = order.files.select_for_update(of=("self",)).select_related("stored")
    waiting = rows.filter(
        kind=OrderFile.Kind.APPEAL, redacted__isnull=True, stored__content_type__in=PICTURES
    )
    for number, row in enumerate(waiting, 1):
        _redact(order, row, f"picture{number}.{'png' if row.stored.content_type == PNG else 'jpg'}")
    return len(waiting)


def _redact(order: HotlineOrder, row: OrderFile, name: str) -> None:
    if row.stored.is_held:
        raise WrongState("这个文件正在等待病毒扫描")
    with row.stored.file.open("rb") as picture:
        _keep(order, row, store(File(picture), by=None, name=name), by=None)


def _keep(order: HotlineOrder, row: OrderFile, redacted: StoredFile, *, by: Account | None) -> None:
    row.redacted = redacted
    row.save(update_fields=["redacted"])
    publish(FileRedacted(order_id=order.pk, order_no=order.order_no, file_id=row.pk), by=by)


@transaction.atomic
def supply_redacted(order_no: str, file_id: int, content: File, *, by: Account) -> OrderFile:
    """What no machine can redact (a scan, a letter) somebody of the hotline has blackened by hand."""
    if not standing(by).may(Permission.TAKE_CALLS) and not standing(by).may(Permission.DISPATCH):
        raise NotAllowed("只有热线工作人员可以提交脱敏件")
    order = order_for(by, order_no)
    row = order.files.select_for_update(of=("self",)).filter(pk=file_id, kind=OrderFile.Kind.APPEAL).first()
    if row is None:
        raise NotFound("没有找到这个文件")
    ending = (content.name or "").rpartition(".")[2][:5]
    _keep(order, row, store(content, by=by, name=f"redacted{timezone.now():%H%M%S}.{ending}"), by=by)
    return row
