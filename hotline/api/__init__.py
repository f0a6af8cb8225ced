"""The hotline's doors for machines: orders under /api/v1/hotline/, Open311 under /open311/v2/."""

from django.urls import path

from hotline.api.alerts import Alerts, OneAlert
from hotline.api.classifying import urlpatterns as classifying
from hotline.api.figures import urlpatterns as figures
from hotline.api.nearby import urlpatterns as nearby
from hotline.api.orders import Articles, OneOrder, Orders, OrderVerb
from hotline.api.systems import urlpatterns as systems

urlpatterns = [
    *classifying,
    *figures,
    *nearby,
    *systems,
    path("hotline/orders/", Orders.as_view(), name="hotline_orders"),
    path("hotline/orders/<str:order_no>/", OneOrder.as_view(), name="hotline_order"),
    path("hotline/orders/<str:order_no>/<str:verb>/", OrderVerb.as_view(), name="hotline_verb"),
    path("hotline/alerts/", Alerts.as_view(), name="hotline_alerts"),
    path("hotline/alerts/<int:pk>/", OneAlert.as_view(), name="hotline_alert"),
    path("hotline/articles/", Articles.as_view(), name="hotline_articles"),
]
