"""What the public check answers."""

from rest_framework import serializers


class VerificationSerializer(serializers.Serializer):
    """Type, number, date and validity; nothing personal (I-193)."""

    type = serializers.CharField()
    number = serializers.CharField()
    date = serializers.DateField()
    valid = serializers.BooleanField()
    validity = serializers.CharField()
    valid_until = serializers.DateField(allow_null=True)
