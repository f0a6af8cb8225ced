"""
Nothing typed is lost: what a page of a draft showed when it was drawn, and what was sent after the login had ended.

Each such page carries a signed word of ours (``seen``): whose draft, and a mark of what
stood in each box. Who sends the page after logging out, or with the form of an earlier
login, finds what was typed again after logging in: it waits, encrypted, in the session of
this browser, and is given to nobody but the account that the page was drawn for.
"""

import secrets
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.crypto import decrypt, encrypt
from workflow.rules.merging import Seen
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.views.visiting import Visit

__all__ = ["kept_for_later", "kept_when_logged_out", "seen_by", "seen_now", "typed_while_away"]

P = ParamSpec("P")
_SALT = "workflow.drafts.seen"
_SESSION = "typed_while_away"
#: More than this is no form of ours.
_LONGEST = 300_000
#: A page that has stood open longer than this is drawn anew.
_GOOD_FOR = timedelta(days=7)


def seen_now(request: Visit, draft: Draft, keys: Collection[str], *, on_hold: Collection[str] = ()) -> str:
    """The signed word of the page that is being drawn; a page that saves itself keeps its name."""
    page = _read(request.POST).get("page") if "autosave" in request.POST else None
    said = {
        "draft": draft.pk,
        "by": request.user.pk,
        "path": request.get_full_path(),
        "page": page or secrets.token_hex(4),
        "marks": drafts.marks_of(draft, keys, on_hold=on_hold),
    }
    return signing.dumps(said, salt=_SALT, compress=True)


def seen_by(post: QueryDict, draft: Draft) -> Seen:
    """What the page that sent this had shown; nothing where it does not say so in our hand."""
    said = _read(post)
    return Seen(said["page"], said["marks"]) if said.get("draft") == draft.pk else Seen()


def _read(post: QueryDict) -> dict[str, Any]:
    try:
        return signing.loads(post.get("seen", ""), salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        return {}


def kept_when_logged_out(
    view: Callable[Concatenate[Visit, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page that asks for a login like any other, and does not lose what was typed before asking."""

    @wraps(view)
    def asked(request: Visit, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if path := _keep(request):
            words = _("登录已经过期。您刚才填的内容都留着，登录后接着填；选好的文件需要重新选一次。")
            messages.warning(request, words)
            return redirect_to_login(path)
        return redirect_to_login(request.get_full_path())

    return login_not_required(asked)


def kept_for_later(request: HttpRequest) -> HttpResponse | None:
    """For the page of a form that is too old to be sent (CSRF): kept, and on to the same page afresh."""
    path = _keep(request)
    return redirect(path) if path else None


def _keep(request: HttpRequest) -> str:
    """The address of the page whose text is kept now; blank where the page is none of ours."""
    if request.method != "POST":
        return ""
    said, typed = _read(request.POST), request.POST.urlencode()
    if not _comes_from_us(request) or not said or len(typed) > _LONGEST:
        return ""
    request.session[_SESSION] = {"draft": said["draft"], "by": said["by"], "typed": encrypt(typed)}
    return str(said["path"])


def _comes_from_us(request: HttpRequest) -> bool:
    """A page elsewhere must not set a session in this browser; old browsers name no origin."""
    origin = request.headers.get("Origin")
    if origin is not None:
        ours = f"{request.scheme}://{request.get_host()}"
        return origin == ours or origin in settings.CSRF_TRUSTED_ORIGINS
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def typed_while_away(request: Visit, draft: Draft) -> QueryDict | None:
    """What was sent of this draft before its owner logged in again, once."""
    kept = request.session.get(_SESSION)
    if not kept or (kept["draft"], kept["by"]) != (draft.pk, request.user.pk):
        return None
    del request.session[_SESSION]
    return QueryDict(decrypt(kept["typed"]))
