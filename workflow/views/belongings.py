"""What belongs to somebody: licences and results, who has looked at them, and everything as one file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from workflow.selectors.access import KINDS, accesses
from workflow.selectors.results import kept_results
from workflow.views.visiting import Visit


@require_safe
def licences(request: Visit) -> HttpResponse:
    """Licences and results of oneself, one's organisations and those who authorised one."""
    return render(request, "workflow/applicant/licences.html", {"kept": kept_results(request.user)})


@require_safe
def access(request: Visit) -> HttpResponse:
    """Who has looked at mine: when, which department, at what, and why."""
    kind = request.GET.get("of", "")
    kind = kind if kind in KINDS else KINDS[0]
    found = accesses(request.user, kind, after=request.GET.get("after", ""))
    context = {
        "kind": kind,
        "found": found,
        "next_url": f"?{urlencode({'of': kind, 'after': found.next})}" if found.next else "",
        "first_url": f"?{urlencode({'of': kind})}" if request.GET.get("after") else "",
    }
    return render(request, "workflow/applicant/access.html", context)
