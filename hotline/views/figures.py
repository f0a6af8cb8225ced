"""Figures and reports as page, spreadsheet and PDF (H-160…H-164, H-175…H-179)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError, NotAllowed, NotFound
from common.spreadsheet import CONTENT_TYPE, sheets
from hotline import services
from hotline.forms.figures import CorrectionForm, FiguresForm
from hotline.models import Report
from hotline.rendering import as_address, chart_picture
from hotline.rules.measuring import CLASSES
from hotline.selectors.metrics import measured, period_of, ranking, readable_departments
from identity.desks import account_of
from identity.models import Account
from identity.roles import Permission
from identity.selectors import departments, standing
from licences.services.printing import print_pages

#: A month up to yesterday, when nothing else is asked for.
DAYS = 30


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The metrics of a period, for the city or one department, and the ranking inside a class."""
    account, today = account_of(request), timezone.localdate()
    asked = {"from": today - timedelta(days=DAYS), "to": today - timedelta(days=1), **request.GET.dict()}
    own = readable_departments(account)
    form = FiguresForm(asked, departments=_choosable(own), whole_city=own is None)
    context: dict[str, Any] = {"form": form, "classes": CLASSES}
    status = 200 if form.is_valid() else 400
    if status == 200:
        context |= _counted(account, form)
    return render(request, "hotline/figures.html", context, status=status)


def _choosable(own: frozenset[int] | None) -> list[tuple[str, str]]:
    rows = sorted(departments().values(), key=lambda one: one.name)
    return [(one.code, one.name) for one in rows if own is None or one.pk in own]


def _counted(account: Account, form: FiguresForm) -> dict[str, Any]:
    period = period_of(form.cleaned_data["from"], form.cleaned_data["to"])
    klass = form.cleaned_data["class"]
    return {
        "measured": measured(account, period, form.cleaned_data["department"]),
        "ranked": ranking(account, period, klass) if klass else [],
        "class_name": CLASSES.get(klass, ""),
    }


def _reader(request: HttpRequest) -> Account:
    account = account_of(request)
    if readable_departments(account) is not None:
        raise NotAllowed("报告给热线管理、督办、领导和审计人员看")
    return account


def _report(pk: int) -> Report:
    found = Report.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("没有这份报告")
    return found


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every report, the newest first; one kind where it is asked for."""
    _reader(request)
    kind = request.GET.get("kind", "")
    rows = Report.objects.filter(kind=kind) if kind in Report.Kind.values else Report.objects.all()
    context = {"reports": rows.defer("figures")[:60], "kinds": Report.Kind, "kind": kind}
    return render(request, "hotline/reports.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with its charts."""
    account = _reader(request)
    return render(request, "hotline/report.html", _shown(_report(pk), CorrectionForm(), account))


def _shown(found: Report, form: CorrectionForm, reader: Account) -> dict[str, Any]:
    """With the box for a correction for whoever may write one."""
    sections = [
        {**section, "picture": as_address(_picture(section)) if section["chart"] else ""}
        for section in found.figures
    ]
    return {
        "report": found,
        "sections": sections,
        "corrections": found.corrections.all(),
        "form": form,
        "corrects": standing(reader).may(Permission.RULE_DISPUTES),
    }


def _picture(section: dict[str, Any]) -> str:
    return chart_picture(**section["chart"])


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A dated line below the report."""
    account, form = _reader(request), CorrectionForm(request.POST)
    if not form.is_valid():
        return render(request, "hotline/report.html", _shown(_report(pk), form, account), status=422)
    try:
        services.correct_report(pk, by=account, text=form.cleaned_data["text"])
    except DomainError as error:
        form.add_error(None, error.reasons)
        return render(
            request, "hotline/report.html", _shown(_report(pk), form, account), status=error.status_code
        )
    return redirect("hotline:report", pk)


@require_safe
def report_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a workbook, a sheet a section."""
    _reader(request)
    found = _report(pk)
    content = sheets((one["title"], one["head"], one["rows"]) for one in found.figures)
    return _file(content, CONTENT_TYPE, f"{found.snapshot}.xlsx")


@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper, the charts the very pictures of the page."""
    _reader(request)
    found = _report(pk)
    sections = [{**one, "picture": _picture(one) if one["chart"] else ""} for one in found.figures]
    context = {"report": found, "sections": sections, "corrections": found.corrections.all()}
    page = render_to_string("documents/hotline_report.html", context)
    paper = print_pages(page, settings.BASE_DIR / "static" / "css" / "report.css")
    return _file(paper, "application/pdf", f"{found.snapshot}.pdf", inline=True)


def _file(content: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    way = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f'{way}; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
