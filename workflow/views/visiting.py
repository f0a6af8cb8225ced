"""Who is visiting: a request of somebody logged in, as the middleware leaves no other."""

from django.http import HttpRequest

from identity.models import Account

__all__ = ["Visit"]


class Visit(HttpRequest):
    """For the type checker alone: on pages that are not marked otherwise, the user is an account."""

    user: Account
