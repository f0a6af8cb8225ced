"""Who sits in front of the admin, and what they type there."""

from datetime import date

from django.forms import Form
from django.test import Client
from django.urls import reverse

from identity.models import Account, Department, Post
from identity.roles import Role
from tests.factories.identity import SINCE, an_account


def logged_in(account: Account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def catalogue_editor(username: str = "an_editor", until: date | None = None) -> Account:
    """事项目录编辑 at the government service bureau."""
    account = an_account(username)
    account.is_staff = True
    account.save(update_fields=["is_staff"])
    bureau = Department.objects.get(code="govservice")
    Post.objects.create(
        account=account, department=bureau, role=Role.EDITOR, valid_from=SINCE, valid_until=until
    )
    return account


def administrator() -> Account:
    account = an_account("an_administrator")
    account.is_staff = account.is_superuser = True
    account.save(update_fields=["is_staff", "is_superuser"])
    return account


def page(model: str, verb: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model}_{verb}", args=args)


def typed(form: Form, **changed: object) -> dict[str, object]:
    """What a browser would send if only this was changed on the form it was shown."""
    shown = {name: form[name].value() for name in form.fields}
    sent = {
        name: value for name, value in (shown | changed).items() if value is not None and value is not False
    }
    return {name: "on" if value is True else value for name, value in sent.items()}
