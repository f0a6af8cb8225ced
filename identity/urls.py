"""Pages of identity."""

from django.urls import path

from identity import views

app_name = "identity"

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("demo/", views.demo, name="demo"),
    path("demo/enter/", views.enter_as, name="enter_as"),
]
