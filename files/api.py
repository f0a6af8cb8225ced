"""The upload door of the API."""

from typing import cast

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from files import services
from files.serializers import StoredFileSerializer, UploadSerializer
from identity.models import Account


class UploadView(APIView):
    """POST /uploads/: one file, stored before the answer is sent."""

    parser_classes = (MultiPartParser,)

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: StoredFileSerializer})
    def post(self, request: Request) -> Response:
        """PDF, OFD, JPEG or PNG up to 20 MB; the same file again within the hour is answered with the first."""
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        taken = services.take_in(given.validated_data["file"], by=cast(Account, request.user))
        headers = {"Idempotent-Replay": "true"} if taken.replayed else {}
        return Response(
            StoredFileSerializer(taken.stored).data, status=status.HTTP_201_CREATED, headers=headers
        )


urlpatterns = [path("uploads/", UploadView.as_view(), name="uploads")]
