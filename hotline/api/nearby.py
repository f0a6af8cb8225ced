"""我也遇到: what is open nearby before one files, and joining it instead (H-132)."""

from dataclasses import asdict

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from exchange.services import answer_once
from hotline import services
from hotline.api.orders import IDEMPOTENCY, told
from hotline.selectors.classifying import classify
from hotline.selectors.similar import nearby
from hotline.selectors.tree import current_tree
from hotline.serializers.orders import RegisteredSerializer
from identity.authentication import account_of


class PlaceSerializer(serializers.Serializer[object]):
    """What one is about to say, and where it is."""

    text = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    category = serializers.CharField(max_length=4, required=False, allow_blank=True, default="")
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    latitude = serializers.FloatField(min_value=-90, max_value=90)

    def validate_category(self, code: str) -> str:
        """One that may be chosen today."""
        if code and code not in {one.code for one in current_tree().chosen_on(timezone.localdate())}:
            raise serializers.ValidationError(["没有这个诉求分类"])
        return code

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Words tell the category where none is named."""
        if not attrs["category"] and not str(attrs["text"]).strip():
            raise serializers.ValidationError({"text": ["请写明诉求内容，或者写明 category"]})
        return attrs


class NearbySerializer(serializers.Serializer[object]):
    """An open order of others: which matter, how far, how many; nobody's words."""

    order_no = serializers.CharField()
    matter = serializers.CharField()
    public_status = serializers.CharField(source="public_word")
    people = serializers.IntegerField()
    registered_at = serializers.DateTimeField()


class Nearby(APIView):
    """POST /hotline/nearby/: the place stands in the body, in no address."""

    @extend_schema(request=PlaceSerializer, responses={200: NearbySerializer(many=True)})
    def post(self, request: Request) -> Response:
        """At most five open public orders of the same category within reach; changes nothing."""
        given = PlaceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        category = said["category"] or classify("", said["text"]).code
        is_known = category in current_tree().categories
        found = nearby(category, said["longitude"], said["latitude"]) if is_known else []
        return Response(NearbySerializer([asdict(one) for one in found], many=True).data)


class MeToo(APIView):
    """POST /hotline/nearby/{order_no}/me_too/."""

    @extend_schema(request=None, responses={201: RegisteredSerializer}, parameters=[IDEMPOTENCY])
    def post(self, request: Request, order_no: str) -> Response:
        """A light order of one's own beside the known one; asked again it is the same (H-132)."""
        account = account_of(request)

        def act() -> tuple[int, dict[str, object]]:
            joined = services.me_too(order_no, by=account)
            return status.HTTP_201_CREATED, dict(RegisteredSerializer(joined).data)

        key = request.headers.get("Idempotency-Key", "")
        door = f"hotline/me_too/{order_no}"[:60]
        return told(answer_once(door=door, key=key, account=account, body=request.data, act=act))


urlpatterns = [
    path("hotline/nearby/", Nearby.as_view(), name="hotline_nearby"),
    path("hotline/nearby/<str:order_no>/me_too/", MeToo.as_view(), name="hotline_me_too"),
]
