"""Deny by default: what somebody who has not logged in may open is on a list, and the list is short."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

#: Names of the routes that are open to everyone, and why each must be.
PUBLIC = {
    "home": "the front door",
    "search": "people look before they log in",
    "places": "whoever stands in the street wants to know where to go",
    "unresolved": "who could not get something done may not have an account",
    "elder": "the switch to large type",
    "language": "the switch to another language",
    "styleguide": "answers 404 outside development",
    "identity:login": "one logs in there",
    "identity:demo": "answers 404 without the demo",
    "identity:enter_as": "answers 404 without the demo",
    "admin:login": "hidden behind enter_admin",
    "enter_admin": "leads to the login",
    "healthz": "probes have no account",
    "live": "probes have no account",
    "metrics": "asks for its own token",
    "api:schema": "the contract is public",
    "api:docs": "the contract is public",
    "api:token": "one logs in there",
    "api:verify": "whoever holds a document may check it; nothing personal is told",
    "hotline:home": "who complains may not have an account",
    "hotline:new": "who complains may not have an account (H-33)",
    "hotline:known_already": "what is open already at a house is told before one files; nobody is named (H-132)",
    "hotline:track": "whoever holds number and query code may ask how far it is",
    "hotline:own": "whoever typed number and query code reads how far it is; 404 to everybody else",
    "hotline:own_act": "the complainant acts with number and query code; 404 to everybody else",
    "hotline:send_code": "the code goes to the telephone of the order; 404 to everybody else",
    "hotline:open": "how the hotline does is public; nothing personal is told (H-179)",
    "licences:ask": "whoever holds a document may check it",
    "licences:look": "whoever is shown a licence may look, once, at what its holder chose",
    "licences:verify": "whoever holds a document may check it; nothing personal is told",
    "workflow:bundle_guide": "what is needed is public",
    "workflow:matter_guide": "what is needed is public",
    "workflow:track": "whoever holds number and query code may ask how far it is; nothing personal is told",
    "workflow:bundle_sheet": "the guide on paper",
    "workflow:matter_sheet": "the guide on paper",
    "workflow:specimen": "what a proper paper looks like is part of the guide; nothing on it is anybody's",
    "workflow:specimen_picture": "the same, small",
    "api:bundles": "the catalogue is public",
    "api:bundle": "the catalogue is public",
    "api:bundle_plan": "one asks what is needed before one logs in; nothing is kept",
    "api:matters": "the catalogue is public",
    "api:matter": "the catalogue is public",
    "open311:discovery": "the standard's own description of itself",
    "open311:services": "the catalogue is public",
    "open311:service": "the catalogue is public",
    "open311:requests": "GeoReport reads without a key; nothing personal is told, filing asks for a key",
    "open311:request": "GeoReport reads without a key; nothing personal is told",
    "open311:token": "whoever holds a token filed the request; its number alone is told",
    "api:matter_plan": "one asks what is needed before one logs in; nothing is kept",
}
SAMPLES = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "str": "x", "slug": "x", "path": "x"}


class Route(NamedTuple):
    name: str
    address: str


def routes(resolver: URLResolver, before: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[Route]:
    """Every address with something in its blanks."""
    for part in resolver.url_patterns:
        if not isinstance(part.pattern, RoutePattern):
            continue
        address = before + re.sub(
            r"<(?:(\w+):)?\w+>", lambda blank: SAMPLES.get(blank[1] or "str", "x"), str(part.pattern)
        )
        if isinstance(part, URLPattern):
            yield Route(":".join((*namespaces, _named(part, resolver) or address)), f"/{address}")
        else:
            yield from routes(part, address, (*namespaces, part.namespace) if part.namespace else namespaces)


def _named(pattern: URLPattern, resolver: URLResolver) -> str | None:
    """A second spelling of an address goes by the name of the first, whose view it has."""
    same = (
        part.name for part in resolver.url_patterns if isinstance(part, URLPattern) and _same(part, pattern)
    )
    return pattern.name or next((name for name in same if name), None)


def _same(one: URLPattern, other: URLPattern) -> bool:
    return getattr(one.callback, "view_class", one.callback) is getattr(
        other.callback, "view_class", other.callback
    )


ROUTES = sorted(set(routes(get_resolver())))


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.name not in PUBLIC], ids=lambda route: route.name
)
def test_a_stranger_is_turned_away(db, route):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(route.address)
        redirected = answer.status_code == 302 and "/login/?next=" in answer.headers["Location"]
        assert redirected or answer.status_code in {401, 403, 404}, (
            f"{method} {route.address}: {answer.status_code}"
        )


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.name in set(PUBLIC) - {"enter_admin", "admin:login"}],
    ids=lambda route: route.name,
)
def test_what_is_public_asks_for_no_login(db, route):
    answer = Client().get(route.address)
    assert answer.status_code in {200, 404, 405, 503}


def test_the_list_names_nothing_that_is_gone():
    assert set(PUBLIC) <= {route.name for route in ROUTES}
