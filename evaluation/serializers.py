"""Ratings over the API (api.md "Evaluation")."""

from typing import Any

from rest_framework import serializers

from evaluation.models import ServiceEvent
from evaluation.services import Rating


class InvitationSerializer(serializers.ModelSerializer[ServiceEvent]):
    """An open invitation."""

    class Meta:
        model = ServiceEvent
        fields = ("event_no", "object", "title", "expires_at", "token")


class DetailSerializer(serializers.Serializer[Any]):
    """A level for one matter of a bundle (E-05)."""

    matter = serializers.CharField(max_length=80)
    level = serializers.IntegerField(min_value=1, max_value=5)


class CallRatingSerializer(serializers.Serializer[Any]):
    """{level, query_code?}: the code in place of a login."""

    level = serializers.IntegerField()
    query_code = serializers.CharField(max_length=6, required=False, allow_blank=True, default="")


class RatingSerializer(serializers.Serializer[Rating]):
    """{event_no | token, level, tags, text?, details?}."""

    event_no = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    token = serializers.CharField(max_length=32, required=False, default="")
    level = serializers.IntegerField()
    tags = serializers.ListField(child=serializers.CharField(max_length=4), required=False, default=list)
    text = serializers.CharField(required=False, allow_blank=True, default="")
    details = DetailSerializer(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two names of the service."""
        if attrs.get("event_no") is None and not attrs["token"]:
            raise serializers.ValidationError({"event_no": ["请写明要评价的服务（event_no 或 token）"]})
        return attrs
