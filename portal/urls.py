"""Every address of the portal. A new route is closed until it says who may come in."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from portal import pages, views
from workflow.views import applicant

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("elder/", pages.elder, name="elder"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("", include("identity.urls")),
    path("my/", applicant.my, name="my"),
    path("", include("workflow.urls")),
    path("", include("licences.urls")),
    path("", include("evaluation.urls")),
    path("healthz/", views.healthz, name="healthz"),
    path("healthz/live/", views.live, name="live"),
    path("metrics", views.metrics, name="metrics"),
    path("api/v1/", include(("portal.api", "api"))),
    path("admin/login/", views.enter_admin, name="enter_admin"),
    path("admin/", admin.site.urls),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.broken"
