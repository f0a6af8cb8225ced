"""Pages of licences."""

from django.urls import path

from licences import views

app_name = "licences"

urlpatterns = [
    path("verify/", views.ask, name="ask"),
    path("verify/<str:code>/", views.verify, name="verify"),
]
