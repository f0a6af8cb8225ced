"""What each verb of an order reads: only its words, the order is in the address."""

from typing import Any

from rest_framework import serializers

from hotline.states import (
    ContactOutcome,
    GuideReason,
    HandleResult,
    InvalidReason,
    PanelGround,
    ResultDefect,
    ShelveReason,
    Solved,
)
from identity.models import Account


class VerbSerializer(serializers.Serializer[Any]):
    """A verb that needs no words."""


class CodedSerializer(VerbSerializer):
    """A verb of the complainant: by login, or by the query code."""

    query_code = serializers.RegexField(r"^\d{6}$", required=False, default="")


class TransferSerializer(VerbSerializer):
    """transfer_emergency {line}."""

    line = serializers.ChoiceField(choices=["110", "119", "120", "122"])


class GuideSerializer(VerbSerializer):
    """guide_elsewhere {reason, channel}."""

    reason = serializers.ChoiceField(choices=GuideReason.choices)
    channel = serializers.CharField(max_length=1000)


class InvalidSerializer(VerbSerializer):
    """mark_invalid {reason, recording?}."""

    reason = serializers.ChoiceField(choices=InvalidReason.choices)
    recording = serializers.CharField(max_length=64, required=False, default="")


class AnswerSerializer(VerbSerializer):
    """answer_directly {answer | article_code, expert_department?}."""

    answer = serializers.CharField(max_length=4000, required=False, default="")
    article_code = serializers.CharField(max_length=40, required=False, default="")
    expert_department = serializers.CharField(max_length=30, required=False, default="")


class DispatchSerializer(VerbSerializer):
    """dispatch {host?, basis?, assists?, joint?}: without a host the best candidate."""

    host = serializers.CharField(max_length=30, required=False, default="")
    basis = serializers.CharField(max_length=1000, required=False, default="")
    assists = serializers.ListField(
        child=serializers.CharField(max_length=30),
        max_length=5,
        required=False,
        allow_null=True,
        default=None,
    )
    joint = serializers.BooleanField(required=False, default=False)


class ContactLogSerializer(VerbSerializer):
    """log_contact {outcome, seconds?, note?}."""

    outcome = serializers.ChoiceField(choices=ContactOutcome.choices)
    seconds = serializers.IntegerField(min_value=0, max_value=86_400, required=False, default=0)
    note = serializers.CharField(max_length=2000, required=False, default="")


class TextSerializer(VerbSerializer):
    """tell_progress, reply_as_assist {text}."""

    text = serializers.CharField(max_length=4000)


class ResultSerializer(VerbSerializer):
    """submit_result: what came of it (H-95)."""

    handle_result = serializers.ChoiceField(choices=HandleResult.choices)
    measures = serializers.CharField(max_length=4000)
    result_text = serializers.CharField(max_length=4000)
    legal_basis = serializers.CharField(max_length=2000, required=False, default="")
    done_differently = serializers.CharField(max_length=2000, required=False, default="")
    assist_note = serializers.CharField(max_length=2000, required=False, default="")


class RejectResultSerializer(VerbSerializer):
    """reject_result {defect, note}."""

    defect = serializers.ChoiceField(choices=ResultDefect.choices)
    note = serializers.CharField(max_length=2000)


class ApproveResultSerializer(VerbSerializer):
    """approve_result {checked?, note?}: the points that were looked at (H-97)."""

    checked = serializers.ListField(
        child=serializers.CharField(max_length=30), max_length=10, required=False, default=list
    )
    note = serializers.CharField(max_length=2000, required=False, default="")


class SurveySerializer(CodedSerializer):
    """answer_survey (H-111)."""

    level = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)
    responded = serializers.BooleanField(allow_null=True)
    solved = serializers.ChoiceField(choices=Solved.choices, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class PanelSerializer(VerbSerializer):
    """conclude_panel (H-115)."""

    members = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31), max_length=15
    )
    is_unreasonable = serializers.BooleanField()
    reasons = serializers.CharField(max_length=4000)
    ground = serializers.ChoiceField(
        choices=PanelGround.choices, required=False, allow_blank=True, default=""
    )

    def validate_members(self, members: list[int]) -> list[int]:
        """People of the portal, whose names stand under the decision."""
        if Account.objects.filter(pk__in=members, is_active=True).count() < len(set(members)):
            raise serializers.ValidationError(["认定人员里有不存在的账号"])
        return members


class WriteOffSerializer(VerbSerializer):
    """write_off (T-25)."""

    evidence = serializers.CharField(max_length=4000)
    measures = serializers.CharField(max_length=4000)
    result_text = serializers.CharField(max_length=4000)
    legal_basis = serializers.CharField(max_length=2000, required=False, default="")


class ReasonSerializer(VerbSerializer):
    """resume, raise_dispute, escalate_dispute {reason}."""

    reason = serializers.CharField(max_length=2000)


class ExclusionSerializer(ReasonSerializer):
    """approve_force_majeure {reason, evidence} (H-163)."""

    evidence = serializers.CharField(max_length=2000)


class WithdrawSerializer(CodedSerializer):
    """withdraw {code, reason?}: ``code`` came by SMS (H-134)."""

    code = serializers.RegexField(r"^\d{6}$")
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class UrgeSerializer(CodedSerializer):
    """urge {text?}."""

    text = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class ReturnSerializer(VerbSerializer):
    """request_return {legal_basis, suggested | evidence, reason?} (H-64)."""

    legal_basis = serializers.CharField(max_length=2000)
    suggested = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    evidence = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class DecisionSerializer(VerbSerializer):
    """approve_return {decision?}."""

    decision = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class RejectReturnSerializer(VerbSerializer):
    """reject_return {reason, rule}: which rule says so (T-14)."""

    reason = serializers.CharField(max_length=2000)
    rule = serializers.CharField(max_length=1000)


class VerdictSerializer(VerbSerializer):
    """rule_keep: the ruling of the panel (H-91)."""

    legal_basis = serializers.CharField(max_length=2000)
    fact_tag = serializers.CharField(max_length=60)
    text = serializers.CharField(max_length=4000)
    judges = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31), max_length=15
    )
    assists = serializers.ListField(
        child=serializers.CharField(max_length=30), max_length=5, required=False, default=list
    )


class RuleToSerializer(VerdictSerializer):
    """rule_to {host, …}."""

    host = serializers.CharField(max_length=30)


class ChangeHostSerializer(VerbSerializer):
    """change_host {host, reason} (T-32)."""

    host = serializers.CharField(max_length=30)
    reason = serializers.CharField(max_length=2000)


class ReassignSerializer(ChangeHostSerializer):
    """reassign {host, reason, host_consents?} (T-34)."""

    host_consents = serializers.BooleanField(required=False, default=False)


class ShelvingSerializer(VerbSerializer):
    """request_shelving {reason, evidence, plan_date, citizen_told} (H-106, H-107)."""

    reason = serializers.ChoiceField(choices=ShelveReason.choices)
    evidence = serializers.CharField(max_length=4000)
    plan_date = serializers.DateField()
    citizen_told = serializers.CharField(max_length=1000)


class ExtensionSerializer(VerbSerializer):
    """request_extension {days, reason, evidence} (H-98)."""

    days = serializers.IntegerField(min_value=1, max_value=60)
    reason = serializers.CharField(max_length=1000)
    evidence = serializers.CharField(max_length=4000)


class ExtensionDecisionSerializer(VerbSerializer):
    """decide_extension {approve, decision?}."""

    approve = serializers.BooleanField()
    decision = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class ShelvingReviewSerializer(VerbSerializer):
    """review_shelving {note} (H-107)."""

    note = serializers.CharField(max_length=2000)


class EvidenceSerializer(VerbSerializer):
    """add_evidence {upload_id}: one's own upload, by POST /uploads/ (H-95)."""

    upload_id = serializers.UUIDField(source="stored_id")


class FollowUpSerializer(CodedSerializer):
    """answer_follow_up {still_solved, text?} (H-189)."""

    still_solved = serializers.BooleanField()
    text = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class SupplementingSerializer(CodedSerializer):
    """add_supplement {text} (H-31)."""

    text = serializers.CharField(max_length=2000)


class QuestionSerializer(VerbSerializer):
    """ask_supplement {question} (H-152)."""

    question = serializers.CharField(max_length=1000)
