"""What the API reads and answers about orders; names and shapes are api.md's."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hotline.models import HotlineOrder
from hotline.rules.calling import said_number
from hotline.rules.envelopes import IntakeEnvelope
from hotline.rules.seeing import Seen, View
from hotline.selectors.own import is_reply_told
from hotline.states import (
    PUBLIC_WORDS,
    Channel,
    ComplainantKind,
    Confidentiality,
    OrderStatus,
    OrderType,
)
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

#: Doors by which somebody speaks for themselves (H-10).
OWN_DOORS = frozenset({Channel.WEB, Channel.MINI, Channel.WECHAT, Channel.PORTAL_CASE})
#: What a complainant reads instead of our own business (H-74).
_INWARD = {OrderStatus.RETURN_REVIEW: OrderStatus.DISPATCHED, OrderStatus.DISPUTED: OrderStatus.DISPATCHED}


class LocationSerializer(serializers.Serializer[Any]):
    """Where it is: words, a standard address, a point."""

    text = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    address_id = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False, allow_null=True)
    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        """A plain text is a place in words."""
        return super().to_internal_value({"text": data} if isinstance(data, str) else data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Half a point is none."""
        if (attrs.get("longitude") is None) != (attrs.get("latitude") is None):
            raise serializers.ValidationError({"longitude": ["经度和纬度要一起写"]})
        return attrs


class ContactSerializer(serializers.Serializer[Any]):
    """Who complains, in the body and never in an address."""

    name = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    phone = serializers.RegexField(r"^\+?[\d -]{5,20}$", required=False, allow_blank=True, default="")
    id_number = serializers.RegexField(r"^\d{17}[\dXx]$", required=False, allow_blank=True, default="")
    credit_code = serializers.RegexField(r"^[0-9A-Z]{18}$", required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(choices=ComplainantKind.choices, required=False)

    def validate_phone(self, typed: str) -> str:
        """As digits alone, however it was sent; a number of another country as it is."""
        try:
            return said_number(typed) if typed else ""
        except ValueError:
            return typed.replace(" ", "").replace("-", "")


class RegisterSerializer(serializers.Serializer[Any]):
    """POST /hotline/orders/."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    source_ref = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    order_type = serializers.ChoiceField(choices=OrderType.choices)
    title = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=4000)
    location = LocationSerializer(required=False, allow_null=True)
    region = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    contact = ContactSerializer(required=False, allow_null=True)
    anonymous = serializers.BooleanField(default=False)
    confidential = serializers.ChoiceField(choices=Confidentiality.choices, required=False)
    publish_consent = serializers.BooleanField(default=False)
    reference = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    matter = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    bundle = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    occurred_at = serializers.DateTimeField(required=False, allow_null=True)

    def envelope(self, by: Account) -> IntakeEnvelope:
        """One envelope, as every channel makes it (H-10); call after ``is_valid``."""
        given = self.validated_data
        place, contact = given.get("location") or {}, given.get("contact") or {}
        who = standing(by)
        speaks_for_self = given["channel"] in OWN_DOORS and not who.may(Permission.TAKE_CALLS)
        return IntakeEnvelope(
            channel=Channel(given["channel"]),
            source_ref=given["source_ref"],
            order_type=OrderType(given["order_type"]),
            title=given["title"],
            text=given["text"],
            person_id=by.person_id if speaks_for_self and not given["anonymous"] else None,
            complainant_kind=ComplainantKind(contact.get("kind", ComplainantKind.NATURAL_PERSON)),
            name=contact.get("name", ""),
            phone=contact.get("phone", ""),
            id_number=contact.get("id_number", "").upper(),
            credit_code=contact.get("credit_code", ""),
            anonymous=given["anonymous"],
            confidential=given.get("confidential", ""),
            publish_consent=given["publish_consent"],
            location_text=place.get("text", ""),
            address_id=place.get("address_id", ""),
            longitude=place.get("longitude"),
            latitude=place.get("latitude"),
            region_code=given["region"],
            reference=given["reference"],
            matter_code=given["matter"],
            bundle_code=given["bundle"],
            occurred_at=given.get("occurred_at"),
        )


class RegisteredSerializer(serializers.Serializer[HotlineOrder]):
    """What is told of an order just taken in."""

    order_no = serializers.CharField()
    query_code = serializers.CharField()
    status = serializers.CharField()
    category = serializers.CharField(source="category_l2")
    category_confidence = serializers.FloatField(source="class_conf", allow_null=True)
    host = serializers.CharField(source="host.code", allow_null=True, default=None)
    due_at = serializers.DateTimeField(source="public_due_at", allow_null=True)


class OrderLineSerializer(serializers.Serializer[HotlineOrder]):
    """One line of a list; nothing personal, whoever reads (H-143)."""

    order_no = serializers.CharField()
    channel = serializers.CharField()
    order_type = serializers.CharField()
    title = serializers.SerializerMethodField()
    category = serializers.CharField(source="category_l2")
    urgency = serializers.CharField()
    status = serializers.SerializerMethodField()
    public_status = serializers.CharField(source="public_word")
    host = serializers.CharField(source="host.code", allow_null=True, default=None)
    region = serializers.CharField(source="region.code", allow_null=True, default=None)
    registered_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(source="public_due_at", allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)

    def get_title(self, order: HotlineOrder) -> str:
        """Redacted as it was taken in (H-141)."""
        return order.title

    def get_status(self, order: HotlineOrder) -> str:
        """The state; to the complainant our own business reads as 转办中 (H-74)."""
        person_id = self.context.get("person_id")
        inward = person_id is not None and order.person_id == person_id
        return str(_INWARD.get(order.status, order.status) if inward else order.status)


class FileSerializer(serializers.Serializer[Any]):
    """An attachment as this reader may know of it."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()
    available = serializers.SerializerMethodField()

    def get_available(self, shown: Any) -> bool:
        """False while it is being redacted (H-141)."""
        return shown.stored is not None


class SupplementSerializer(serializers.Serializer[Any]):
    """What the complainant said later (H-31)."""

    at = serializers.DateTimeField()
    text = serializers.CharField(source="redacted")


class OrderSerializer(OrderLineSerializer):
    """GET /hotline/orders/{order_no}/: the line, and as much of the person and the words as the reader may see."""

    contact = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    location = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()
    supplements = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    @property
    def view(self) -> Seen:
        """What the reader may see."""
        seen: Seen = self.context["seen"]
        return seen

    @extend_schema_field(
        {"type": "object", "properties": {name: {"type": "string"} for name in ("name", "phone", "reach")}}
    )
    def get_contact(self, order: HotlineOrder) -> dict[str, str]:
        """Whole, masked or an alias (H-140)."""
        return {"name": self.view.name, "phone": self.view.phone, "reach": self.view.reach.value}

    def get_title(self, order: HotlineOrder) -> str:
        return self.view.title

    def get_text(self, order: HotlineOrder) -> str:
        return self.view.text

    def get_location(self, order: HotlineOrder) -> str:
        return self.view.location

    @extend_schema_field(FileSerializer(many=True))
    def get_files(self, order: HotlineOrder) -> Any:
        return FileSerializer(self.context["files"], many=True).data

    @extend_schema_field(SupplementSerializer(many=True))
    def get_supplements(self, order: HotlineOrder) -> Any:
        """An assist reads the summary alone (H-02)."""
        rows = [] if self.view.view is View.ASSIST else order.supplements.all()
        return SupplementSerializer(rows, many=True).data

    @extend_schema_field({"type": "object", "nullable": True})
    def get_result(self, order: HotlineOrder) -> dict[str, str] | None:
        """The reply; the complainant reads it once it has been reviewed (T-21), an assist never (H-02)."""
        waits = self.view.view is View.COMPLAINANT and not is_reply_told(order)
        if not order.result_text or waits or self.view.view is View.ASSIST:
            return None
        return {
            "handle_result": order.handle_result,
            "text": order.result_text,
            "legal_basis": order.legal_basis,
        }

    def get_answer(self, order: HotlineOrder) -> str:
        """What was answered directly; nothing of it for an assist (H-02)."""
        return "" if self.view.view is View.ASSIST else order.answer

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_allowed(self, order: HotlineOrder) -> list[str]:
        allowed: list[str] = self.context["allowed"]
        return allowed


class ProgressSerializer(serializers.Serializer[HotlineOrder]):
    """What number and query code open without a login: how far it is, nothing personal, nothing that was said."""

    order_no = serializers.CharField()
    order_type = serializers.CharField()
    category = serializers.CharField(source="category_l2")
    status = serializers.SerializerMethodField()
    public_status = serializers.SerializerMethodField()
    registered_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(source="public_due_at", allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)

    def get_status(self, order: HotlineOrder) -> str:
        return str(_INWARD.get(order.status, order.status))

    def get_public_status(self, order: HotlineOrder) -> str:
        return PUBLIC_WORDS[order.status]


class ArticleHitSerializer(serializers.Serializer[Any]):
    """GET /hotline/articles/?q=."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    answer = serializers.CharField()
    basis = serializers.CharField()
    owner = serializers.CharField()
    score = serializers.FloatField()
