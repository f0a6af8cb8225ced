"""Who is behind a request of the API (`Authorization: Bearer <token>`), and what a post opens in the admin."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from common.crypto import keyed_hash
from common.errors import NotFound
from identity.models import Account, ApiToken
from identity.roles import Permission
from identity.selectors import standing


def account_of(request: Request) -> Account:
    """Who is asking; the permission classes have let nobody else in."""
    if not isinstance(request.user, Account):
        raise NotFound(_("没有找到"))
    return request.user


class TokenAuthentication(BaseAuthentication):
    """Finds the account by the token's hash, in one query; a token that is over opens nothing."""

    def authenticate(self, request: Request) -> tuple[Account, ApiToken] | None:
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = (
            ApiToken.objects.select_related("account__person")
            .filter(key_hash=keyed_hash(key.strip()), expires_at__gt=timezone.now(), account__is_active=True)
            .first()
        )
        if token is None:
            raise AuthenticationFailed(_("令牌无效或已过期，请重新获取"))
        return token.account, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it."""

    target_class = TokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class PostBackend(BaseBackend):
    """
    What today's posts open in the admin, in Django's words (settings.POST_PERMISSIONS).

    Nothing is granted on rows of Django's own permission tables; a post that is over opens nothing.
    """

    def get_user_permissions(self, user_obj: Account | AnonymousUser, obj: Model | None = None) -> set[str]:
        who = standing(user_obj)
        return {
            name
            for permission, names in settings.POST_PERMISSIONS.items()
            if who.may(Permission(permission))
            for name in names
        }

    def has_module_perms(self, user_obj: Account | AnonymousUser, app_label: str) -> bool:
        return any(name.startswith(f"{app_label}.") for name in self.get_user_permissions(user_obj))
