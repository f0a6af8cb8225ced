"""What the upload door takes and gives."""

from rest_framework import serializers

from files.models import StoredFile


class UploadSerializer(serializers.Serializer):
    """One file."""

    file = serializers.FileField(max_length=None, allow_empty_file=True)


class StoredFileSerializer(serializers.ModelSerializer):
    """The receipt: hash and size are of what was sent, so that the sender can compare."""

    sha256 = serializers.CharField(source="received_sha256")
    size = serializers.IntegerField(source="received_size")
    type = serializers.CharField(source="content_type")

    class Meta:
        model = StoredFile
        fields = ["id", "sha256", "name", "size", "type", "scan"]
