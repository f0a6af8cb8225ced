"""Pages that only the applicant's side may act on: the application, or why not."""

from django.utils.translation import gettext as _

from common.errors import NotAllowed, WrongState
from workflow import selectors
from workflow.selectors import Dossier
from workflow.views.visiting import Visit

__all__ = ["allowed", "own", "refuse_others", "refuse_verb"]


def own(request: Visit, reference: str) -> Dossier:
    """The application, to those who act for the applicant."""
    dossier = selectors.dossier(request.user, reference)
    refuse_others(dossier)
    return dossier


def refuse_others(dossier: Dossier) -> None:
    """Whoever may look may not always act."""
    if not dossier.is_applicant:
        raise NotAllowed(_("只有申请人可以这样操作"))


def allowed(request: Visit, reference: str, verb: str) -> Dossier:
    """The application, if this can be done with it now."""
    dossier = own(request, reference)
    refuse_verb(dossier, verb)
    return dossier


def refuse_verb(dossier: Dossier, verb: str) -> None:
    """Not with the application as it stands."""
    if verb not in dossier.allowed:
        raise WrongState(_("办件现在不能这样操作，请看办理进度"), allowed=dossier.allowed)
