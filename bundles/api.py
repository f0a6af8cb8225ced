"""The catalogue for machines: search, guides, and the plan for some answers."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bundles.planning import clean, plan
from bundles.selectors import Current, bundles, current
from bundles.serializers import (
    AnswersSerializer,
    BundleListSerializer,
    BundleSerializer,
    HitListSerializer,
    MatterSerializer,
    PlanSerializer,
)
from bundles.services.circumstances import VISITOR, circumstances
from bundles.spec import Kind
from common.errors import BadInput, NotFound
from identity.models import Department
from identity.selectors import standing
from matters.selectors import matter, search
from matters.states import Audience

FILTERS = [
    OpenApiParameter("q", str, description="everyday words"),
    OpenApiParameter("audience", str, enum=Audience.values),
    OpenApiParameter("department", str, description="code or name"),
    OpenApiParameter("theme", str),
]


def offered(kind: Kind, code: str) -> Current:
    """What is offered under this code, or 404."""
    found = current(kind, code)
    if found is None:
        raise NotFound(_("没有这个事项，或者已经停止办理"))
    return found


def listed(results: Any) -> dict[str, Any]:
    return {"results": results, "next": None, "count": len(results)}


class BundlesView(APIView):
    """GET /bundles/."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="bundles_list", responses=BundleListSerializer)
    def get(self, request: Request) -> Response:
        """The bundles on offer (一件事清单)."""
        return Response(BundleListSerializer(listed(bundles())).data)


class BundleView(APIView):
    """GET /bundles/{code}/."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=BundleSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Guide, questions, form and matters, as published."""
        return Response(BundleSerializer(offered(Kind.BUNDLE, code)).data)


class PlanView(APIView):
    """POST …/plan/, for bundles and single matters alike."""

    permission_classes = (AllowAny,)
    kind: Kind = Kind.BUNDLE

    @extend_schema(request=AnswersSerializer, responses=PlanSerializer)
    def post(self, request: Request, code: str) -> Response:
        """What these answers call for, partial ones too; a caller who is logged in sees what we know already."""
        offer = offered(self.kind, code)
        given = AnswersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        cleaned = clean(offer.definition, given.validated_data["answers"])
        if cleaned.errors:
            reasons = [reason for found in cleaned.errors.values() for reason in found]
            raise BadInput(reasons, code="bad_answers", fields=cleaned.errors)
        planned = plan(offer.definition, cleaned.answers)
        known = request.user.is_authenticated
        seen = circumstances(planned, cleaned.answers, standing(request.user)) if known else VISITOR
        context = {
            "version": offer.number,
            "answers": cleaned.answers,
            "circumstances": seen,
            "ignored": list(cleaned.ignored),
        }
        return Response(PlanSerializer(planned, context=context).data)


class MattersView(APIView):
    """GET /matters/."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="matters_list", parameters=FILTERS, responses=HitListSerializer)
    def get(self, request: Request) -> Response:
        """Search matters and bundles by everyday words."""
        q, audience, department, theme = (
            _asked(request, key) for key in ("q", "audience", "department", "theme")
        )
        hits = search(q, _audience(audience), _department(department), theme)
        return Response(HitListSerializer(listed(hits)).data)


def _asked(request: Request, key: str) -> str:
    """PostgreSQL takes no NUL, and nobody asks in more than two hundred signs."""
    return request.query_params.get(key, "").replace("\x00", "").strip()[:200]


def _audience(word: str) -> str:
    if not word:
        return ""
    try:
        return Audience.worded(word).value
    except ValueError as error:
        raise BadInput(str(error), fields={"audience": [str(error)]}) from None


def _department(word: str) -> str:
    """Search entries hold the name; machines know the code."""
    names = Department.objects.filter(code=word).values_list("name", flat=True)
    return (names.first() if word else None) or word


class MatterView(APIView):
    """GET /matters/{code}/."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=MatterSerializer)
    def get(self, request: Request, code: str) -> Response:
        """The guide of one matter (办事指南)."""
        offer, row = offered(Kind.SINGLE, code), matter(code)
        if row is None:
            raise NotFound(_("没有这个事项，或者已经停止办理"))
        return Response(MatterSerializer(offer, context={"row": row}).data)


urlpatterns = [
    path("bundles/", BundlesView.as_view(), name="bundles"),
    path("bundles/<slug:code>/", BundleView.as_view(), name="bundle"),
    path("bundles/<slug:code>/plan/", PlanView.as_view(kind=Kind.BUNDLE), name="bundle_plan"),
    path("matters/", MattersView.as_view(), name="matters"),
    path("matters/<slug:code>/", MatterView.as_view(), name="matter"),
    path("matters/<slug:code>/plan/", PlanView.as_view(kind=Kind.SINGLE), name="matter_plan"),
]
