"""A table of the form from a spreadsheet: a template to take, a file or pasted cells to bring, checked before it counts."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bundles.planning import clean
from bundles.spec import Field, FieldType
from common.errors import BadInput, NotFound
from common.speaking import local_text
from common.spreadsheet import CONTENT_TYPE
from workflow.forms import spreadsheets
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.views.drafting import of_draft, page
from workflow.views.visiting import Visit

__all__ = ["template", "upload"]


@require_http_methods(["GET", "POST"])
@of_draft
def upload(request: Visit, draft: Draft, key: str) -> HttpResponse:
    """Rows are brought, looked at, and only then put into the form."""
    table = _table(draft, key)
    if request.method != "POST":
        return _upload_page(request, draft, table)
    try:
        sheet = _brought(request, table)
    except BadInput as refused:
        return _upload_page(request, draft, table, {"file": list(refused.reasons)})
    rows = _put_together(draft, table, sheet, request.POST.get("apply", ""))
    if rows is None or sheet.problems:
        return _upload_page(request, draft, table, sheet=sheet)
    if errors := clean(draft.definition, {**draft.answers, key: rows}).errors.get(key):
        return _upload_page(request, draft, table, {"file": errors}, sheet=sheet)
    drafts.save_answers(draft.pk, by=request.user, typed={key: rows})
    said = _("“%(table)s”已填入 %(count)s 行") % {"table": local_text(table.label), "count": len(sheet.rows)}
    messages.success(request, said)
    return redirect(f"{reverse('workflow:form', args=[draft.pk])}#id_{key}")


def _table(draft: Draft, key: str) -> Field:
    for box in draft.plan.visible_fields:
        if box.field.key == key and box.field.type is FieldType.TABLE:
            return box.field
    raise NotFound(_("申请表里没有这张表"))


def _brought(request: Visit, table: Field) -> spreadsheets.Sheet:
    if upload := request.FILES.get("file"):
        return spreadsheets.read_upload(table, upload)
    if text := request.POST.get("text", "").strip():
        return spreadsheets.read_pasted(table, text)
    raise BadInput(_("请选择填好的表格文件，或者把单元格粘贴到下面的框里"))


def _put_together(
    draft: Draft, table: Field, sheet: spreadsheets.Sheet, way: str
) -> list[Mapping[str, Any]] | None:
    """In place of the rows there are, or after them; None while the person has not said which."""
    if way == "replace":
        return [*sheet.rows]
    there = draft.typed.get(table.key)
    return [*(there if isinstance(there, list) else []), *sheet.rows] if way == "append" else None


def _upload_page(
    request: Visit,
    draft: Draft,
    table: Field,
    errors: Mapping[str, Sequence[str]] | None = None,
    *,
    sheet: spreadsheets.Sheet | None = None,
) -> HttpResponse:
    wrong = bool(errors) or bool(sheet and sheet.problems)
    there = draft.typed.get(table.key)
    context: dict[str, Any] = {
        "table": table,
        "there": len(there) if isinstance(there, list) else 0,
        "sheet": sheet,
        "text": spreadsheets.as_text(table, sheet.rows) if sheet else request.POST.get("text", ""),
        "errors": errors or {},
        "wrong": wrong,
        "preview": _preview(table, sheet) if sheet else [],
        "column_names": [one.label for one in table.columns],
    }
    return page(request, draft, "table", 2, status=422 if wrong else 200, **context)


def _preview(table: Field, sheet: spreadsheets.Sheet) -> list[list[tuple[str, str]]]:
    return [[(one.label, row.get(one.key, "")) for one in table.columns] for row in sheet.rows]


@require_safe
@of_draft
def template(request: Visit, draft: Draft, key: str, kind: str) -> HttpResponse:
    """The heading to fill in under, for Excel and WPS (xlsx) or anything else (csv)."""
    table = _table(draft, key)
    if kind == "xlsx":
        content, content_type = spreadsheets.template_xlsx(table), CONTENT_TYPE
    elif kind == "csv":
        content, content_type = spreadsheets.template_csv(table), "text/csv; charset=utf-8"
    else:
        raise NotFound(_("没有这种模板"))
    answer = HttpResponse(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{table.label}.{kind}')}"
    return answer
