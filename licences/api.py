"""The public check of documents and licences."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotFound
from licences import services
from licences.selectors import verify
from licences.serializers import VerificationSerializer


class VerifyView(APIView):
    """GET /verify/{code}: what a code printed on paper stands for. No login."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=VerificationSerializer, auth=[])
    def get(self, request: Request, code: str) -> Response:
        """Type, number, date and validity; 404 for a code that stands for nothing."""
        if not services.may_look_up(request):
            raise Throttled(wait=60)
        found = verify(code)
        if found is None:
            raise NotFound("没有找到与核验码对应的文书或者证照")
        return Response(VerificationSerializer(found).data, headers={"Cache-Control": "no-store"})


urlpatterns = [
    path("verify/<str:code>", VerifyView.as_view(), name="verify"),
    path("verify/<str:code>/", VerifyView.as_view()),
]
