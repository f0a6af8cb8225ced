"""The upload doors of the API: one file at once, and one that goes on where it broke off (tus 1.0)."""

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.urls import path, reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import BadInput, UnsupportedType
from files import services
from files.models import Arrival
from files.rules import LARGEST
from files.serializers import StoredFileSerializer, UploadSerializer
from identity.models import Account

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"


class UploadView(APIView):
    """POST /uploads/: one file, stored before the answer is sent."""

    parser_classes = (MultiPartParser,)

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: StoredFileSerializer})
    def post(self, request: Request) -> Response:
        """PDF, OFD, JPEG, PNG or HEIC up to 20 MB; the same file again within the hour is answered with the first."""
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        taken = services.take_in(given.validated_data["file"], by=cast(Account, request.user))
        headers = {"Idempotent-Replay": "true"} if taken.replayed else {}
        return Response(
            StoredFileSerializer(taken.stored).data, status=status.HTTP_201_CREATED, headers=headers
        )


# tus 1.0: core, creation, expiration, termination


def _header(name: str, words: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=required, description=words)


TUS = _header("Tus-Resumable", "1.0.0")
OFFSET = _header("Upload-Offset", "How many bytes are here already")
LENGTH = _header("Upload-Length", "Size of the whole file in bytes")
METADATA = _header("Upload-Metadata", "filename and its value in base64", required=False)
NOTHING = OpenApiResponse(description="No content; the headers say it")


def speaking_tus(view: Callable[..., Response]) -> Callable[..., Response]:
    """Another version of the protocol is answered 412 with the one spoken here."""

    @wraps(view)
    def shown(self: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        if request.headers.get("Tus-Resumable") != VERSION:
            return Response(status=status.HTTP_412_PRECONDITION_FAILED, headers={"Tus-Version": VERSION})
        return view(self, request, *args, **kwargs)

    return shown


class TusView(APIView):
    """What both addresses of the protocol share."""

    parser_classes = ()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Every answer says the version, refusals too."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Tus-Resumable"] = VERSION
        answer["Cache-Control"] = "no-store"
        return answer


class ArrivalsView(TusView):
    """/uploads/arriving/: a file is announced."""

    @extend_schema(request=None, responses={204: NOTHING})
    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """What the server can do."""
        able = {"Tus-Version": VERSION, "Tus-Max-Size": str(LARGEST)}
        able["Tus-Extension"] = "creation,expiration,termination"
        return Response(status=status.HTTP_204_NO_CONTENT, headers=able)

    @extend_schema(request=None, responses={201: NOTHING}, parameters=[TUS, LENGTH, METADATA])
    @speaking_tus
    def post(self, request: Request) -> Response:
        """Announce a file by its size; the answer's Location takes its pieces."""
        arrival = services.announce(
            by=cast(Account, request.user),
            length=_whole_number(request, "Upload-Length"),
            name=_metadata(request.headers.get("Upload-Metadata", "")).get("filename", ""),
        )
        headers = {"Location": reverse("api:arrival", args=[arrival.pk])} | _standing(arrival)
        return Response(status=status.HTTP_201_CREATED, headers=headers)


class ArrivalView(TusView):
    """/uploads/arriving/<id>/: how much is here, and the next piece."""

    @extend_schema(responses={200: NOTHING}, parameters=[TUS])
    @speaking_tus
    def head(self, request: Request, arrival_id: UUID) -> Response:
        """How much is here; a whole file's id in Stored-File."""
        arrival = services.arrival_of(arrival_id, by=cast(Account, request.user))
        return Response(headers=_standing(arrival))

    @extend_schema(request={PIECE_TYPE: bytes}, responses={204: NOTHING}, parameters=[TUS, OFFSET])
    @speaking_tus
    def patch(self, request: Request, arrival_id: UUID) -> Response:
        """The next piece, at most 5 MB; the last one answers with Stored-File, or why the file is refused."""
        if request.content_type != PIECE_TYPE:
            raise UnsupportedType(_("请以 %(kind)s 发送文件的一段") % {"kind": PIECE_TYPE})
        offset = _whole_number(request, "Upload-Offset")
        services.arrival_of(arrival_id, by=cast(Account, request.user))
        with services.received_piece(request._request) as piece:
            arrival = services.append(arrival_id, by=cast(Account, request.user), offset=offset, piece=piece)
        return Response(status=status.HTTP_204_NO_CONTENT, headers=_standing(arrival))

    @extend_schema(responses={204: NOTHING}, parameters=[TUS])
    @speaking_tus
    def delete(self, request: Request, arrival_id: UUID) -> Response:
        """The sender wants it no longer."""
        services.give_up(arrival_id, by=cast(Account, request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(exclude=True)
    def post(self, request: Request, arrival_id: UUID) -> Response:
        """Where a network lets only GET and POST through, X-HTTP-Method-Override says what is meant."""
        meant = request.headers.get("X-HTTP-Method-Override", "").upper()
        if meant not in {"HEAD", "PATCH", "DELETE"}:
            raise MethodNotAllowed("POST")
        return getattr(self, meant.lower())(request, arrival_id)


def _standing(arrival: Arrival) -> dict[str, str]:
    """How far it is, and what it has become."""
    told = {
        "Upload-Offset": str(arrival.received),
        "Upload-Length": str(arrival.length),
        "Upload-Expires": http_date(arrival.expires_at.timestamp()),
    }
    return told | ({"Stored-File": str(arrival.stored_id)} if arrival.stored_id else {})


def _whole_number(request: Request, name: str) -> int:
    said = request.headers.get(name, "")
    if not (said.isascii() and said.isdecimal() and len(said) < 15):
        raise BadInput(_("缺少 %(name)s，或者它不是一个数") % {"name": name})
    return int(said)


def _metadata(said: str) -> dict[str, str]:
    """`filename 5p2Q5paZLnBkZg==,filetype …`; what cannot be read is not said."""
    pairs = (pair.split() for pair in said.split(","))
    return {pair[0]: text for pair in pairs if len(pair) == 2 and (text := _decoded(pair[1])) is not None}


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return None


urlpatterns = [
    path("uploads/", UploadView.as_view(), name="uploads"),
    path("uploads/arriving/", ArrivalsView.as_view(), name="arrivals"),
    path("uploads/arriving/<uuid:arrival_id>/", ArrivalView.as_view(), name="arrival"),
]
