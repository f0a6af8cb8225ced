"""POST /hotline/classify/: what an appeal is about; changes nothing."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotAllowed
from hotline import selectors
from hotline.selectors.classifying import label_of
from hotline.selectors.lexicon import label_tables
from hotline.serializers.classifying import AppealSerializer, ClassificationSerializer, LabelSerializer
from identity.selectors import standing


class ClassificationWithLabelsSerializer(ClassificationSerializer):
    """The whole answer."""

    labels = LabelSerializer(many=True)


class Classify(APIView):
    """POST /hotline/classify/ {title?, text}."""

    @extend_schema(request=AppealSerializer, responses={200: ClassificationWithLabelsSerializer})
    def post(self, request: Request) -> Response:
        """
        The category of an appeal, the best three candidates, its urgency.

        For whoever holds a post of the centre or of a department, and for systems acting as one; nothing sent is kept.
        """
        if not standing(request.user).posts:
            raise NotAllowed("只有工作人员可以使用诉求分类")
        given = AppealSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        title, text = given.validated_data["title"], given.validated_data["text"]
        answer = ClassificationSerializer(selectors.classify(title, text)).data
        return Response({**answer, "labels": list(_labels(title, text))})


def _labels(title: str, text: str) -> list[dict[str, Any]]:
    best = ((name, label_of(name, title, text)) for name in label_tables())
    return [
        {"label_set": name, "name": found[0].name, "confidence": found[0].score}
        for name, found in best
        if found
    ]


urlpatterns = [path("hotline/classify/", Classify.as_view(), name="hotline_classify")]
