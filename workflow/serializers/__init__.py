"""What the API reads and answers about applications and reviews; names and shapes are api.md's."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from workflow.models import (
    Application,
    ApplicationDocument,
    DepartmentReview,
    InspectionPhoto,
    SiteInspection,
    SubmittedMaterial,
)
from workflow.selectors import Dossier, Entry
from workflow.serializers.delivering import (
    AnnouncementSerializer as AnnouncementSerializer,
)
from workflow.serializers.delivering import (
    CallSerializer as CallSerializer,
)
from workflow.serializers.delivering import (
    HandoverSerializer as HandoverSerializer,
)
from workflow.serializers.delivering import (
    LeavingSerializer as LeavingSerializer,
)
from workflow.serializers.delivering import (
    ReceiptOfDeliverySerializer as ReceiptOfDeliverySerializer,
)
from workflow.serializers.delivering import (
    ResendWishSerializer as ResendWishSerializer,
)
from workflow.serializers.delivering import (
    WaybillSerializer as WaybillSerializer,
)
from workflow.services import Filing, Offer, OnBehalfOf, Photo
from workflow.states import (
    Channel,
    DeclineGround,
    DeliveryMethod,
    MaterialMode,
    ProcedureKind,
    TerminationGround,
)

#: The ways an applicant may name; shared and awaited papers come by themselves (api.md).
NAMED_MODES = [
    MaterialMode.UPLOAD,
    MaterialMode.LICENCE,
    MaterialMode.COMMITMENT,
    MaterialMode.DEFERRED,
    MaterialMode.FORM,
]


class OfferSerializer(serializers.Serializer[Offer]):
    """One paper and how it comes."""

    name = serializers.CharField(max_length=200)
    mode = serializers.ChoiceField(choices=[(mode.value, mode.label) for mode in NAMED_MODES])
    upload_id = serializers.UUIDField(required=False, allow_null=True)
    signed = serializers.BooleanField(default=True)


class DeliverySerializer(serializers.Serializer[Any]):
    """How the results are to reach the applicant (I-125)."""

    method = serializers.ChoiceField(choices=DeliveryMethod.choices)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    together = serializers.BooleanField(default=True)


class DeliveryChangeSerializer(DeliverySerializer):
    """change_delivery {method, address?, together?, place?}: the place by its code."""

    place = serializers.SlugField(max_length=40, required=False, allow_blank=True, default="")


class OnBehalfOfSerializer(serializers.Serializer[OnBehalfOf]):
    """The principal, by number; in the body, never in a URL."""

    name = serializers.CharField(max_length=120, required=False, default="")
    id_number = serializers.CharField(max_length=18, required=False, default="")
    credit_code = serializers.CharField(max_length=18, required=False, default="")
    mobile = serializers.CharField(max_length=11, required=False, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One principal, named by one number."""
        if bool(attrs["id_number"]) == bool(attrs["credit_code"]):
            raise serializers.ValidationError({"id_number": ["请填写公民身份号码或统一社会信用代码，二选一"]})
        return attrs


class FilingSerializer(serializers.Serializer[Filing]):
    """POST /applications/: a bundle or a single matter, answers, papers, delivery."""

    bundle = serializers.SlugField(max_length=80, required=False)
    matter = serializers.SlugField(max_length=80, required=False)
    answers = serializers.DictField(default=dict)
    materials = OfferSerializer(many=True, required=False)
    delivery = DeliverySerializer(required=False)
    on_behalf_of = OnBehalfOfSerializer(required=False, allow_null=True)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one thing to apply for, and each paper once."""
        if ("bundle" in attrs) == ("matter" in attrs):
            raise serializers.ValidationError(
                {"bundle": ["请写明要办的一件事（bundle）或单个事项（matter），二选一"]}
            )
        names = [offer["name"] for offer in attrs.get("materials", [])]
        if len(names) != len(set(names)):
            raise serializers.ValidationError({"materials": ["同一份材料只能提交一次"]})
        return attrs

    def filing(self, default_channel: Channel) -> Filing:
        """The filing that the service takes; call after ``is_valid``."""
        given = self.validated_data
        delivery = given.get("delivery") or {
            "method": DeliveryMethod.ELECTRONIC,
            "address": "",
            "together": True,
        }
        principal = given.get("on_behalf_of")
        return Filing(
            kind="bundle" if "bundle" in given else "single",
            code=given.get("bundle") or given["matter"],
            answers=given["answers"],
            materials=[_offer(offer) for offer in given.get("materials", [])],
            delivery_method=DeliveryMethod(delivery["method"]),
            delivery_address=delivery["address"],
            deliver_together=delivery["together"],
            on_behalf_of=OnBehalfOf(**principal) if principal else None,
            channel=Channel(given.get("channel") or default_channel),
        )


def _offer(given: dict[str, Any]) -> Offer:
    return Offer(given["name"], MaterialMode(given["mode"]), given.get("upload_id"), given["signed"])


class DefectSerializer(serializers.Serializer[Any]):
    """One paper's defect; all four parts (I-31)."""

    material = serializers.CharField(max_length=200)
    defect = serializers.CharField(max_length=500)
    basis = serializers.CharField(max_length=500)
    how_to_fix = serializers.CharField(max_length=500)


class CorrectionSerializer(serializers.Serializer[Any]):
    """request_correction {items}."""

    items = DefectSerializer(many=True, allow_empty=False)


class SupplySerializer(serializers.Serializer[Any]):
    """One paper brought later."""

    name = serializers.CharField(max_length=200)
    upload_id = serializers.UUIDField()


class SuppliesSerializer(serializers.Serializer[Any]):
    """supply_correction, supply_deferred, supply_offered {materials}."""

    materials = SupplySerializer(many=True, allow_empty=False)


class DeclineSerializer(serializers.Serializer[Any]):
    """decline {ground, target_organ?} (I-38)."""

    ground = serializers.ChoiceField(choices=DeclineGround.choices)
    target_organ = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    reasons = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Whoever is sent away is told where to go."""
        if attrs["ground"] == DeclineGround.OUTSIDE_POWER and not attrs["target_organ"].strip():
            raise serializers.ValidationError({"target_organ": ["请写明应当向哪个机关申请"]})
        return attrs


class TerminateSerializer(serializers.Serializer[Any]):
    """terminate {ground} on the closed list of I-140."""

    ground = serializers.ChoiceField(choices=TerminationGround.choices)
    facts = serializers.CharField(max_length=1000, required=False, default="符合终止办理的情形")


class WithdrawSerializer(serializers.Serializer[Any]):
    """withdraw {matters?}."""

    matters = serializers.ListField(
        child=serializers.CharField(max_length=80), required=False, allow_empty=False
    )
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class FactsSerializer(serializers.Serializer[Any]):
    """change_facts {answers}: the boxes to be changed; null or blank takes an answer back (I-112)."""

    answers = serializers.DictField(allow_empty=False)


class ReceiveSerializer(serializers.Serializer[Any]):
    """receive: by post from the day of signing (I-40)."""

    received_on = serializers.DateField(required=False, allow_null=True, default=None)
    corrections_on_the_spot = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )


class ApproveSerializer(serializers.Serializer[Any]):
    """approve {opinion, result}."""

    opinion = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    result = serializers.DictField(required=False, default=dict)


class DenySerializer(serializers.Serializer[Any]):
    """deny {opinion, reasons, legal_basis}."""

    opinion = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    reasons = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    legal_basis = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class ProcedureSerializer(serializers.Serializer[Any]):
    """start_special_procedure {kind, basis, expected_end}."""

    kind = serializers.ChoiceField(choices=ProcedureKind.choices)
    basis = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    organiser = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    started_on = serializers.DateField(required=False, allow_null=True, default=None)
    expected_end = serializers.DateField()


class ProcedureEndSerializer(serializers.Serializer[Any]):
    """end_special_procedure."""

    outcome = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    ended_on = serializers.DateField(required=False, allow_null=True, default=None)
    result_reference = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    result_upload = serializers.UUIDField(required=False, allow_null=True, default=None)


class ProcedureExplanationSerializer(serializers.Serializer[Any]):
    """explain_special_procedure {reason, expected_end?} (I-92)."""

    reason = serializers.CharField(max_length=500)
    expected_end = serializers.DateField(required=False, allow_null=True, default=None)


class ExtendSerializer(serializers.Serializer[Any]):
    """extend {days, reason}."""

    days = serializers.IntegerField(min_value=1, max_value=15)
    reason = serializers.CharField(max_length=500)


class PhotoSerializer(serializers.Serializer[Photo]):
    """A photo that was uploaded, and when it was taken."""

    upload_id = serializers.UUIDField()
    taken_at = serializers.DateTimeField()


class InspectionSerializer(serializers.Serializer[Any]):
    """record_inspection {…}: photos, or why there are none (I-94)."""

    inspected_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=200)
    inspectors = serializers.ListField(child=serializers.CharField(max_length=60))
    passed = serializers.BooleanField()
    record = serializers.CharField(max_length=2000)
    signed = serializers.BooleanField(default=False)
    photos = PhotoSerializer(many=True, required=False, default=list)
    no_photo_reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def validate_photos(self, given: list[dict[str, Any]]) -> list[Photo]:
        """Each upload once."""
        if len({one["upload_id"] for one in given}) < len(given):
            raise serializers.ValidationError(["同一张照片只能用一次"])
        return [Photo(**one) for one in given]


class InspectionPhotoSerializer(serializers.ModelSerializer[InspectionPhoto]):
    """A photo of a recorded inspection; its department and the overseers may fetch it."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = InspectionPhoto
        fields = ("taken_at", "url")

    def get_url(self, photo: InspectionPhoto) -> str:
        """Where the picture is."""
        return reverse("api:review_photo", args=[photo.inspection.review_id, photo.pk])


class InspectionRecordedSerializer(serializers.ModelSerializer[SiteInspection]):
    """An inspection as it was recorded."""

    photos = InspectionPhotoSerializer(many=True)

    class Meta:
        model = SiteInspection
        fields = ("inspected_at", "place", "inspectors", "passed", "record", "photos", "no_photo_reason")


class ReviewSerializer(serializers.ModelSerializer[DepartmentReview]):
    """A review inside an application."""

    matter = serializers.CharField(source="code")
    department = serializers.CharField(source="department.name")
    department_code = serializers.CharField(source="department.code")

    class Meta:
        model = DepartmentReview
        fields: tuple[str, ...] = (
            "id",
            "matter",
            "name",
            "department",
            "department_code",
            "stage",
            "depends_on",
            "status",
            "project_no",
            "accepted_at",
            "assigned_at",
            "due_at",
            "decided_at",
            "opinion",
            "result",
        )


class InboxSerializer(ReviewSerializer):
    """A review in a department's inbox, with the application it belongs to."""

    reference = serializers.CharField(source="application.reference")
    bundle = serializers.CharField(source="application.code")
    applicant = serializers.CharField(source="application.applicant_name")
    statutory_due_at = serializers.DateTimeField()
    procedure_overdue = serializers.BooleanField()

    class Meta(ReviewSerializer.Meta):
        fields = (
            *ReviewSerializer.Meta.fields,
            "reference",
            "bundle",
            "applicant",
            "statutory_due_at",
            "procedure_overdue",
        )


class MaterialSerializer(serializers.ModelSerializer[SubmittedMaterial]):
    """A paper of an application."""

    upload_id = serializers.UUIDField(source="file_id")

    class Meta:
        model = SubmittedMaterial
        fields = (
            "name",
            "source",
            "mode",
            "state",
            "needed_by",
            "licence_type",
            "awaited_from",
            "upload_id",
            "deferred_due_at",
            "note",
            "supplied_at",
        )


class ApplicationDocumentSerializer(serializers.ModelSerializer[ApplicationDocument]):
    """A document; ``url`` answers 202 until it is sealed."""

    kind = serializers.CharField(source="document.kind")
    title = serializers.CharField(source="document.title")
    number = serializers.CharField(source="document.number")
    url = serializers.SerializerMethodField()
    sealed = serializers.SerializerMethodField()
    matter = serializers.SerializerMethodField()

    class Meta:
        model = ApplicationDocument
        fields = ("kind", "title", "number", "url", "sealed", "matter")

    def get_url(self, row: ApplicationDocument) -> str:
        """Where those who may see it fetch the PDF."""
        return document_url(str(row.document_id))

    def get_sealed(self, row: ApplicationDocument) -> bool:
        """Whether the PDF is there."""
        return row.document.sealed_at is not None

    def get_matter(self, row: ApplicationDocument) -> int | None:
        """The review it belongs to, if to one."""
        return row.review_id


def document_url(document_id: str) -> str:
    """The API address of a document."""
    return reverse("api:document", args=[document_id])


class EntrySerializer(serializers.Serializer[Entry]):
    """One line of the timeline."""

    at = serializers.DateTimeField()
    event = serializers.CharField()
    actor = serializers.CharField()
    text = serializers.CharField()


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """An application in a list."""

    bundle = serializers.CharField(source="code")
    department = serializers.CharField(source="lead_department.name", default="")

    class Meta:
        model = Application
        fields = (
            "reference",
            "kind",
            "bundle",
            "name",
            "department",
            "status",
            "channel",
            "submitted_at",
            "received_at",
            "accepted_at",
            "due_at",
            "promised_days",
            "outcome",
        )


class DossierSerializer(serializers.Serializer[Dossier]):
    """GET /applications/{reference}/."""

    reviews = ReviewSerializer(many=True)
    materials = MaterialSerializer(many=True)
    documents = ApplicationDocumentSerializer(many=True)
    timeline = EntrySerializer(many=True)
    allowed = serializers.ListField(child=serializers.CharField())

    def to_representation(self, instance: Dossier) -> dict[str, Any]:
        """The application's own fields first, then everything about it."""
        application = instance.application
        head = dict(ApplicationSerializer(application).data)
        head |= {"version": application.bundle_version.number, "decided_at": application.decided_at}
        head |= {"delivery": application.delivery_method, "delivery_due_at": instance.delivery_due_at}
        head["advice"] = instance.advice
        head["query_code"] = application.query_code if instance.is_applicant else None
        head["receipt_url"] = _receipt_url(instance.documents)
        return head | super().to_representation(instance)


def _receipt_url(documents: Iterable[ApplicationDocument]) -> str | None:
    receipts = (row for row in documents if row.document.kind == "receipt")
    first = next(receipts, None)
    return document_url(str(first.document_id)) if first else None
