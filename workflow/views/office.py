"""The department's workplace: its trays, one review with everything this matter needs, and the acts on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common.errors import NotFound
from common.keyset import Page, page_of
from files.services import response as file_response
from files.services import store
from identity.desks import Plain, Verb, Words, account_of, attempt, known, offered, staff
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing
from licences.services import document_response
from workflow import selectors, services
from workflow.filters import ApplicationFilter
from workflow.forms import staff as forms
from workflow.forms import staff_office as office
from workflow.models import Application, DepartmentReview
from workflow.rules import acceptance, handling
from workflow.selectors import InboxCounts, ReviewFile
from workflow.services.readings import note_reading, note_review_read
from workflow.states import IN_HAND, ApplicationStatus, ReadThing, ReviewStatus, TerminationGround

#: Who may open a review: its own department, and those who oversee. What they see is the selectors' to say.
READERS = (Permission.REVIEW, Permission.SUPERVISE, Permission.AUDIT)


# What stands against each verb


def _answering(file: ReviewFile, who: Standing) -> list[str]:
    return _received(file, who) + acceptance.objections_to_another_answer(file.review)


def _received(file: ReviewFile, who: Standing) -> list[str]:
    objections = acceptance.objections_to_answering(file.review, who)
    return objections + (["窗口还没有收件"] if file.review.application.received_at is None else [])


def _correcting(file: ReviewFile, who: Standing) -> list[str]:
    objections = _received(file, who) + acceptance.objections_to_another_answer(file.review, adding=True)
    objections += acceptance.objections_to_late_correction(file.review.application, timezone.now())
    return objections + _nothing_to_correct(file)


def _nothing_to_correct(file: ReviewFile) -> list[str]:
    if file.correction_sent:
        return ["补正只能一次性告知，本件已经发出过补正告知"]
    return (
        [] if file.correctable else ["本事项没有可以要求补正的材料：都由系统调取、核验，或者已经承诺、容缺"]
    )


def _claiming(file: ReviewFile, who: Standing) -> list[str]:
    return handling.objections_to_claiming(file.review, who)


def _approving(file: ReviewFile, who: Standing) -> list[str]:
    return handling.objections_to_deciding(file.review, who, deferred=file.deferred, inspected=file.inspected)


def _denying(file: ReviewFile, who: Standing) -> list[str]:
    return handling.objections_to_deciding(file.review, who)


def _extending(file: ReviewFile, who: Standing) -> list[str]:
    granted = file.extension is not None
    return handling.objections_to_extending(
        file.review, who, days=1, reason="…", now=timezone.now(), granted=granted
    )


def _terminating(file: ReviewFile, who: Standing) -> list[str]:
    return handling.objections_to_terminating(file.review, who, TerminationGround.FORCE_MAJEURE)


# The verbs


def _on_review(service: Callable[..., object]) -> Callable[[ReviewFile, Account, Mapping[str, Any]], object]:
    return lambda file, by, given: service(file.review.pk, by=by, **given)


def _request_correction(file: ReviewFile, by: Account, given: Mapping[str, Any]) -> object:
    defects = [services.Defect(**defect) for defect in given["defects"]]
    return services.request_correction(file.review.pk, by=by, defects=defects)


def _record_inspection(file: ReviewFile, by: Account, given: Mapping[str, Any]) -> object:
    photos = [services.Photo(store(one, by=by).pk, given["taken_at"]) for one in given["pictures"]]
    return services.record_inspection(file.review.pk, by=by, record=replace(given["record"], photos=photos))


def _end_procedure(file: ReviewFile, by: Account, given: Mapping[str, Any]) -> object:
    said = {name: value for name, value in given.items() if name != "result_file"}
    if upload := given["result_file"]:
        said["result_upload"] = store(upload, by=by).pk
    return services.end_special_procedure(file.review.pk, by=by, **said)


VERBS = (
    Verb(
        name="confirm_complete",
        label=_("材料齐全，确认受理"),
        done=_("材料齐全"),
        form=Plain,
        act=_on_review(services.confirm_complete),
        objections=_answering,
        is_main=True,
    ),
    Verb(
        name="request_correction",
        label=_("要求补正"),
        done=_("已登记补正内容"),
        hint=_(
            "只能告知一次：所有问题一次写全。齐全的材料留空。各部门的补正内容合并成一份告知书发给申请人。"
        ),
        form=forms.DefectsForm,
        template="workflow/staff/_defects.html",
        act=_request_correction,
        objections=_correcting,
    ),
    Verb(
        name="decline",
        label=_("不予受理"),
        done=_("不予受理，决定书正在制作"),
        form=forms.DeclineForm,
        act=_on_review(services.decline),
        objections=_answering,
        is_grave=True,
    ),
    Verb(
        name="claim",
        label=_("领办"),
        done=_("已领办"),
        form=Plain,
        act=_on_review(services.claim),
        objections=_claiming,
    ),
    Verb(
        name="approve",
        label=_("准予"),
        done=_("准予，结果正在制作"),
        form=office.ApproveForm,
        act=_on_review(services.approve),
        objections=_approving,
        is_main=True,
    ),
    Verb(
        name="deny",
        label=_("不予办理"),
        done=_("不予办理，决定书正在制作"),
        hint=_("理由和依据写入决定书，申请人可以据此申请复议或者起诉。"),
        form=office.DenyForm,
        act=_on_review(services.deny),
        objections=_denying,
        is_grave=True,
    ),
    Verb(
        name="record_inspection",
        label=_("登记现场勘验"),
        done=_("已登记现场勘验"),
        hint=_("勘验在办理期限内进行，不停表。现场照片和时间是记录的一部分。"),
        form=office.InspectionForm,
        act=_record_inspection,
        objections=_claiming,
    ),
    Verb(
        name="start_special_procedure",
        label=_("开始特别程序"),
        done=_("已进入特别程序，停止计时"),
        hint=_("所需时间不计入办理期限，先书面告知申请人。等申请人补材料不是特别程序。"),
        form=office.StartProcedureForm,
        act=_on_review(services.start_special_procedure),
        objections=_claiming,
    ),
    Verb(
        name="end_special_procedure",
        label=_("结束特别程序"),
        done=_("特别程序已结束，恢复计时"),
        form=office.EndProcedureForm,
        act=_end_procedure,
        objections=_claiming,
        is_main=True,
    ),
    Verb(
        name="explain_special_procedure",
        label=_("说明超时或改预计结束日期"),
        done=_("已说明；改了日期的，申请人会收到通知"),
        hint=_("超过告知申请人的日期还没有结果，必须说明原因。"),
        form=office.ExplainProcedureForm,
        act=_on_review(services.explain_special_procedure),
        objections=_claiming,
    ),
    Verb(
        name="extend",
        label=_("延长期限"),
        done=_("期限已延长"),
        hint=_("到期以前、只有一次，由部门负责人批准。"),
        form=office.ExtendForm,
        act=_on_review(services.extend),
        objections=_extending,
    ),
    Verb(
        name="terminate",
        label=_("终止办理"),
        done=_("已终止办理"),
        form=forms.TerminateForm,
        act=_on_review(services.terminate),
        objections=_terminating,
        is_grave=True,
    ),
)


def _open_verbs(file: ReviewFile, who: Standing) -> list[Verb]:
    """Those that the review's state allows to a member of its department."""
    names = set(handling.allowed_verbs(file.review, who))
    if names and file.review.status in IN_HAND:
        names.add("terminate")
    return [verb for verb in VERBS if verb.name in names]


# The inbox


@dataclass(frozen=True)
class Tray:
    """One tab of the inbox: its words, its key in the counts, and how its rows are found and ordered."""

    key: str
    label: Words
    statuses: tuple[ReviewStatus, ...] = ()
    overdue: bool = False
    sorted_by: str = "due_at"


TRAYS = (
    Tray("to_confirm", _("待确认材料"), sorted_by="id"),
    Tray("in_hand", _("待办理"), (ReviewStatus.ASSIGNED, ReviewStatus.IN_PROGRESS)),
    Tray("special", _("特别程序"), (ReviewStatus.SPECIAL_PROCEDURE,)),
    Tray("overdue", _("已超期"), overdue=True),
)


@staff(Permission.REVIEW)
@require_safe
@vary_on_headers("HX-Request")
def inbox(request: HttpRequest) -> HttpResponse:
    """What the department has to do, the most urgent first; the rows alone for htmx."""
    account = account_of(request)
    counts = selectors.inbox_counts(account)
    tray = next((one for one in TRAYS if one.key == request.GET.get("tray")), _first(counts))
    matter = request.GET.get("matter", "")
    page = _rows(account, tray, matter, request.GET.get("after", ""))
    tabs = [(one, getattr(counts, one.key), one is tray) for one in TRAYS]
    template = "_inbox" if getattr(request, "htmx", False) else "inbox"
    context = {"tabs": tabs, "tray": tray, "page": page, "matter": matter, "matters": counts.matters}
    return render(request, f"workflow/office/{template}.html", context | {"now": timezone.now()})


def _first(counts: InboxCounts) -> Tray:
    """Where to begin: papers to confirm have the shortest limit, then whatever there is."""
    return next((tray for tray in (TRAYS[0], TRAYS[1]) if getattr(counts, tray.key)), TRAYS[1])


def _rows(account: Account, tray: Tray, matter: str, after: str) -> Page[DepartmentReview]:
    if tray.key == "to_confirm":
        rows = selectors.papers_to_confirm(account)
        rows = rows.filter(code=matter) if matter else rows
    else:
        rows = selectors.inbox(account, statuses=tray.statuses, matter=matter, overdue=tray.overdue)
    return page_of(rows, key=tray.sorted_by, after=after)


# One review


@staff(*READERS)
@require_safe
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """The review, its papers, its clock, and what may be done with it."""
    return _review_page(request, review_id)


@staff(Permission.REVIEW)
@require_POST
def act_on_review(request: HttpRequest, review_id: int, verb: str) -> HttpResponse:
    """Do one thing with the review; back to its page, or the page with the reasons and what was typed."""
    wanted = known(VERBS, verb)
    form, status = attempt(request, wanted, selectors.review_file(account_of(request), review_id))
    if status == 200:
        return redirect("workflow:review", review_id=review_id)
    return _review_page(request, review_id, posted=(wanted, form), status=status)


def _review_page(
    request: HttpRequest, review_id: int, *, posted: Any = None, status: int = 200
) -> HttpResponse:
    file = selectors.review_file(account_of(request), review_id)
    note_review_read(file.review, by=account_of(request))
    who = standing(account_of(request))
    verbs = offered(_open_verbs(file, who), file, who, posted)
    context = {"file": file, "review": file.review, "verbs": verbs, "refused": posted, "now": timezone.now()}
    return render(request, "workflow/office/review.html", context, status=status)


@staff(*READERS)
@require_safe
def material(request: HttpRequest, review_id: int, material_id: int) -> FileResponse:
    """A paper of this review: the uploaded file, the licence, or the result it waited for."""
    found = selectors.department_review_for(account_of(request), review_id)
    papers = [one for one in found.application.materials.all() if found.code in one.needed_by]
    paper = next((one for one in papers if one.pk == material_id), None)
    if paper and (paper.file or paper.document):
        note_reading(
            found.application,
            by=account_of(request),
            thing=ReadThing.MATERIAL,
            thing_id=paper.pk,
            name=paper.name,
            department_id=found.department_id,
        )
    if paper and paper.file:
        return file_response(paper.file)
    if paper and paper.document:
        return document_response(paper.document)
    raise NotFound("没有找到这份材料，或者不属于本事项")


@staff(*READERS)
@require_safe
def photo(request: HttpRequest, review_id: int, photo_id: int) -> FileResponse:
    """A photo of the on-site inspection (I-94)."""
    return file_response(selectors.photo_for(account_of(request), review_id, photo_id).file)


@staff(*READERS)
@require_safe
def procedure_result(request: HttpRequest, review_id: int, procedure_id: int) -> FileResponse:
    """The document that a special procedure ended with (I-92)."""
    return file_response(selectors.result_of_procedure(account_of(request), review_id, procedure_id))


# All applications that concern the department, or pass the window


@staff(*READERS, Permission.RECEIVE, Permission.HAND_OVER)
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """Every application the account may see, the newest first, with filters."""
    rows = Application.objects.visible_to(account_of(request)).exclude(reference=None).with_procedures()
    found = ApplicationFilter(request.GET, rows.select_related("applicant_person", "applicant_organisation"))
    page = page_of(found.qs, key="-id", after=request.GET.get("after", ""))
    context = {
        "page": page,
        "statuses": [one for one in ApplicationStatus if one != ApplicationStatus.DRAFT],
        "chosen": request.GET.get("status", ""),
        "q": request.GET.get("q", ""),
        "overdue": request.GET.get("overdue") == "true",
        "shell": f"base_{standing(account_of(request)).desk}.html",
        "now": timezone.now(),
    }
    return render(request, "workflow/office/applications.html", context)


@staff(*READERS, Permission.RECEIVE, Permission.HAND_OVER)
@require_safe
def application(request: HttpRequest, reference: str) -> HttpResponse:
    """One application: the chain, the timeline, and the way to the reviews that are one's own."""
    account = account_of(request)
    who = standing(account)
    if who.may(Permission.RECEIVE) or who.may(Permission.HAND_OVER):
        return redirect("workflow:at_counter", reference=reference)
    dossier = selectors.dossier(account, reference)
    note_reading(dossier.application, by=account)
    context = {"dossier": dossier, "application": dossier.application, "own": _own(dossier.reviews, who)}
    return render(request, "workflow/office/application.html", context)


def _own(reviews: Sequence[DepartmentReview], who: Standing) -> list[DepartmentReview]:
    everything = who.may(Permission.SUPERVISE) or who.may(Permission.AUDIT)
    departments = who.departments(Permission.REVIEW)
    return [one for one in reviews if everything or one.department_id in departments]
