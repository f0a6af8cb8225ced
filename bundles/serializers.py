"""The catalogue as machines read it; names and shapes are the HTTP contract."""

from typing import Any

from rest_framework import serializers

from bundles.planning import PlannedField, PlannedMaterial
from bundles.planning.materials import MaterialStatus
from bundles.selectors import Current, bundles_with
from bundles.services.circumstances import FROM_QUESTIONS, Circumstances
from bundles.spec import FieldType, Source
from matters.models import Matter, Place
from matters.selectors import places_offering

TYPES = [kind.value for kind in FieldType]
SOURCES = [source.value for source in Source]


class FiguresSerializer(serializers.Serializer):
    """环节、材料、时限（工作日）、跑动."""

    steps = serializers.IntegerField()
    materials = serializers.IntegerField()
    days = serializers.IntegerField()
    visits = serializers.IntegerField()


class BundleLineSerializer(serializers.Serializer):
    """One bundle of the list."""

    code = serializers.CharField(source="definition.code")
    name = serializers.CharField(source="definition.name")
    audience = serializers.CharField(source="definition.audience")
    life_stage = serializers.CharField(source="definition.life_stage")
    summary = serializers.CharField(source="definition.summary")
    lead_department = serializers.CharField(source="definition.lead_department")
    before = FiguresSerializer(source="definition.before")
    after = FiguresSerializer(source="definition.after")
    version = serializers.IntegerField(source="number")


class BundleListSerializer(serializers.Serializer):
    """All bundles on offer."""

    results = BundleLineSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()


class RequirementSerializer(serializers.Serializer):
    """One paper a matter may ask for."""

    name = serializers.CharField()
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]
    required = serializers.BooleanField()  # type: ignore[assignment]
    required_when = serializers.CharField(allow_null=True)
    deferrable = serializers.BooleanField()
    deferrable_days = serializers.IntegerField()
    commitment_allowed = serializers.BooleanField()
    licence_type = serializers.CharField(allow_null=True)


class ResultSerializer(serializers.Serializer):
    """What the applicant carries away."""

    name = serializers.CharField()
    kind = serializers.CharField()
    validity_years = serializers.IntegerField(allow_null=True)


class ChoiceSerializer(serializers.Serializer):
    """One thing to choose."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class ColumnSerializer(serializers.Serializer):
    """One column of a table."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=TYPES)
    required = serializers.BooleanField()  # type: ignore[assignment]


class QuestionSerializer(serializers.Serializer):
    """One thing asked before the form."""

    key = serializers.CharField()
    text = serializers.CharField()
    type = serializers.ChoiceField(choices=TYPES)
    choices = ChoiceSerializer(many=True)
    help = serializers.CharField()


class FieldSerializer(serializers.Serializer):
    """One box of the form as published."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.ChoiceField(choices=TYPES)
    required = serializers.BooleanField()  # type: ignore[assignment]
    visible_when = serializers.CharField(allow_null=True)
    valid_when = serializers.CharField(allow_null=True)
    choices = ChoiceSerializer(many=True)
    columns = ColumnSerializer(many=True)
    prefill = serializers.CharField(allow_null=True)
    used_by = serializers.ListField(child=serializers.CharField())
    validation = serializers.CharField()


class GroupSerializer(serializers.Serializer):
    """Boxes under one heading."""

    group = serializers.CharField()
    fields = FieldSerializer(many=True)  # type: ignore[assignment]


class MemberSerializer(serializers.Serializer):
    """One matter as the bundle uses it."""

    code = serializers.CharField()
    name = serializers.CharField()
    department = serializers.CharField()
    type = serializers.CharField()
    handling = serializers.CharField()
    statutory_days = serializers.IntegerField(allow_null=True)
    promised_days = serializers.IntegerField()
    applies_when = serializers.CharField(allow_null=True)
    depends_on = serializers.ListField(child=serializers.CharField())
    depends_reason = serializers.CharField()
    legal_basis = serializers.ListField(child=serializers.CharField())
    materials = RequirementSerializer(many=True)
    result = ResultSerializer()
    fee = serializers.CharField()
    site_inspection = serializers.BooleanField()
    joint_inspection_with = serializers.ListField(child=serializers.CharField())
    automatic = serializers.BooleanField()


class FrequentQuestionSerializer(serializers.Serializer):
    """What others asked, and the matters it is about."""

    question = serializers.CharField()
    answer = serializers.CharField()
    about = serializers.ListField(child=serializers.CharField())


class BundleSerializer(BundleLineSerializer):
    """The guide, the questions, the form and the matters as published; docs/bundle-format.md says what they mean."""

    basis = serializers.CharField(source="definition.basis")
    cooperating_departments = serializers.ListField(
        source="definition.cooperating_departments", child=serializers.CharField()
    )
    common_mistakes = serializers.ListField(
        source="definition.common_mistakes", child=serializers.CharField()
    )
    frequent_questions = FrequentQuestionSerializer(source="definition.frequent_questions", many=True)
    questions = QuestionSerializer(source="definition.questions", many=True)
    form = GroupSerializer(source="definition.form", many=True)
    matters = MemberSerializer(source="definition.matters", many=True)


class HitSerializer(serializers.Serializer):
    """One answer to a search, bundle or matter."""

    code = serializers.CharField()
    name = serializers.CharField()
    plain_name = serializers.CharField()
    kind = serializers.CharField()
    department = serializers.CharField()
    audience = serializers.CharField()
    promised_days = serializers.IntegerField(allow_null=True)
    online = serializers.BooleanField()
    score = serializers.FloatField()


class HitListSerializer(serializers.Serializer):
    """Bundles and matters in one ranking, best first."""

    results = HitSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    count = serializers.IntegerField()


class PlaceSerializer(serializers.Serializer):
    """Where it can be handled."""

    code = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField()
    phone = serializers.CharField()
    opening_hours = serializers.CharField()


class MatterSerializer(serializers.Serializer):
    """
    The guide of one matter (办事指南).

    What applicants are bound by is read from the published version, what editors say besides from the
    catalogue's row, which is in the context.
    """

    code = serializers.CharField(source="definition.code")
    version = serializers.IntegerField(source="number")
    name = serializers.CharField(source="definition.name")
    plain_name = serializers.SerializerMethodField()
    department = serializers.CharField(source="definition.lead_department")
    audience = serializers.CharField(source="definition.audience")
    type = serializers.CharField(source="matter.type")
    handling = serializers.CharField(source="matter.handling")
    statutory_days = serializers.IntegerField(source="matter.statutory_days", allow_null=True)
    promised_days = serializers.IntegerField(source="matter.promised_days")
    legal_basis = serializers.ListField(source="matter.legal_basis", child=serializers.CharField())
    acceptance_conditions = serializers.SerializerMethodField()
    materials = RequirementSerializer(source="matter.materials", many=True)
    result = ResultSerializer(source="matter.result")
    fee = serializers.CharField(source="matter.fee")
    visits = serializers.SerializerMethodField()
    levels = serializers.SerializerMethodField()
    cross_regional = serializers.SerializerMethodField()
    bundles = serializers.SerializerMethodField()
    places = serializers.SerializerMethodField()

    @property
    def row(self) -> Matter:
        return self.context["row"]

    def to_representation(self, offer: Current) -> dict[str, Any]:
        return super().to_representation(
            {"definition": offer.definition, "number": offer.number, "matter": offer.definition.matters[0]}
        )

    def get_plain_name(self, offer: Any) -> str:
        return self.row.plain_name

    def get_acceptance_conditions(self, offer: Any) -> list[str]:
        return self.row.acceptance_conditions

    def get_visits(self, offer: Any) -> int:
        return self.row.visits_required

    def get_levels(self, offer: Any) -> list[str]:
        return self.row.levels

    def get_cross_regional(self, offer: Any) -> str:
        return self.row.cross_regional

    def get_bundles(self, offer: Any) -> list[str]:
        return [bundle.definition.code for bundle in bundles_with(self.row.code)]

    def get_places(self, offer: Any) -> list[dict[str, Any]]:
        found: list[Place] = list(places_offering(self.row))
        return list(PlaceSerializer(found, many=True).data)


class AnswersSerializer(serializers.Serializer):
    """Some or all answers, by key."""

    answers = serializers.DictField(child=serializers.JSONField(allow_null=True), default=dict)


class PlannedMatterSerializer(serializers.Serializer):
    """One matter of the plan."""

    code = serializers.CharField()
    name = serializers.CharField()
    department = serializers.CharField()
    stage = serializers.IntegerField()
    depends_on = serializers.ListField(child=serializers.CharField())
    promised_days = serializers.IntegerField()
    site_inspection = serializers.BooleanField()


class PlannedMaterialSerializer(serializers.Serializer):
    """One paper of the plan, asked once."""

    name = serializers.CharField()
    source = serializers.ChoiceField(choices=SOURCES)  # type: ignore[assignment]
    needed_by = serializers.ListField(child=serializers.CharField())
    deferrable = serializers.BooleanField()
    deferrable_days = serializers.IntegerField()
    commitment_allowed = serializers.BooleanField()
    licence_type = serializers.CharField(allow_null=True)
    awaited_from = serializers.CharField(allow_null=True)
    status = serializers.SerializerMethodField()

    def get_status(self, material: PlannedMaterial) -> MaterialStatus:
        seen: Circumstances = self.context["circumstances"]
        return seen.status_of(material)


class PlannedFieldSerializer(serializers.Serializer):
    """One box to fill in: its value, and where that came from when nobody typed it."""

    key = serializers.CharField(source="field.key")
    label = serializers.CharField(source="field.label")  # type: ignore[assignment]
    type = serializers.ChoiceField(source="field.type", choices=TYPES)
    required = serializers.BooleanField(source="field.required")  # type: ignore[assignment]
    choices = ChoiceSerializer(source="field.choices", many=True)
    columns = ColumnSerializer(source="field.columns", many=True)
    validation = serializers.CharField(source="field.validation")
    needed_by = serializers.ListField(child=serializers.CharField())
    value = serializers.SerializerMethodField("answer")
    value_from = serializers.SerializerMethodField("origin")

    def answer(self, planned: PlannedField) -> Any:
        return self._known(planned)[0]

    def origin(self, planned: PlannedField) -> str | None:
        return self._known(planned)[1]

    def _known(self, planned: PlannedField) -> tuple[Any, str | None]:
        key, seen = planned.field.key, self.context["circumstances"]
        if key in self.context["answers"]:
            asked_before = planned.field.prefill == FROM_QUESTIONS
            return self.context["answers"][key], FROM_QUESTIONS if asked_before else None
        known = seen.prefilled.get(key)
        return (known.value, known.source) if known else (None, None)


class PlannedGroupSerializer(serializers.Serializer):
    """Boxes under one heading."""

    group = serializers.CharField()
    fields = PlannedFieldSerializer(many=True)  # type: ignore[assignment]


class PlanSerializer(serializers.Serializer):
    """What is to be done for these answers; for partial ones, what is already sure."""

    version = serializers.SerializerMethodField()
    undetermined = serializers.ListField(child=serializers.CharField())
    matters = PlannedMatterSerializer(many=True)
    stages = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    promised_days = serializers.IntegerField()
    materials = PlannedMaterialSerializer(many=True)
    form = PlannedGroupSerializer(source="fields", many=True)
    saved = FiguresSerializer()
    ignored = serializers.SerializerMethodField(help_text="answers nobody asked for")

    def get_version(self, plan: Any) -> int:
        return self.context["version"]

    def get_ignored(self, plan: Any) -> list[str]:
        return self.context["ignored"]
