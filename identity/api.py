"""The token door of the API."""

from django.contrib.auth import authenticate
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from common.crypto import keyed_hash
from identity import services
from identity.errors import WrongCredentials
from identity.models import Account
from identity.serializers import CredentialsSerializer, TokenSerializer


class SameNameThrottle(AnonRateThrottle):
    """Bounds guessing at one account's password from one address, and lets a hall of clerks log in at nine."""

    scope = "token"
    rate = "20/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        name = str(request.data.get("username", ""))[:150] if isinstance(request.data, dict) else ""
        return self.cache_format % {
            "scope": self.scope,
            "ident": f"{self.get_ident(request)}:{keyed_hash(name)}",
        }


class TokenView(APIView):
    """POST /token/: user name and password for a bearer token."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (SameNameThrottle,)

    @extend_schema(request=CredentialsSerializer, responses={200: TokenSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        """A new token; it opens the API for a day."""
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        account = authenticate(request, **given.validated_data)
        if not isinstance(account, Account):
            raise WrongCredentials(_("用户名或密码不正确"))
        return Response({"token": services.issue_token(account)})


urlpatterns = [path("token/", TokenView.as_view(), name="token")]
