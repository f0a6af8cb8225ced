"""Every address of the portal. A new route is closed until it says who may come in."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from evaluation.selectors import open_invitations
from portal import pages, views
from workflow.views import space

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("places/", pages.places, name="places"),
    path("addresses/", pages.addresses, name="addresses"),
    path("unresolved/", pages.unresolved, name="unresolved"),
    path("elder/", pages.elder, name="elder"),
    path("language/", login_not_required(require_POST(set_language)), name="language"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("", include("identity.urls")),
    path("my/", space.my, {"ratings": open_invitations}, name="my"),
    path("my/export/", space.export, name="my_export"),
    path("", include("workflow.urls")),
    path("", include("licences.urls")),
    path("", include("evaluation.urls")),
    path("hotline/", include("hotline.urls")),
    path("", include("notifications.urls")),
    path("healthz/", views.healthz, name="healthz"),
    path("healthz/live/", views.live, name="live"),
    path("metrics", views.metrics, name="metrics"),
    path("api/v1/", include(("portal.api", "api"))),
    path("open311/v2/", include("hotline.api.open311")),
    path("admin/login/", views.enter_admin, name="enter_admin"),
    path("admin/", admin.site.urls),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.broken"
