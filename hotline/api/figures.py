"""Figures and likenesses for machines: always with numerator and denominator, nothing of anybody (H-143, H-161)."""

from datetime import date, timedelta
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import BadInput, NotAllowed
from hotline.selectors.metrics import Measured, measured, period_of, ranking
from hotline.selectors.similar import similar
from identity.authentication import account_of
from identity.models import Region
from identity.roles import Permission
from identity.selectors import standing

#: Who may be told of open orders of others: whoever takes them down or sends them on.
_DESKS = (Permission.TAKE_CALLS, Permission.DISPATCH, Permission.RULE_DISPUTES)


def _day(request: Request, name: str, default: date) -> date:
    text = request.query_params.get(name, "")
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        reason = f"{name} 要写成 2026-03-02 这样"
        raise BadInput(reason, fields={name: [reason]}) from None


def _plain(found: Measured) -> dict[str, Any]:
    return {
        "department": found.department,
        "orders": found.orders,
        "score": found.score,
        "exclusions": dict(found.exclusions),
        "metrics": [
            {
                "code": one.code,
                "name": one.name,
                "numerator": one.share.numerator,
                "denominator": one.share.denominator,
                "value": one.share.value,
                "target": one.target,
                "too_few": one.too_few,
            }
            for one in found.figures
        ],
    }


_PERIOD = [OpenApiParameter("from", date), OpenApiParameter("to", date)]


class Metrics(APIView):
    """GET /hotline/metrics/?from=&to=&department=."""

    @extend_schema(
        responses={200: OpenApiTypes.OBJECT}, parameters=[*_PERIOD, OpenApiParameter("department", str)]
    )
    def get(self, request: Request) -> Response:
        """The metrics of section 16; the last thirty days when no period is named."""
        today = timezone.localdate()
        period = period_of(_day(request, "from", today - timedelta(days=30)), _day(request, "to", today))
        found = measured(account_of(request), period, request.query_params.get("department", ""))
        return Response({"from": period.start, "to": period.end, **_plain(found)})


class Ranking(APIView):
    """GET /hotline/metrics/ranking/?class=&from=&to=."""

    @extend_schema(
        responses={200: OpenApiTypes.OBJECT}, parameters=[*_PERIOD, OpenApiParameter("class", str)]
    )
    def get(self, request: Request) -> Response:
        """Departments of one class; without a class 400 (H-161)."""
        today = timezone.localdate()
        period = period_of(_day(request, "from", today - timedelta(days=30)), _day(request, "to", today))
        ranked = ranking(account_of(request), period, request.query_params.get("class", ""))
        rows = [{"place": one.place, "score": one.score, **_plain(one.measured)} for one in ranked]
        return Response({"results": rows})


class SimilarSerializer(serializers.Serializer[Any]):
    """What is being written down."""

    title = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    text = serializers.CharField(max_length=4000)
    location = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    region = serializers.CharField(max_length=12, required=False, default="", allow_blank=True)


class Similar(APIView):
    """POST /hotline/similar/."""

    @extend_schema(request=SimilarSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Open orders about the same thing; changes nothing (H-130)."""
        if not any(map(standing(account_of(request)).may, _DESKS)):
            raise NotAllowed("相似工单只给热线的话务员、派单员和管理人员看")
        given = SimilarSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        region = Region.objects.filter(code=said["region"]).values_list("pk", flat=True).first()
        found = similar(said["title"], said["text"], said["location"], region)
        return Response([{"order_no": number, "score": score} for number, score in found])


urlpatterns = [
    path("hotline/metrics/", Metrics.as_view(), name="hotline_metrics"),
    path("hotline/metrics/ranking/", Ranking.as_view(), name="hotline_ranking"),
    path("hotline/similar/", Similar.as_view(), name="hotline_similar"),
]
