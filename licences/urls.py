"""Pages of licences."""

from django.urls import path

from licences import views

app_name = "licences"

urlpatterns = [
    path("my/licences/<int:pk>/show/", views.show, name="show"),
    path("my/licences/shown/<int:pk>/", views.shown, name="shown"),
    path("my/licences/shown/<int:pk>/back/", views.take_back, name="take_back"),
    path("shown/<str:code>/", views.look, name="look"),
    path("verify/", views.ask, name="ask"),
    path("verify/<str:code>/", views.verify, name="verify"),
]
