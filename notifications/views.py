"""The message box, and how somebody wants to be told: for the person alone."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError, NotAllowed, NotFound, Refused, TooOften
from common.keyset import page_of
from identity.models import Account, Person
from identity.selectors import desk_of
from notifications import rules, selectors, services
from notifications.forms import ChoiceForm, CodeForm, address_form
from notifications.models import ContactChoice
from notifications.states import OPTIONAL_CHANNELS, Channel, Kind

#: New messages shown at once; whoever has more marks these as read first.
MOST_NEW = 50

#: What each kind is, for people.
EXPLAINED = {
    Kind.NOTICE: gettext_lazy("受理、补正、决定、期限改变这些法律规定要告诉您的"),
    Kind.REMINDER: gettext_lazy("快到期的材料还没有交"),
    Kind.PROGRESS: gettext_lazy("收到了、办完了这些消息"),
    Kind.RATING: gettext_lazy("办完以后请您评一评"),
}


class Visit(HttpRequest):
    """For the type checker alone: whoever comes here is logged in."""

    user: Account


def _person(request: Visit) -> Person:
    if request.user.person is None:
        raise NotAllowed(_("这个账号没有对应的个人，没有消息和联系方式"))
    return request.user.person


# The box


@require_safe
def messages_page(request: Visit) -> HttpResponse:
    """What is new first, then what was read, page by page."""
    person, after = _person(request), request.GET.get("after", "")
    new = [] if after else list(selectors.unread(person.pk)[: MOST_NEW + 1])
    page = page_of(selectors.read(person.pk), key="-created_at", after=after)
    desk = desk_of(request.user)
    context = {
        "shell": f"base_{desk}.html" if desk else "base.html",
        "desk": desk,
        "new": new[:MOST_NEW],
        "has_more_new": len(new) > MOST_NEW,
        "page": page,
        "is_first": not after,
    }
    return render(request, "notifications/messages.html", context)


@require_POST
def open_message(request: Visit, pk: int) -> HttpResponse:
    """Read it, and go where it points to, if asked to."""
    person = _person(request)
    message = selectors.box(person.pk).filter(pk=pk).first()
    if message is None:
        raise NotFound(_("没有找到这条消息"))
    services.mark_read(person.pk, [pk])
    onward = message.url if "go" in request.POST else ""
    return redirect(onward or "notifications:messages")


@require_POST
def read_all(request: Visit) -> HttpResponse:
    """Everything that was on the page is read; what came meanwhile is not."""
    shown = [int(pk) for pk in request.POST.getlist("shown") if pk.isdecimal()]
    services.mark_read(_person(request).pk, shown)
    return redirect("notifications:messages")


# How I am reached


@require_http_methods(["GET", "POST"])
def contact(request: Visit) -> HttpResponse:
    """The number and the mail address, and which kinds come by which way."""
    person = _person(request)
    form = ChoiceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.choose(**form.cleaned_data, by=request.user)
        messages.success(request, _("已经保存"))
        return redirect("notifications:contact")
    choice = selectors.choice_of(person.pk)
    context = {
        "form": form,
        "mobile": person.masked_mobile if person.mobile else "",
        "mail": rules.masked_mail(request.user.email),
        "kinds": [_kind_row(kind, choice) for kind in Kind],
    }
    return render(request, "notifications/contact.html", context, status=422 if form.errors else 200)


def _kind_row(kind: Kind, choice: ContactChoice) -> dict[str, Any]:
    return {
        "kind": kind,
        "explained": EXPLAINED[kind],
        "ways": [_way(kind, channel, choice) for channel in OPTIONAL_CHANNELS],
    }


def _way(kind: Kind, channel: Channel, choice: ContactChoice) -> dict[str, Any]:
    bound = rules.is_bound(kind, channel)
    return {"channel": channel, "bound": bound, "on": bound or kind not in choice.silenced(channel)}


@require_http_methods(["GET", "POST"])
def address(request: Visit, way: str) -> HttpResponse:
    """A new number or mail address: after the password a code goes there."""
    _person(request)
    channel = _channel(way)
    form = address_form(channel, request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            sent = services.send_code(channel, by=request.user, **form.cleaned_data)
        except (Refused, TooOften) as refused:
            _say_beside(form, refused)
            return _address_page(request, channel, form, refused.status_code)
        _show_in_demo(request, sent)
        return redirect("notifications:code", way)
    return _address_page(request, channel, form, 422 if form.errors else 200)


def _say_beside(form: forms.Form, refused: DomainError) -> None:
    """Beside the box it is about; above them all where that box is not asked."""
    for name, reasons in (refused.fields or {"address": refused.reasons}).items():
        form.add_error(name if name in form.fields else None, list(reasons))


def _address_page(request: Visit, channel: Channel, form: forms.Form, status: int) -> HttpResponse:
    return render(request, "notifications/address.html", {"form": form, "channel": channel}, status=status)


def _show_in_demo(request: Visit, sent: str) -> None:
    """Without an SMS platform nobody could read it."""
    if settings.DEMO:
        messages.info(request, _("演示系统不发短信和邮件，验证码是 %(code)s") % {"code": sent})


@require_http_methods(["GET", "POST"])
def code(request: Visit, way: str) -> HttpResponse:
    """The code that came: from then on the address counts."""
    _person(request)
    channel = _channel(way)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        objections = services.confirm_code(channel, form.cleaned_data["code"], by=request.user)
        if not objections:
            messages.success(request, _("已经改好，以后的通知发到这里"))
            return redirect("notifications:contact")
        form.add_error("code", objections)
    context = {"form": form, "channel": channel, "again_url": reverse("notifications:address", args=[way])}
    return render(request, "notifications/code.html", context, status=422 if form.errors else 200)


@require_POST
def remove_mail(request: Visit) -> HttpResponse:
    """No mail any more."""
    services.remove_mail(by=request.user)
    messages.success(request, _("邮箱已经删除，以后不再发邮件"))
    return redirect("notifications:contact")


def _channel(way: str) -> Channel:
    if way not in OPTIONAL_CHANNELS:
        raise NotFound(_("没有这种通知方式"))
    return Channel(way)
