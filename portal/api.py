"""Everything for machines, under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("identity.api")),
    path("", include("files.api")),
    path("", include("bundles.api")),
    path("", include("licences.api")),
    path("", include("workflow.api")),
    path("", include("hotline.api")),
    path("", include("evaluation.api")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
]
