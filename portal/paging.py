"""Lists for machines: pages found by key, so that the thousandth costs what the first does."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.timezone import is_naive
from django.utils.translation import gettext
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import BadInput

NUL = "\x00"


class KeysetPages(CursorPagination):
    """`{"results", "next", "count"}`; a view names its order by `ordering`, else the model's, else newest first."""

    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> Any:
        """A cursor that names no place in the list is refused before the database reads it."""
        self.model = queryset.model
        return super().paginate_queryset(queryset, request, view)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Called once the order is known."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not self._is_place(str(cursor.position)):
            raise BadInput(gettext("翻页的位置不对，请回到第一页重新翻看"))
        return cursor

    def _is_place(self, position: str) -> bool:
        name = self.ordering[0].lstrip("-")
        field = self.model._meta.pk if name == "pk" else self.model._meta.get_field(name)
        try:
            value = field.to_python(position)
        except ValidationError:
            return False
        return not (isinstance(value, datetime) and is_naive(value)) and NUL not in position

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
