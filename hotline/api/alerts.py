"""Hot spots for machines: what, where, how many; nothing of anybody (H-143)."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import BadInput
from hotline.selectors.alerts import alert_page, alert_rows, alerts_for
from hotline.serializers.alerts import AlertPageSerializer, AlertRowSerializer
from hotline.states import AlertLevel
from hotline.warning.finding import ALGORITHMS
from identity.authentication import account_of


class Alerts(APIView):
    """GET /hotline/alerts/."""

    @extend_schema(
        responses={200: AlertRowSerializer(many=True)},
        parameters=[
            OpenApiParameter("level", str, enum=AlertLevel.values),
            OpenApiParameter("algo", str, enum=list(ALGORITHMS)),
            OpenApiParameter("open", bool, description="只要还没有处置的"),
        ],
    )
    def get(self, request: Request) -> Response:
        """The newest hundred the caller may see, hottest first."""
        alerts = alerts_for(account_of(request))
        for name, known in (("level", AlertLevel.values), ("algo", list(ALGORITHMS))):
            if wanted := request.query_params.get(name):
                if wanted not in known:
                    raise BadInput(f"{name} 只能是 {'、'.join(known)}")
                alerts = alerts.filter(**{name: wanted})
        if request.query_params.get("open") in ("1", "true"):
            alerts = alerts.filter(disposition="")
        rows = alert_rows(alerts, account=account_of(request))
        return Response([AlertRowSerializer(row).data for row in rows])


class OneAlert(APIView):
    """GET /hotline/alerts/{id}/."""

    @extend_schema(responses={200: AlertPageSerializer})
    def get(self, request: Request, pk: int) -> Response:
        """One hot spot with its orders' numbers and its days."""
        return Response(AlertPageSerializer(alert_page(account_of(request), pk)).data)
