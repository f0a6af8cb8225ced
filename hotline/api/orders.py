"""Orders for machines: parse, one service, answer."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import Conflict, NotFound, WrongState
from exchange.services import Answer, answer_once
from hotline import services
from hotline.api.verbs import BY_QUERY_CODE, VERBS, done
from hotline.authentication import LoginOrCode, QueryCodeThrottle, code_in
from hotline.filters import OrderFilter
from hotline.models import HotlineOrder
from hotline.selectors import search_articles
from hotline.selectors.enquiring import found_by_code
from hotline.selectors.own import OWN_VERBS, in_public_words
from hotline.selectors.seeing import files_seen_by, order_for
from hotline.serializers import orders as shapes
from hotline.serializers.verbs import VerbSerializer
from hotline.services.acting import allowed_verbs
from identity.authentication import account_of
from identity.errors import WrongCredentials
from identity.models import Account
from identity.selectors import standing

IDEMPOTENCY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)
QUERY_CODE = OpenApiParameter("query_code", str, description="与工单号一起，代替登录")


def told(answer: Answer) -> Response:
    """The answer, and whether it was the first one."""
    headers = {"Idempotent-Replay": "true"} if answer.replayed else {}
    return Response(answer.body, status=answer.status, headers=headers)


class Orders(generics.ListAPIView[HotlineOrder]):
    """GET the orders the caller may see; POST takes one in."""

    serializer_class = shapes.OrderLineSerializer
    filterset_class = OrderFilter
    ordering = ("-id",)

    def get_queryset(self) -> Any:
        """Deny by default (H-02); what is encrypted is not read for a list."""
        rows = HotlineOrder.objects.visible_to(account_of(self.request)).select_related("host", "region")
        return rows.defer("text", "contact_name", "phone", "id_number")

    def get_serializer_context(self) -> dict[str, Any]:
        """The complainant reads public states."""
        who = standing(self.request.user if isinstance(self.request.user, Account) else None)
        return {**super().get_serializer_context(), "person_id": who.person_id}

    @extend_schema(
        request=shapes.RegisterSerializer,
        responses={201: shapes.RegisteredSerializer, 200: shapes.RegisteredSerializer},
        parameters=[IDEMPOTENCY],
    )
    def post(self, request: Request) -> Response:
        """Take an appeal in; a repeated delivery of the channel is answered 200 with the first (H-11)."""
        given = shapes.RegisterSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        account = account_of(request)
        envelope = given.envelope(account)
        return told(
            answer_once(
                door="hotline/orders",
                key=request.headers.get("Idempotency-Key", ""),
                account=account,
                body=request.data,
                act=lambda: _registered(envelope, account),
            )
        )


def _registered(envelope: Any, account: Account) -> tuple[int, dict[str, Any]]:
    """Whoever sent it or whose it is may be told the query code; nobody else by guessing a number (H-11)."""
    received = services.receive(envelope, by=account)
    order = received.hotline_order
    if not (received.is_theirs or _is_complainant(order, account)):
        raise Conflict("这个来源编号已经登记过", code="source_ref_taken")
    order.refresh_from_db(fields=["status", "host", "public_due_at"])
    body = dict(shapes.RegisteredSerializer(order).data)
    return (status.HTTP_201_CREATED if received.is_new else status.HTTP_200_OK), body


class OneOrder(APIView):
    """GET /hotline/orders/{order_no}/."""

    permission_classes = (LoginOrCode,)
    throttle_classes = (QueryCodeThrottle,)

    @extend_schema(
        responses={
            200: PolymorphicProxySerializer(
                component_name="OrderAsSeen",
                serializers=[shapes.OrderSerializer, shapes.ProgressSerializer],
                resource_type_field_name=None,
            )
        },
        parameters=[QUERY_CODE],
    )
    def get(self, request: Request, order_no: str) -> Response:
        """As much as the caller may see; with the query code alone how far it is."""
        if code := code_in(request):
            order = _by_code(order_no, code)
            return Response(shapes.ProgressSerializer(order).data, headers={"Cache-Control": "no-store"})
        return Response(whole(account_of(request), order_no, request))


def _by_code(order_no: str, code: str) -> HotlineOrder:
    """A wrong code and a number that is not there look alike."""
    order = found_by_code(order_no, code)
    if order is None:
        raise NotFound("没有找到这个工单，请核对工单号和查询码")
    return order


def whole(account: Account, order_no: str, request: Request) -> dict[str, Any]:
    """The order as this reader may see it; a look at who complained is noted (H-06)."""
    ip = request.META.get("REMOTE_ADDR", "")
    order, seen = services.open_order(order_no, by=account, ip=ip, reason="接口查看")
    context = {
        "seen": seen,
        "files": files_seen_by(order, account),
        "allowed": _allowed(order, account),
        "person_id": account.person_id,
    }
    return dict(shapes.OrderSerializer(order, context=context).data)


def _is_complainant(order: HotlineOrder, by: Account | None) -> bool:
    """Whoever came by the query code, or as the person whose order it is."""
    return by is None or (order.person_id is not None and order.person_id == by.person_id)


def _allowed(order: HotlineOrder, by: Account | None) -> list[str]:
    """What may follow; returns and rulings are nothing the complainant is told of (H-74)."""
    known = [verb for verb in allowed_verbs(order) if verb in VERBS]
    return [verb for verb in known if verb in OWN_VERBS] if _is_complainant(order, by) else known


class OrderVerb(APIView):
    """POST /hotline/orders/{order_no}/{verb}/: one service each."""

    permission_classes = (LoginOrCode,)
    throttle_classes = (QueryCodeThrottle,)

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="OrderVerb",
            serializers=list(dict.fromkeys(shape for shape, _act in VERBS.values())),
            resource_type_field_name=None,
        ),
        responses={200: shapes.OrderSerializer},
        parameters=[IDEMPOTENCY, OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=sorted(VERBS))],
    )
    def post(self, request: Request, order_no: str, verb: str) -> Response:
        """Do it, and answer with the order as it stands now; a repeat of the key and body with the first answer."""
        by = request.user if isinstance(request.user, Account) else None
        order = order_for(by, order_no) if by is not None else _proved(request, order_no, verb)
        given = _given(order, verb, request, by)

        def act() -> tuple[int, dict[str, Any]]:
            _do(order, verb, given, by)
            if by is not None:
                return status.HTTP_200_OK, whole(by, order_no, request)
            order.refresh_from_db()
            return status.HTTP_200_OK, dict(shapes.ProgressSerializer(order).data)

        door, key = f"hotline/{order_no}/{verb}"[:60], request.headers.get("Idempotency-Key", "")
        return told(answer_once(door=door, key=key, account=by, body=request.data, act=act))


def _proved(request: Request, order_no: str, verb: str) -> HotlineOrder:
    """Without a login: one of the complainant's verbs, with the right code."""
    if verb not in BY_QUERY_CODE:
        raise WrongCredentials("请先登录")
    return _by_code(order_no, code_in(request))


def _given(order: HotlineOrder, verb: str, request: Request, by: Account | None) -> Mapping[str, Any]:
    if verb not in VERBS:
        raise WrongState(f"没有“{verb}”这个操作", allowed=_allowed(order, by))
    shape: type[VerbSerializer] = VERBS[verb][0]
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data


def _do(order: HotlineOrder, verb: str, given: Mapping[str, Any], by: Account | None) -> None:
    """The service's own answer; a refusal of the state says what may be done instead (H-70)."""
    try:
        done(verb, order.pk, given, by)
    except WrongState as wrong:
        if not wrong.allowed:
            wrong.allowed = _allowed(order, by)
        if _is_complainant(order, by):
            raise in_public_words(wrong, order) from None
        raise


class Articles(APIView):
    """GET /hotline/articles/?q=: answers in everyday words."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, required=True)],
        responses={200: shapes.ArticleHitSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Usable articles, best first (H-24)."""
        question = request.query_params.get("q", "").replace("\x00", "")[:200]
        return Response(shapes.ArticleHitSerializer(search_articles(question), many=True).data)
