"""What the token door takes and gives."""

from rest_framework import serializers


class CredentialsSerializer(serializers.Serializer):
    """User name and password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False, style={"input_type": "password"})


class TokenSerializer(serializers.Serializer):
    """A token, told once."""

    token = serializers.CharField()
