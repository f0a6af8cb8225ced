"""Who may know whom: what import-linter cannot see."""

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from tests.architecture.ours import APPS, CONFIGURATION, ROOT

LINTER = CONFIGURATION["tool"]["importlinter"]
CONTRACTS = {contract["name"]: contract for contract in LINTER["contracts"]}
LAYERS = [
    [name.strip() for name in layer.split("|")] for layer in CONTRACTS["Apps depend downwards only"]["layers"]
]
HEIGHT = {name: len(LAYERS) - number for number, layer in enumerate(LAYERS) for name in layer}
NO_TABLES_OR_EDGES = {"portal", "events", "common"}


@pytest.mark.parametrize("app", APPS)
def test_every_app_has_its_line(app):
    assert app in HEIGHT
    assert app in LINTER["root_packages"]
    assert app in settings.INSTALLED_APPS
    assert app in CONFIGURATION["tool"]["mypy"]["packages"]
    if app not in NO_TABLES_OR_EDGES:
        assert app in CONTRACTS["Inside an app: edges, then services, then models, then rules"]["containers"]
    if app != "portal":
        assert app in CONTRACTS["An app's edges are its own business"]["source_modules"]


def test_no_line_without_an_app():
    assert set(HEIGHT) == set(APPS) == set(LINTER["root_packages"])


@pytest.mark.parametrize("app", APPS)
def test_no_foreign_key_points_upwards_or_sideways(app):
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if _above_or_beside(app, field.related_model._meta.app_label)
    ]
    assert wrong == []


def _above_or_beside(app: str, other: str) -> bool:
    """events keeps the actor of each fact, as a string reference to the account: the one exception."""
    if other not in HEIGHT or other == app or (app, other) == ("events", "identity"):
        return False
    return HEIGHT[other] >= HEIGHT[app]


@pytest.mark.parametrize("edge", ["urls", "api"])
def test_every_app_s_edges_are_mounted(edge):
    written = {f"{app}.{edge}" for app in APPS if app != "portal" and (ROOT / app / f"{edge}.py").exists()}
    written |= {f"{app}.{edge}" for app in APPS if app != "portal" and (ROOT / app / edge).is_dir()}
    assert written <= set(_mounted(get_resolver()))


def _mounted(resolver) -> list[str]:
    inner = [
        found for part in resolver.url_patterns if hasattr(part, "url_patterns") for found in _mounted(part)
    ]
    return [getattr(resolver.urlconf_name, "__name__", str(resolver.urlconf_name)), *inner]
