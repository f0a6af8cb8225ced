"""
What windows, departments and the hotline's desks share: who may come in, and acts as forms on a page.

A verb is drawn as a form; what stands against it is said beside a greyed button, by the same
rule that would refuse it in the service. A refusal comes back on the page with what was typed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_fsm import TransitionNotAllowed

from common.errors import DomainError, NotAllowed, NotFound, WrongState
from identity.desks.boxes import VerbForm
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing

Words = str | Promise
View = Callable[..., HttpResponseBase]

INCOMPLETE = 422


def account_of(request: HttpRequest) -> Account:
    """Who is asking; nobody comes this far without having logged in."""
    if not isinstance(request.user, Account):
        raise NotAllowed("请先登录")
    return request.user


def staff(*permissions: Permission) -> Callable[[View], View]:
    """Open only to posts that grant one of these; everybody else is told so (403)."""

    def closed(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            who = standing(account_of(request))
            if not any(map(who.may, permissions)):
                raise NotAllowed("这是工作人员的页面，您的岗位没有这项权限")
            return view(request, *args, **kwargs)

        return guarded

    return closed


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One act of staff: its words, its form, what stands against it, and the service behind it."""

    name: str
    label: Words
    done: Words
    form: type[VerbForm]
    act: Callable[[Any, Account, Mapping[str, Any]], object]
    objections: Callable[[Any, Standing], list[str]]
    hint: Words = ""
    template: str = "desks/_fields.html"
    is_main: bool = False
    is_grave: bool = False


OneVerb = TypeVar("OneVerb", bound=Verb)


@dataclass(frozen=True)
class Offered:
    """A verb as the page draws it."""

    verb: Verb
    form: VerbForm
    objections: list[str]
    is_open: bool

    @property
    def is_plain(self) -> bool:
        """A button is enough."""
        return not self.form.fields


def offered(
    verbs: Iterable[Verb], subject: Any, who: Standing, posted: tuple[Verb, VerbForm] | None = None
) -> list[Offered]:
    """These verbs with their objections; the one that was just refused stays open, with what was typed."""
    refused, form = posted or (None, None)
    verbs = list(verbs)
    if refused is not None and refused not in verbs:
        verbs.insert(0, refused)
    return [
        Offered(
            verb,
            form if form is not None and verb is refused else verb.form(verb=verb.name, subject=subject),
            verb.objections(subject, who),
            verb is refused,
        )
        for verb in verbs
    ]


def known(verbs: Iterable[OneVerb], name: str) -> OneVerb:
    """The verb of this name; NotFound where there is none."""
    found = next((verb for verb in verbs if verb.name == name), None)
    if found is None:
        raise NotFound("没有这项操作")
    return found


def attempt(request: HttpRequest, verb: Verb, subject: Any) -> tuple[VerbForm, int]:
    """Do it and say so; 200, or the status of the refusal with the form that tells why."""
    form = verb.form(request.POST, request.FILES, verb=verb.name, subject=subject)
    if not form.is_valid():
        return form, INCOMPLETE
    try:
        verb.act(subject, account_of(request), form.given())
    except NotFound as error:  # of something that was typed; what it is about has been found already
        form.refuse(error)
        return form, INCOMPLETE
    except DomainError as error:
        form.refuse(error)
        return form, error.status_code
    except TransitionNotAllowed:
        form.refuse(WrongState("状态刚刚有了变化，这项操作现在不能做，请看最新的状态"))
        return form, WrongState.status_code
    messages.success(request, _("已完成：%(done)s") % {"done": verb.done})
    return form, 200
