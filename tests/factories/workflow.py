"""Applications in tests: filed from the bundles' own scenarios, and moved by the people whose move it is."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from bundles.planning import Plan, clean, missing, plan
from bundles.selectors import current
from bundles.spec import Definition, Field, FieldType, Source
from common.workdays import SHANGHAI
from events import publish
from events.models import EventRecord
from files.models import StoredFile
from identity.models import Account
from licences.events import DocumentSealed
from licences.models import Document
from licences.states import DocumentKind, DocumentStatus
from tests.factories.files import a_stored_file
from tests.factories.identity import Cast
from workflow import services
from workflow.models import Application, DepartmentReview
from workflow.services import Defect, Filing, InspectionRecord, Offer, Supply
from workflow.states import MaterialMode, ReviewStatus

#: What a person brings for a paper nobody can fetch.
_BROUGHT = {Source.APPLICANT: MaterialMode.UPLOAD, Source.COMMITMENT: MaterialMode.COMMITMENT}

#: An answer that can be read, by type; anything else is text.
_EXAMPLES = {
    FieldType.RESIDENT_ID: "420101198503120319",
    FieldType.CREDIT_CODE: "91990104MA7DEM0X3F",
    FieldType.MOBILE: "13912345678",
    FieldType.DATE: "2026-03-02",
    FieldType.INTEGER: 1,
    FieldType.BOOLEAN: True,
}


def definition(code: str, kind: str = "bundle") -> Definition:
    """What is offered under this code."""
    offered = current(kind, code)
    assert offered is not None, f"nothing is offered as {kind} {code}"
    return offered.definition


def answers(code: str, number: int = 0, **changed: Any) -> dict[str, Any]:
    """The answers of one of the bundle's own scenarios; a key changed to None is left out."""
    said = dict(definition(code).scenarios[number].answers) | changed
    return {key: value for key, value in said.items() if value is not None}


def planned(code: str, said: Mapping[str, Any], kind: str = "bundle") -> Plan:
    """The plan of these answers."""
    offered = definition(code, kind)
    return plan(offered, clean(offered, said).answers)


def offers(by: Account, plan: Plan, modes: Mapping[str, MaterialMode] | None = None) -> list[Offer]:
    """Every paper that somebody must bring: uploaded or promised, unless `modes` says otherwise."""
    chosen = dict(modes or {})
    named = {
        paper.name: _BROUGHT[paper.source] for paper in plan.materials if _must_be_brought(paper)
    } | chosen
    return [Offer(name, mode, _upload(by, mode)) for name, mode in named.items()]


def _must_be_brought(paper: Any) -> bool:
    return paper.source in _BROUGHT and not paper.awaited_from


def _upload(by: Account, mode: MaterialMode) -> Any:
    return upload(by).pk if mode == MaterialMode.UPLOAD else None


def upload(by: Account) -> StoredFile:
    """A file this account has uploaded."""
    return a_stored_file(by=by)


def a_filing(
    by: Account,
    code: str = "newborn",
    number: int = 0,
    modes: Mapping[str, MaterialMode] | None = None,
    **more: Any,
) -> Filing:
    """A complete filing of a scenario by this person."""
    said = more.pop("answers", None) or answers(code, number)
    return Filing("bundle", code, said, offers(by, planned(code, said), modes), **more)


def filed(by: Account, code: str = "newborn", number: int = 0, **more: Any) -> Application:
    """A submitted application of a scenario."""
    return services.submit(a_filing(by, code, number, **more), by=by)


def review_of(application: Application, code: str) -> DepartmentReview:
    """The review of one matter as it stands now."""
    return application.reviews.select_related("department").get(code=code)


def confirm_all(cast: Cast, application: Application, *, but: Iterable[str] = ()) -> None:
    """Every department says that its papers are complete."""
    for review in application.reviews.select_related("department").filter(status="waiting", accepted_at=None):
        if review.code not in set(but):
            services.confirm_complete(review.pk, by=cast.reviewer(review.department.code))


def inspect(cast: Cast, review: DepartmentReview) -> None:
    """Two officers look at the place and approve of it."""
    record = InspectionRecord(
        timezone.now(),
        "经营场所",
        ["检查员甲", "检查员乙"],
        True,
        "符合要求",
        True,
        no_photo_reason="测试现场不能拍照",
    )
    services.record_inspection(review.pk, by=cast.reviewer(review.department.code), record=record)


def approve(cast: Cast, application: Application, *codes: str) -> None:
    """The departments of these matters approve, looking at the place first where they must."""
    for code in codes:
        review = review_of(application, code)
        if review.needs_inspection:
            inspect(cast, review)
        services.approve(review.pk, by=cast.reviewer(review.department.code))


def approve_everything(cast: Cast, application: Application) -> None:
    """Whatever is handed out is approved, stage by stage, until nothing is left."""
    confirm_all(cast, application)
    while codes := list(
        application.reviews.filter(status__in=[ReviewStatus.ASSIGNED, ReviewStatus.IN_PROGRESS]).values_list(
            "code", flat=True
        )
    ):
        approve(cast, application, *codes)
    application.refresh_from_db()


def a_defect(material: str) -> Defect:
    """A defect said as the law wants it (I-31)."""
    return Defect(material, "复印件不清楚", "《办事指南》申请材料第1项", "请重新扫描，四角完整")


def told(application: Application, name: str) -> list[dict[str, Any]]:
    """What was told of the application under this name, in order."""
    records = EventRecord.objects.about(application.subject).filter(name=f"workflow.{name}").order_by("id")
    return list(records.values_list("payload", flat=True))


def documents(application: Application, kind: DocumentKind) -> list[Document]:
    """Its documents of one kind, in the order in which they were drawn up."""
    rows = application.application_documents.filter(document__kind=kind).select_related("document")
    return [row.document for row in rows.order_by("id")]


def seal(application: Application, *kinds: str) -> None:
    """What the documents queue does, without a page: every waiting document (of these kinds) has number and seal."""
    waiting = Document.objects.filter(subject=application.subject, status=DocumentStatus.PREPARING)
    page = a_stored_file(by=None)
    for document in waiting.filter(kind__in=kinds) if kinds else waiting:
        document.status, document.sealed_at = DocumentStatus.SEALED, timezone.now()
        document.number = f"试〔2026〕{str(document.pk)[:8]}"
        document.file, document.sha256 = page, page.sha256
        document.save(update_fields=["status", "sealed_at", "number", "file", "sha256"])
        publish(
            DocumentSealed(
                document_id=str(document.pk),
                kind=document.kind,
                title=document.title,
                number=document.number,
                about=document.subject,
            )
        )


def statuses(application: Application) -> dict[str, str]:
    """Where each matter stands."""
    return dict(application.reviews.values_list("code", "status"))


def now(application: Application) -> Application:
    """The application as it stands."""
    return Application.objects.get(pk=application.pk)


def supplies(by: Account, *names: str) -> list[Supply]:
    """A new file for each of these papers."""
    return [Supply(name, upload(by).pk) for name in names]


def any_answers(code: str, kind: str) -> dict[str, Any]:
    """Something readable in every box that must be filled in."""
    offered = definition(code, kind)
    if offered.scenarios:
        return dict(offered.scenarios[0].answers)
    said: dict[str, Any] = {}
    while lacking := missing(plan(offered, said), said):
        said |= {key: _something(offered.inputs[key]) for key in lacking}
    return said


def _something(box: Field) -> Any:
    if box.choices:
        return box.choices[0].value
    return _EXAMPLES.get(box.type, "云澜路1号")


def alone(by: Account, code: str, **more: Any) -> Application:
    """One matter applied for by itself, everything it asks for given."""
    said = any_answers(code, "single")
    return services.submit(
        Filing("single", code, said, offers(by, planned(code, said, "single")), **more), by=by
    )


def local(moment: datetime | None) -> str:
    """A moment as the clock on the wall shows it."""
    assert moment is not None
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
