"""Applications and reviews for machines: parse, one service, answer (api.md)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponseBase
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotFound
from exchange.services import Answer, answer_once
from files.services import response as file_response
from identity.authentication import account_of
from identity.models import Account
from licences.services import document_response
from workflow import selectors, services
from workflow import serializers as shapes
from workflow.filters import ApplicationFilter
from workflow.models import Application, DepartmentReview
from workflow.services.readings import note_document_read, note_reading, note_review_read
from workflow.states import (
    CallOutcome,
    Channel,
    DeclineGround,
    DeliveryMethod,
    ProcedureKind,
    TerminationGround,
)

Act = Callable[[int, Account, Mapping[str, Any]], object]
Verb = tuple[type[serializers.Serializer[Any]], Act]


class NothingToSay(serializers.Serializer[Any]):
    """A verb that needs no words."""


class Applications(generics.ListAPIView[Application]):
    """GET the applications the caller may see; POST files one."""

    serializer_class = shapes.ApplicationSerializer
    filterset_class = ApplicationFilter
    ordering = ("-id",)

    def get_queryset(self) -> Any:
        """Deny by default (design section 12)."""
        rows = Application.objects.visible_to(account_of(self.request))
        return rows.exclude(reference=None).select_related("lead_department")

    @extend_schema(
        request=shapes.FilingSerializer,
        responses={201: shapes.ApplicationSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request) -> Response:
        """File an application; a repeat of the key and body is answered with the first answer."""
        given = shapes.FilingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        filing = given.filing(Channel.API if request.auth else Channel.WEB)
        account = account_of(request)
        answer = answer_once(
            door="applications",
            key=request.headers.get("Idempotency-Key", ""),
            account=account,
            body=request.data,
            act=lambda: (status.HTTP_201_CREATED, _filed(services.submit(filing, by=account))),
        )
        return _told(answer)


def _filed(application: Application) -> dict[str, Any]:
    receipt = application.application_documents.filter(document__kind="receipt").values_list(
        "document_id", flat=True
    )
    first = receipt.first()
    return {
        **shapes.ApplicationSerializer(application).data,
        "query_code": application.query_code,
        "advice": application.advice,
        "receipt_url": shapes.document_url(str(first)) if first else None,
    }


class OneApplication(APIView):
    """GET /applications/{reference}/."""

    @extend_schema(responses={200: shapes.DossierSerializer})
    def get(self, request: Request, reference: str) -> Response:
        """Everything the caller may see of it."""
        return Response(_whole(account_of(request), reference))


def _whole(account: Account, reference: str) -> dict[str, Any]:
    dossier = selectors.dossier(account, reference)
    note_reading(dossier.application, by=account)
    return dict(shapes.DossierSerializer(dossier).data)


class ApplicationVerb(APIView):
    """POST /applications/{reference}/{verb}/: one service each."""

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        responses={200: shapes.DossierSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    def post(self, request: Request, reference: str, verb: str) -> Response:
        """Do it, and answer with the application as it stands now; papers are taken once per key and body."""
        shape, act = _known(APPLICATION_VERBS, verb, request)
        account = account_of(request)
        application = selectors.application_for(account, reference)
        given = _read(shape, request)

        def done() -> tuple[int, dict[str, Any]]:
            act(application.pk, account, given)
            return status.HTTP_200_OK, _whole(account, reference)

        if verb not in BRINGS_PAPERS:
            return _told(Answer(*done()))
        door, key = f"applications/{reference}/{verb}", request.headers.get("Idempotency-Key", "")
        return _told(answer_once(door=door, key=key, account=account, body=request.data, act=done))


def _told(answer: Answer) -> Response:
    headers = {"Idempotent-Replay": "true"} if answer.replayed else {}
    return Response(answer.body, status=answer.status, headers=headers)


class Inbox(generics.ListAPIView[DepartmentReview]):
    """GET /reviews/: the caller's department's inbox, ordered by due date."""

    serializer_class = shapes.InboxSerializer
    ordering = ("due_at", "id")

    @extend_schema(
        parameters=[
            OpenApiParameter("status", str, many=True),
            OpenApiParameter("matter", str),
            OpenApiParameter("overdue", bool),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page, found by key."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        """Open reviews unless statuses are named."""
        given = self.request.query_params
        return selectors.inbox(
            account_of(self.request),
            statuses=given.getlist("status"),
            matter=given.get("matter", ""),
            overdue=given.get("overdue") in {"1", "true"},
            now=timezone.now(),
        )


class OneReview(APIView):
    """GET /reviews/{id}/."""

    @extend_schema(responses={200: shapes.InboxSerializer})
    def get(self, request: Request, review_id: int) -> Response:
        """The review, its papers, and what the caller may do."""
        return _review_answer(request, review_id)


def _review_answer(request: Request, review_id: int) -> Response:
    account = account_of(request)
    review = selectors.department_review_for(account, review_id)
    note_review_read(review, by=account)
    papers = [paper for paper in review.application.materials.all() if review.code in paper.needed_by]
    return Response(
        {
            **shapes.InboxSerializer(review).data,
            "materials": shapes.MaterialSerializer(papers, many=True).data,
            "inspections": shapes.InspectionRecordedSerializer(
                selectors.inspections_of(review), many=True
            ).data,
            "allowed": selectors.verbs_on_review(account, review),
        }
    )


class ReviewVerb(APIView):
    """POST /reviews/{id}/{verb}/: one service each."""

    @extend_schema(request=OpenApiTypes.OBJECT, responses={200: shapes.InboxSerializer})
    def post(self, request: Request, review_id: int, verb: str) -> Response:
        """Do it, and answer with the review as it stands now."""
        shape, act = _known(REVIEW_VERBS, verb, request)
        account = account_of(request)
        review = selectors.department_review_for(account, review_id)
        act(review.pk, account, _read(shape, request))
        return _review_answer(request, review_id)


class ReviewPhoto(APIView):
    """GET /reviews/{id}/photos/{photo_id}/."""

    @extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, review_id: int, photo_id: int) -> HttpResponseBase:
        """The picture, to the review's department and the overseers."""
        return file_response(selectors.photo_for(account_of(request), review_id, photo_id).file)


class OneDocument(APIView):
    """GET /documents/{id}/: the PDF to those who may see it; 202 while it is being made."""

    @extend_schema(
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, 202: OpenApiResponse(OpenApiTypes.OBJECT)}
    )
    def get(self, request: Request, document_id: str) -> HttpResponseBase:
        """The sealed document."""
        document = selectors.document_for(account_of(request), document_id)
        if document.sealed_at is None:
            waiting = {"status": document.status, "reasons": ["文书正在制作和签章，请稍后再取"]}
            return Response(waiting, status=status.HTTP_202_ACCEPTED, headers={"Retry-After": "3"})
        services.note_viewing(document.pk, by=account_of(request))
        note_document_read(document.pk, by=account_of(request))
        return document_response(document)


def _known(verbs: Mapping[str, Verb], verb: str, request: Request) -> Verb:
    if verb not in verbs:
        raise NotFound(f"没有“{verb}”这个操作，可用的操作：{'、'.join(verbs)}")
    if request.method != "POST":
        raise MethodNotAllowed(request.method or "")
    return verbs[verb]


def _read(shape: type[serializers.Serializer[Any]], request: Request) -> Mapping[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data


def _defects(given: Mapping[str, Any]) -> list[services.Defect]:
    return [services.Defect(**entry) for entry in given["items"]]


def _supplies(given: Mapping[str, Any]) -> list[services.Supply]:
    return [services.Supply(one["name"], one["upload_id"]) for one in given["materials"]]


APPLICATION_VERBS: Mapping[str, Verb] = {
    "receive": (shapes.ReceiveSerializer, lambda pk, by, given: services.receive(pk, by=by, **given)),
    "accept": (NothingToSay, lambda pk, by, _: services.accept(pk, by=by)),
    "decline": (
        shapes.DeclineSerializer,
        lambda pk, by, given: services.decline_application(
            pk, by=by, **{**given, "ground": DeclineGround(given["ground"])}
        ),
    ),
    "request_correction": (
        shapes.CorrectionSerializer,
        lambda pk, by, given: services.request_correction_at_front(pk, by=by, defects=_defects(given)),
    ),
    "supply_correction": (
        shapes.SuppliesSerializer,
        lambda pk, by, given: services.supply_correction(pk, by=by, supplies=_supplies(given)),
    ),
    "supply_deferred": (
        shapes.SuppliesSerializer,
        lambda pk, by, given: services.supply_deferred(pk, by=by, supplies=_supplies(given)),
    ),
    "supply_offered": (
        shapes.SuppliesSerializer,
        lambda pk, by, given: services.supply_offered(pk, by=by, supplies=_supplies(given)),
    ),
    "revoke_commitment": (
        shapes.SupplySerializer,
        lambda pk, by, given: services.revoke_commitment(
            pk, by=by, supply=services.Supply(given["name"], given["upload_id"])
        ),
    ),
    "withdraw": (shapes.WithdrawSerializer, lambda pk, by, given: services.withdraw(pk, by=by, **given)),
    "hand_over": (
        shapes.HandoverSerializer,
        lambda pk, by, given: services.hand_over(
            pk, by=by, handover=services.Handover(**{**given, "method": DeliveryMethod(given["method"])})
        ),
    ),
    "change_delivery": (
        shapes.DeliveryChangeSerializer,
        lambda pk, by, given: services.change_delivery(
            pk, by=by, **{**given, "method": DeliveryMethod(given["method"])}
        ),
    ),
    "change_facts": (
        shapes.FactsSerializer,
        lambda pk, by, given: services.change_facts(pk, by=by, answers=given["answers"]),
    ),
    "confirm_delivery": (
        shapes.ReceiptOfDeliverySerializer,
        lambda pk, by, given: services.confirm_delivery(pk, by=by, **given),
    ),
    "ask_resend": (
        shapes.ResendWishSerializer,
        lambda pk, by, given: services.ask_resend(pk, by=by, **given),
    ),
    "note_call": (
        shapes.CallSerializer,
        lambda pk, by, given: services.note_call(
            pk, by=by, **{**given, "outcome": CallOutcome(given["outcome"])}
        ),
    ),
    "resend": (shapes.WaybillSerializer, lambda pk, by, given: services.resend(pk, by=by, **given)),
    "continue_rest": (NothingToSay, lambda pk, by, _: services.continue_rest(pk, by=by)),
    "serve_by_leaving": (
        shapes.LeavingSerializer,
        lambda pk, by, given: services.serve_by_leaving(pk, by=by, **given),
    ),
    "serve_by_announcement": (
        shapes.AnnouncementSerializer,
        lambda pk, by, given: services.serve_by_announcement(pk, by=by, **given),
    ),
    "terminate": (
        shapes.TerminateSerializer,
        lambda pk, by, given: services.terminate_application(
            pk, by=by, **{**given, "ground": TerminationGround(given["ground"])}
        ),
    ),
}

#: Verbs that create: the same key and body again are answered with the first answer.
BRINGS_PAPERS = frozenset({"supply_correction", "supply_deferred", "supply_offered", "revoke_commitment"})

REVIEW_VERBS: Mapping[str, Verb] = {
    "confirm_complete": (NothingToSay, lambda pk, by, _: services.confirm_complete(pk, by=by)),
    "request_correction": (
        shapes.CorrectionSerializer,
        lambda pk, by, given: services.request_correction(pk, by=by, defects=_defects(given)),
    ),
    "decline": (
        shapes.DeclineSerializer,
        lambda pk, by, given: services.decline(
            pk, by=by, **{**given, "ground": DeclineGround(given["ground"])}
        ),
    ),
    "claim": (NothingToSay, lambda pk, by, _: services.claim(pk, by=by)),
    "approve": (shapes.ApproveSerializer, lambda pk, by, given: services.approve(pk, by=by, **given)),
    "deny": (shapes.DenySerializer, lambda pk, by, given: services.deny(pk, by=by, **given)),
    "start_special_procedure": (
        shapes.ProcedureSerializer,
        lambda pk, by, given: services.start_special_procedure(
            pk, by=by, **{**given, "kind": ProcedureKind(given["kind"])}
        ),
    ),
    "end_special_procedure": (
        shapes.ProcedureEndSerializer,
        lambda pk, by, given: services.end_special_procedure(pk, by=by, **given),
    ),
    "explain_special_procedure": (
        shapes.ProcedureExplanationSerializer,
        lambda pk, by, given: services.explain_special_procedure(pk, by=by, **given),
    ),
    "extend": (shapes.ExtendSerializer, lambda pk, by, given: services.extend(pk, by=by, **given)),
    "record_inspection": (
        shapes.InspectionSerializer,
        lambda pk, by, given: services.record_inspection(
            pk, by=by, record=services.InspectionRecord(**given)
        ),
    ),
    "terminate": (
        shapes.TerminateSerializer,
        lambda pk, by, given: services.terminate(
            pk, by=by, **{**given, "ground": TerminationGround(given["ground"])}
        ),
    ),
}

urlpatterns = [
    path("applications/", Applications.as_view(), name="applications"),
    path("applications/<str:reference>/", OneApplication.as_view(), name="application"),
    path("applications/<str:reference>/<slug:verb>/", ApplicationVerb.as_view(), name="application_verb"),
    path("reviews/", Inbox.as_view(), name="reviews"),
    path("reviews/<int:review_id>/", OneReview.as_view(), name="review"),
    path("reviews/<int:review_id>/photos/<int:photo_id>/", ReviewPhoto.as_view(), name="review_photo"),
    path("reviews/<int:review_id>/<slug:verb>/", ReviewVerb.as_view(), name="review_verb"),
    path("documents/<uuid:document_id>/", OneDocument.as_view(), name="document"),
]
