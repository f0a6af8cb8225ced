"""Lists for machines: pages found by key, so that the thousandth costs what the first does."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class KeysetPages(CursorPagination):
    """`{"results", "next", "count"}`; a view names its order by `ordering`, else the model's, else newest first."""

    page_size_query_param = "page_size"
    max_page_size = 200

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """The view's order, ended by the primary key so that no two rows are equal."""
        order = (
            getattr(view, "ordering", None)
            or queryset.query.order_by
            or queryset.model._meta.ordering
            or ("-pk",)
        )
        order = (order,) if isinstance(order, str) else tuple(order)
        return order if {"pk", "-pk", "id", "-id"} & set(order) else (*order, "pk")

    def get_paginated_response(self, data: Any) -> Response:
        """Counting would read every row, so `count` is null unless the view knows it."""
        return Response({"results": data, "next": self.get_next_link(), "count": None})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """For the OpenAPI document."""
        return {
            "type": "object",
            "required": ["results", "next", "count"],
            "properties": {
                "results": schema,
                "next": {"type": "string", "format": "uri", "nullable": True},
                "count": {"type": "integer", "nullable": True},
            },
        }
