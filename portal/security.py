"""
What a browser may do with our pages.

Django 5.2 has no Content-Security-Policy of its own; Django 6 has, with the same
shape of setting, and this middleware goes when we do.
"""

from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Policy = Mapping[str, Sequence[str]]


def written(policy: Policy) -> str:
    """The policy as a header's value."""
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


class HeadersMiddleware:
    """Adds Content-Security-Policy and Permissions-Policy to every answer that brings none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = written(settings.CONTENT_SECURITY_POLICY)
        self.exceptions = {
            prefix: written({**settings.CONTENT_SECURITY_POLICY, **loosened})
            for prefix, loosened in settings.CONTENT_SECURITY_POLICY_EXCEPTIONS.items()
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self._policy_for(request.path))
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    def _policy_for(self, path: str) -> str:
        return next(
            (policy for prefix, policy in self.exceptions.items() if path.startswith(prefix)), self.policy
        )
