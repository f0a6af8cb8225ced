"""What the API reads of results on their way: handed over, left, announced, sent back and sent again."""

from typing import Any

from rest_framework import serializers

from workflow.states import CallOutcome, DeliveryMethod

__all__ = [
    "AnnouncementSerializer",
    "CallSerializer",
    "HandoverSerializer",
    "LeavingSerializer",
    "ReceiptOfDeliverySerializer",
    "ResendWishSerializer",
    "WaybillSerializer",
]


class HandoverSerializer(serializers.Serializer[Any]):
    """hand_over {method, receiver, …} (I-126…I-130)."""

    method = serializers.ChoiceField(choices=DeliveryMethod.choices)
    receiver = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    relation = serializers.CharField(max_length=40, required=False, allow_blank=True, default="本人")
    identity_checked = serializers.BooleanField(default=False)
    id_tail = serializers.CharField(max_length=4, required=False, allow_blank=True, default="")
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    waybill = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class LeavingSerializer(serializers.Serializer[Any]):
    """serve_by_leaving {witness, photo, place} (I-130)."""

    witness = serializers.CharField(max_length=60)
    photo = serializers.UUIDField()
    place = serializers.CharField(max_length=200)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class AnnouncementSerializer(serializers.Serializer[Any]):
    """serve_by_announcement {place, note} (I-130)."""

    place = serializers.CharField(max_length=200)
    note = serializers.CharField(max_length=300)


class ResendWishSerializer(serializers.Serializer[Any]):
    """ask_resend {address?} (I-128)."""

    address = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class CallSerializer(ResendWishSerializer):
    """note_call {outcome, address?, note?} (I-128)."""

    outcome = serializers.ChoiceField(choices=CallOutcome.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class WaybillSerializer(serializers.Serializer[Any]):
    """resend {waybill} (I-128)."""

    waybill = serializers.CharField(max_length=40)


class ReceiptOfDeliverySerializer(serializers.Serializer[Any]):
    """confirm_delivery."""

    receiver = serializers.CharField(max_length=120)
    relation = serializers.CharField(max_length=40, required=False, default="本人")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
