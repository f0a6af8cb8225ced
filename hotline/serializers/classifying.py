"""Asking for the category of an appeal."""

from typing import Any

from rest_framework import serializers

from hotline.states import Urgency

__all__ = ["AppealSerializer", "ClassificationSerializer"]


class AppealSerializer(serializers.Serializer[Any]):
    """{title?, text}: the words of an appeal; nothing of it is kept."""

    title = serializers.CharField(max_length=400, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=20_000, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two says something."""
        if not attrs["title"].strip() and not attrs["text"].strip():
            raise serializers.ValidationError({"text": ["请写明诉求内容"]})
        return attrs


class CandidateSerializer(serializers.Serializer[Any]):
    """A category it may be; ``words`` are what speaks for it, with their weight."""

    code = serializers.CharField()
    name = serializers.CharField()
    score = serializers.FloatField()
    words = serializers.DictField(child=serializers.FloatField())


class LabelSerializer(serializers.Serializer[Any]):
    """The most likely label of a foreign set, and how likely it is."""

    label_set = serializers.CharField()
    name = serializers.CharField()
    confidence = serializers.FloatField()


class ClassificationSerializer(serializers.Serializer[Any]):
    """
    The category, how sure that is, and the best three with the words that speak for them.

    ``automatic`` is false where a person has to choose (H-56); ``version`` names the classifier;
    ``bundle`` is the 一件事 the words name (H-59); ``labels`` are what other platforms would call it.
    """

    category = serializers.CharField(source="code")
    confidence = serializers.FloatField()
    candidates = CandidateSerializer(many=True)
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    automatic = serializers.BooleanField()
    version = serializers.CharField(source="by")
    bundle = serializers.CharField(allow_blank=True)
