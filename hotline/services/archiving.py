"""
The archive package of an order (H-117): the record as it stood, for machines and on paper, and what its files were.

Written as the centre's overseers read it: of a secret order the alias and the redacted words, of any other the
masked person (H-140). It holds the hashes of the files, not the files: they stay where they are.
"""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Max, Q
from django.template.loader import render_to_string
from django.utils import timezone

from common.workdays import SHANGHAI
from files.services import keep_made
from hotline.models import HotlineOrder, OrderFile
from hotline.rules.redacting import redact
from hotline.rules.seeing import Contact, Seen, View, Words, seen
from hotline.selectors.history import history_for_staff
from hotline.selectors.tree import current_tree
from hotline.services.retaining import kept_since
from hotline.states import Confidentiality, OrderStatus
from licences.services.printing import print_pages

__all__ = ["archive_left", "archive_package", "record_of"]

Clean = Callable[[str], str]
#: How many orders one night packs.
A_NIGHT = 500


def archive_package(order_id: int) -> OrderFile | None:
    """The package of the order's present end, made once; None where somebody has reopened it meanwhile."""
    order = HotlineOrder.objects.select_related("host", "region").get(pk=order_id)
    if order.status != OrderStatus.ARCHIVED:
        return None
    return _packed(order) or _keep(order, _pack(order))


def _packed(order: HotlineOrder) -> OrderFile | None:
    kept = order.files.filter(kind=OrderFile.Kind.ARCHIVE, at__gte=order.archived_at)
    return kept.select_related("stored").first()


@transaction.atomic
def _keep(order: HotlineOrder, package: bytes) -> OrderFile | None:
    """Under the order's lock: a second worker's package is thrown away, and so is one of an end that is no more."""
    now = HotlineOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if now.archived_at != order.archived_at:
        return None
    there = _packed(now)
    if there is not None:
        return there
    name = f"{order.order_no}-{order.rework_no}.zip"
    stored = keep_made(package, name=name, content_type="application/zip")
    return OrderFile.objects.create(
        hotline_order=order, kind=OrderFile.Kind.ARCHIVE, stored=stored, at=timezone.now()
    )


def archive_left() -> int:
    """Archived orders without a package of their present end; how many got one."""
    packed = Max("files__at", filter=Q(files__kind=OrderFile.Kind.ARCHIVE))
    kept = HotlineOrder.objects.filter(
        status=OrderStatus.ARCHIVED, archived_at__gte=kept_since(timezone.now())
    )
    rows = kept.annotate(packed=packed)
    left = rows.filter(Q(packed=None) | Q(packed__lt=F("archived_at"))).order_by("archived_at")
    return sum(archive_package(pk) is not None for pk in list(left.values_list("pk", flat=True)[:A_NIGHT]))


def _pack(order: HotlineOrder) -> bytes:
    record = record_of(order)
    told = json.dumps(record, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    page = render_to_string("documents/hotline_record.html", {"record": record, "order": order})
    paper = print_pages(page, settings.BASE_DIR / "static" / "css" / "report.css")
    sums = "".join(f"{one['sha256']}  {one['name']}\n" for one in record["files"])
    moment = (order.archived_at or timezone.now()).astimezone(SHANGHAI)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (("record.json", told), ("record.pdf", paper), ("files.sha256", sums)):
            package.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), content)
    return target.getvalue()


def record_of(order: HotlineOrder) -> dict[str, Any]:
    """Everything the package says, in plain values."""
    view = _view(order)
    clean = _cleaner(order)
    return {
        "order": _about(order, view),
        "result": {name: clean(getattr(order, name)) for name in _RESULT},
        "departments": _parts(order),
        "contacts": _contacts(order, clean),
        "supplements": [{"at": one.at, "text": clean(one.redacted)} for one in order.supplements.all()],
        "submissions": _submissions(order, clean),
        "surveys": _surveys(order),
        "timeline": [{"at": one.at, "what": one.title, "who": one.actor} for one in history_for_staff(order)],
        "exclusions": list(order.exclusions.order_by("code").values("code", "at")),
        "files": _files(order),
    }


_RESULT = ("answer", "handle_result", "measures", "result_text", "legal_basis", "done_differently")
#: Columns that say nothing of anybody and are packed as they are stored.
_PLAIN = (
    "order_no", "channel", "order_type", "urgency", "confidential", "anonymous", "rework_no", "bounce_no", "forced",
    "repeat_count", "urge_count", "registered_at", "accepted_at", "dispatched_at", "first_signed_at",
    "first_contact_at", "first_feedback_at", "result_at", "callback_at", "archived_at", "reopened_at",
    "public_due_at", "due_basis", "close_reason", "claim_mismatch",
)  # fmt: skip


def _view(order: HotlineOrder) -> Seen:
    person = Contact(order.contact_name, order.phone, order.id_number, order.alias)
    words = Words(order.title, order.text, order.redacted, order.location_text)
    return seen(View.OVERSEER, order.confidential, person, words)


def _cleaner(order: HotlineOrder) -> Clean:
    said = [order.contact_name, order.phone, order.id_number]
    strictly = order.confidential == Confidentiality.SECRET
    return lambda text: redact(text, said=said, strictly=strictly)


def _about(order: HotlineOrder, view: Seen) -> dict[str, Any]:
    category = current_tree().categories.get(order.category_l2)
    return {
        **{name: getattr(order, name) for name in _PLAIN},
        "category": f"{order.category_l2} {category.name}" if category else order.category_l2,
        "host": order.host.name if order.host else "",
        "region": order.region.name if order.region else "",
        "complainant": view.name,
        "phone": view.phone,
        "title": view.title,
        "text": view.text,
        "location": view.location,
    }


def _parts(order: HotlineOrder) -> list[dict[str, Any]]:
    rows = order.assignments.select_related("department").order_by("round", "pk")
    names = (
        "round",
        "role",
        "state",
        "dispatched_at",
        "sign_due_at",
        "signed_at",
        "auto_signed",
        "due_at",
        "replied_at",
    )
    return [
        {"department": one.department.name, **{name: getattr(one, name) for name in names}} for one in rows
    ]


def _contacts(order: HotlineOrder, clean: Clean) -> list[dict[str, Any]]:
    return [
        {
            "at": one.started_at,
            "seconds": one.seconds,
            "outcome": one.get_outcome_display(),
            "note": clean(one.note),
        }
        for one in order.contacts.all()
    ]


def _submissions(order: HotlineOrder, clean: Clean) -> list[dict[str, Any]]:
    names = ("at", "due_at", "rework_no", "handle_result", "reviewed_at", "accepted", "defect")
    return [
        {**{name: getattr(one, name) for name in names}, "result_text": clean(one.result_text)}
        for one in order.submissions.all()
    ]


def _surveys(order: HotlineOrder) -> list[dict[str, Any]]:
    """Each round that a rework ended, then the last one (H-160)."""
    names = ("rework_no", "surveyed_at", "responded", "solved", "level")
    earlier = [{name: getattr(one, name) for name in names} for one in order.survey_rounds.all()]
    last: dict[str, Any] = {
        "rework_no": order.rework_no,
        "surveyed_at": order.surveyed_at if order.survey_reached else None,
        "responded": order.survey_responded,
        "solved": order.survey_solved,
        "level": order.survey_level,
    }
    return [*earlier, last]


def _files(order: HotlineOrder) -> list[dict[str, Any]]:
    """Which files belong to it; of a secret order their names say nothing (H-141)."""
    rows = order.files.exclude(kind=OrderFile.Kind.ARCHIVE).select_related("stored")
    hidden = order.confidential == Confidentiality.SECRET
    return [
        {
            "name": f"file{number}" if hidden else one.stored.name,
            "kind": one.get_kind_display(),
            "size": one.stored.size,
            "sha256": one.stored.sha256,
            "at": one.at,
        }
        for number, one in enumerate(rows, 1)
    ]
