"""Pages of 好差评."""

from django.urls import path

from evaluation import views

app_name = "evaluation"

urlpatterns = [path("applications/<str:reference>/rate/", views.rate, name="rate")]
