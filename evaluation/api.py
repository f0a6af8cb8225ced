"""好差评 for machines."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotFound
from evaluation import services
from evaluation.models import ServiceEvent, ServiceEventQuerySet
from evaluation.serializers import CallRatingSerializer, InvitationSerializer, RatingSerializer
from hotline.authentication import LoginOrCode, QueryCodeThrottle
from identity.models import Account


def _account(request: Request) -> Account:
    if not isinstance(request.user, Account):
        raise NotFound("没有找到")
    return request.user


class Invitations(generics.ListAPIView[ServiceEvent]):
    """GET /evaluations/invitations/: the caller's open invitations."""

    serializer_class = InvitationSerializer
    ordering = ("-event_no",)

    def get_queryset(self) -> ServiceEventQuerySet:
        """Nobody else's (E-36)."""
        return ServiceEvent.objects.open_for(_account(self.request), timezone.now())


class Evaluations(APIView):
    """POST /evaluations/."""

    @extend_schema(request=RatingSerializer, responses={201: dict})
    def post(self, request: Request) -> Response:
        """Keep the rating; a second one is answered 409 with the first's id, a late one 410."""
        given = RatingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        rating = services.Rating(
            level=said["level"],
            tags=said["tags"],
            text=said["text"],
            details=said.get("details", []),
            channel="api",
        )
        evaluation = services.rate(
            rating, by=_account(request), event_no=said.get("event_no"), token=said["token"]
        )
        body = {"id": evaluation.pk, "level": evaluation.level, "tags": evaluation.tags}
        return Response(body, status=status.HTTP_201_CREATED)


class CallRating(APIView):
    """POST /evaluations/calls/{order_no}/."""

    permission_classes = (LoginOrCode,)
    throttle_classes = (QueryCodeThrottle,)

    @extend_schema(request=CallRatingSerializer, responses={201: dict})
    def post(self, request: Request, order_no: str) -> Response:
        """How the agent took the call (一次一评, H-113); a second one is answered 409 with the first's id."""
        given = CallRatingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        by = request.user if isinstance(request.user, Account) else None
        evaluation = services.rate_call(order_no, by=by, **given.validated_data)
        body = {"id": evaluation.pk, "level": evaluation.level}
        return Response(body, status=status.HTTP_201_CREATED)


urlpatterns = [
    path("evaluations/calls/<str:order_no>/", CallRating.as_view(), name="call_rating"),
    path("evaluations/invitations/", Invitations.as_view(), name="invitations"),
    path("evaluations/", Evaluations.as_view(), name="evaluations"),
]
