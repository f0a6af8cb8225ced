"""Hot spots and early warnings: ranked by heat, one with its trend and what is to be done about it (H-165…H-169)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from hotline import services
from hotline.forms import alerting as forms
from hotline.models import HotAlert, Issue
from hotline.rendering import as_address, chart_picture
from hotline.rules.alerting import objections_to_looking
from hotline.selectors.alerts import AlertPage, alert_page, alert_rows, alerts_for, precision
from hotline.states import AlertLevel, Disposition, IssueState
from hotline.warning.finding import ALGORITHMS
from identity.desks import INCOMPLETE, Verb, account_of, attempt, known, offered, staff
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing

READERS = (Permission.READ_STATISTICS, Permission.RULE_DISPUTES, Permission.SUPERVISE, Permission.AUDIT)
HTTP_OK = 200


@dataclass(frozen=True)
class Looked:
    """One alert with its page and the issue it led to."""

    alert: HotAlert
    page: AlertPage
    issue: Issue | None


def _looked(account: Account, pk: int) -> Looked:
    page = alert_page(account, pk)
    alert = HotAlert.objects.select_related("merged_into", "disposed_by__person").get(pk=pk)
    return Looked(alert, page, Issue.objects.select_related("lead").filter(alert=alert).first())


def _disposing(looked: Looked, who: Standing) -> list[str]:
    return objections_to_looking(who) + (["这个预警已经处置"] if looked.alert.disposition else [])


def _meeting(looked: Looked, who: Standing) -> list[str]:
    is_red = looked.alert.level == AlertLevel.RED
    return objections_to_looking(who) + ([] if is_red else ["只有红色预警要会商"])


def _on_issue(looked: Looked, who: Standing) -> list[str]:
    if looked.issue is None:
        return ["属实的预警才有治理问题"]
    closed = looked.issue.state == IssueState.CLOSED
    return objections_to_looking(who) + (["已经销号"] if closed else [])


def _dispose(looked: Looked, by: Account, given: Mapping[str, Any]) -> object:
    said = {**given, "disposition": Disposition(given["disposition"])}
    return services.dispose(looked.alert.pk, by=by, **said)


def _of_issue(service: Callable[..., object]) -> Callable[[Looked, Account, Mapping[str, Any]], object]:
    return lambda looked, by, given: service(looked.issue.pk if looked.issue else 0, by=by, **given)


VERBS = (
    Verb(
        name="dispose",
        label=_("处置"),
        done=_("已处置"),
        form=forms.DisposeForm,
        act=_dispose,
        objections=_disposing,
        is_main=True,
    ),
    Verb(
        name="meeting",
        label=_("登记会商"),
        done=_("会商已登记"),
        form=forms.MeetingForm,
        act=lambda looked, by, given: services.record_meeting(looked.alert.pk, by=by, **given),
        objections=_meeting,
    ),
    Verb(
        name="measures",
        label=_("登记治理措施"),
        done=_("措施已登记，三十天后核查效果"),
        form=forms.MeasuresForm,
        act=_of_issue(services.record_measures),
        objections=_on_issue,
    ),
    Verb(
        name="close",
        label=_("问题销号"),
        done=_("已销号"),
        form=forms.CloseIssueForm,
        act=_of_issue(services.close_issue),
        objections=_on_issue,
    ),
)


@staff(*READERS)
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """The newest hundred, hottest first; those that wait unless all are asked for."""
    level, everything = request.GET.get("level", ""), request.GET.get("all") == "1"
    rows = alerts_for(account_of(request))
    rows = rows if everything else rows.filter(disposition="")
    rows = rows.filter(level=level) if level in AlertLevel.values else rows
    month = timezone.localdate().replace(day=1)
    context = {
        "rows": alert_rows(rows, account=account_of(request)),
        "levels": AlertLevel,
        "level": level,
        "everything": everything,
        "precision": [one for one in precision(month) if one.raised],
        "now": timezone.now(),
    }
    return render(request, "hotline/desk/alerts.html", context)


@staff(*READERS)
@require_safe
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One hot spot: its orders' numbers, its days, what it was reckoned by."""
    return _shown(request, pk)


@staff(*READERS)
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Dispose of it, note the meeting, the measures, the end."""
    looked, chosen = _looked(account_of(request), pk), known(VERBS, verb)
    if objections := chosen.objections(looked, standing(account_of(request))):
        form = chosen.form(request.POST, verb=chosen.name, subject=looked)
        for reason in objections:
            form.add_error(None, reason)
        return _shown(request, pk, (chosen, form), INCOMPLETE)
    form, status = attempt(request, chosen, looked)
    if status == HTTP_OK:
        return redirect("hotline:alert", pk)
    return _shown(request, pk, (chosen, form), status)


def _shown(request: HttpRequest, pk: int, refused: Any = None, status: int = HTTP_OK) -> HttpResponse:
    account = account_of(request)
    looked = _looked(account, pk)
    days = [f"{day:%m-%d}" for day, _count in looked.page.trend]
    counts = [float(count) for _day, count in looked.page.trend]
    context = {
        "looked": looked,
        "page": looked.page,
        "row": looked.page.row,
        "algo_name": ALGORITHMS[looked.alert.algo],
        "picture": as_address(chart_picture("line", days, {"件数": list(counts)})) if len(days) > 1 else "",
        "verbs": offered(VERBS, looked, standing(account), refused),
        "refused": refused,
    }
    return render(request, "hotline/desk/alert.html", context, status=status)
