"""Other systems' doors: what their channels took in (H-10), and the calls the telephone switch saw (H-16)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from common.errors import BadInput, NotFound
from hotline import services
from hotline.models import ApiKey
from hotline.rules.channels import DELIVERED, envelope_of
from hotline.selectors.open311 import client_of
from hotline.serializers import orders as shapes
from hotline.services.calling import CallRecord
from hotline.states import Channel
from identity.models import Account

KEY = OpenApiParameter("X-Api-Key", str, OpenApiParameter.HEADER, required=True)
#: What no other system may say of an appeal: which of our people it comes from, which of our files it holds.
OURS_ALONE = frozenset({"person_id", "file_ids"})


class WithKey(BasePermission):
    """Whoever sends no key is no system; whose a key is, and for which channel, is judged later."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.headers.get("X-Api-Key"))


class SystemView(APIView):
    """No login: a key that was issued for the channel."""

    authentication_classes = ()
    permission_classes = (WithKey,)
    throttle_classes = (AnonRateThrottle,)

    def client(self, request: Request, channel: Channel) -> ApiKey:
        """Whose key it is; NotAllowed without one."""
        return client_of(request.headers.get("X-Api-Key", ""), channel)


class DeliveredSerializer(shapes.RegisteredSerializer):
    """The order a delivery made or went on with; ``how`` says which."""

    how = serializers.CharField()


class Deliveries(SystemView):
    """POST /hotline/channels/{channel}/: one delivery of a channel, in the channel's own words."""

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        responses={201: DeliveredSerializer, 200: DeliveredSerializer},
        parameters=[
            KEY,
            OpenApiParameter("channel", str, OpenApiParameter.PATH, enum=sorted(DELIVERED)),
        ],
    )
    def post(self, request: Request, channel: str) -> Response:
        """Take it in; the same delivery again is answered 200 with the first (H-11)."""
        if channel not in DELIVERED:
            raise NotFound(f"没有渠道 {channel}，可用的有 {'、'.join(sorted(DELIVERED))}")
        self.client(request, Channel(channel))
        envelope = envelope_of(channel, _said(request.data))
        received = services.receive(envelope, by=None)
        order = received.hotline_order
        order.refresh_from_db(fields=["status", "host", "public_due_at"])
        body = {**shapes.RegisteredSerializer(order).data, "how": received.how}
        if not received.is_theirs:
            del body["query_code"]
        made = status.HTTP_201_CREATED if received.is_new else status.HTTP_200_OK
        return Response(body, status=made)


def _said(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise BadInput("请发送一个 JSON 对象")
    said = {str(key): value for key, value in data.items() if key not in OURS_ALONE}
    if any(isinstance(value, str) and "\x00" in value for value in said.values()):
        raise BadInput("内容里有不能保存的字符")
    return said


class CallSerializer(serializers.Serializer[Any]):
    """A call as the switch saw it; the same ``call_ref`` again changes nothing."""

    call_ref = serializers.CharField(max_length=64)
    started_at = serializers.DateTimeField()
    seconds_rung = serializers.FloatField(min_value=0, max_value=9999)
    phone = serializers.RegexField(r"^[0-9+]{3,20}$", required=False, allow_blank=True, default="")
    answered_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ended_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    restricted = serializers.BooleanField(default=False)
    agent = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    recording = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")


class CallTakenSerializer(serializers.Serializer[Any]):
    """Where the agent's page for this call is (弹屏), and whether the number may be put through (H-138)."""

    call_ref = serializers.CharField()
    popup = serializers.CharField()
    let_through = serializers.BooleanField()


class Calls(SystemView):
    """POST /hotline/calls/: the switch tells of a call when it is put through, given up or over."""

    @extend_schema(request=CallSerializer, responses={200: CallTakenSerializer}, parameters=[KEY])
    def post(self, request: Request) -> Response:
        """Keep it; one that rang in vain is called back within half an hour (H-16, M-01)."""
        self.client(request, Channel.PHONE)
        given = CallSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        agent = said.pop("agent")
        call = services.record_call(CallRecord(**said, agent=_agent(agent)))
        told = {
            "call_ref": call.call_ref,
            "popup": f"{reverse('hotline:intake')}?{urlencode({'call': call.call_ref})}",
            "let_through": services.is_let_through(call.phone) if call.phone else True,
        }
        return Response(CallTakenSerializer(told).data)


def _agent(username: str) -> Account | None:
    return Account.objects.filter(username=username, is_active=True).first() if username else None


urlpatterns = [
    path("hotline/channels/<slug:channel>/", Deliveries.as_view(), name="hotline_channel"),
    path("hotline/calls/", Calls.as_view(), name="hotline_calls"),
]
