"""What belongs to somebody: licences and results, who has looked at them, and everything as one file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workflow.selectors.results import kept_results
from workflow.views.visiting import Visit


@require_safe
def licences(request: Visit) -> HttpResponse:
    """Licences and results of oneself, one's organisations and those who authorised one."""
    return render(request, "workflow/applicant/licences.html", {"kept": kept_results(request.user)})
