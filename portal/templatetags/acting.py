"""Whom one acts for, said on every page where it is somebody else."""

from typing import Any

from django import template
from django.template import Context

from identity.models import Account
from workflow.models import Application
from workflow.views.authorising import ACTING_FOR, acting_for

register = template.Library()


@register.inclusion_tag("components/acting.html", takes_context=True)
def acting_bar(context: Context) -> dict[str, Any]:
    """
    The bar under the menu: on pages of an application its applicant, elsewhere whom one chose to act for.

    An application shown to staff says nothing: they act for nobody.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or not isinstance(user, Account):
        return {}
    application = _application(context)
    if application is not None:
        return _of(application, user)
    if not (kept := request.session.get(ACTING_FOR)) or not acting_for(request):
        return {}
    return {"name": kept["name"], "may_change": True}


def _application(context: Context) -> Application | None:
    dossier = context.get("dossier")
    if dossier is not None and not dossier.is_applicant:
        return None
    application = getattr(context.get("draft"), "application", None) or context.get("application")
    return application if isinstance(application, Application) else None


def _of(application: Application, user: Account) -> dict[str, Any]:
    if application.applicant_organisation_id is None and application.applicant_person_id == user.person_id:
        return {}
    return {"name": application.applicant_name, "is_principal": application.authorisation_id is not None}
