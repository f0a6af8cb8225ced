"""Which service each verb of an order is, and what it reads; the names are the transitions' (hotline.md section 5)."""

from collections.abc import Callable, Mapping
from typing import Any

from hotline import services
from hotline.rules.waiting import Shelving
from hotline.serializers import verbs as shapes
from hotline.services.ruling import Verdict
from identity.models import Account

__all__ = ["BY_QUERY_CODE", "VERBS", "Verb"]

Act = Callable[..., object]
Verb = tuple[type[shapes.VerbSerializer], Act]


def _request_shelving(order_id: int, *, by: Account, **given: Any) -> object:
    return services.request_shelving(order_id, by=by, wanted=Shelving(**given))


def _rule_to(order_id: int, *, by: Account, host: str, **said: Any) -> object:
    return services.rule_to(order_id, by=by, host=host, verdict=_verdict(said))


def _rule_keep(order_id: int, *, by: Account, **said: Any) -> object:
    return services.rule_keep(order_id, by=by, verdict=_verdict(said))


def _verdict(said: Mapping[str, Any]) -> Verdict:
    return Verdict(**{**said, "judges": tuple(said["judges"]), "assists": tuple(said["assists"])})


def _send_code(order_id: int, *, by: Account | None, query_code: str = "") -> None:
    """To the complainant's telephone and to nobody who asks for it here."""
    services.send_withdrawal_code(order_id, by=by, query_code=query_code)


#: verb → what it reads, what it does; keyword arguments of the service are the fields of the serializer.
VERBS: Mapping[str, Verb] = {
    "transfer_emergency": (shapes.TransferSerializer, services.transfer_emergency),
    "guide_elsewhere": (shapes.GuideSerializer, services.guide_elsewhere),
    "mark_invalid": (shapes.InvalidSerializer, services.mark_invalid),
    "accept": (shapes.VerbSerializer, services.accept),
    "answer_directly": (shapes.AnswerSerializer, services.answer_directly),
    "reopen_direct": (shapes.CodedSerializer, services.reopen_direct),
    "dispatch": (shapes.DispatchSerializer, services.dispatch),
    "sign_for": (shapes.VerbSerializer, services.sign_for),
    "request_return": (shapes.ReturnSerializer, services.request_return),
    "approve_return": (shapes.DecisionSerializer, services.approve_return),
    "reject_return": (shapes.RejectReturnSerializer, services.reject_return),
    "raise_dispute": (shapes.ReasonSerializer, services.raise_dispute),
    "escalate_dispute": (shapes.ReasonSerializer, services.escalate_dispute),
    "rule_to": (shapes.RuleToSerializer, _rule_to),
    "rule_keep": (shapes.VerdictSerializer, _rule_keep),
    "reassign": (shapes.ReassignSerializer, services.reassign),
    "change_host": (shapes.ChangeHostSerializer, services.change_host),
    "log_contact": (shapes.ContactLogSerializer, services.log_contact),
    "tell_progress": (shapes.TextSerializer, services.tell_progress),
    "reply_as_assist": (shapes.TextSerializer, services.reply_as_assist),
    "submit_result": (shapes.ResultSerializer, services.submit_result),
    "reject_result": (shapes.RejectResultSerializer, services.reject_result),
    "approve_result": (shapes.ApproveResultSerializer, services.approve_result),
    "answer_survey": (shapes.SurveySerializer, services.answer_survey),
    "conclude_good": (shapes.VerbSerializer, services.conclude_good),
    "conclude_bad": (shapes.VerbSerializer, services.conclude_bad),
    "conclude_panel": (shapes.PanelSerializer, services.conclude_panel),
    "approve_force_majeure": (shapes.ExclusionSerializer, services.approve_force_majeure),
    "approve_batch": (shapes.ReasonSerializer, services.approve_batch),
    "shelve": (shapes.VerbSerializer, services.shelve),
    "refuse_shelving": (shapes.ReasonSerializer, services.refuse_shelving),
    "review_shelving": (shapes.ShelvingReviewSerializer, services.review_shelving),
    "add_evidence": (shapes.EvidenceSerializer, services.add_evidence),
    "resume": (shapes.ReasonSerializer, services.resume),
    "write_off": (shapes.WriteOffSerializer, services.write_off),
    "withdraw": (shapes.WithdrawSerializer, services.withdraw),
    "send_withdrawal_code": (shapes.CodedSerializer, _send_code),
    "urge": (shapes.UrgeSerializer, services.urge),
    "request_shelving": (shapes.ShelvingSerializer, _request_shelving),
    "request_extension": (shapes.ExtensionSerializer, services.request_extension),
    "decide_extension": (shapes.ExtensionDecisionSerializer, services.decide_extension),
    "ask_supplement": (shapes.QuestionSerializer, services.ask_supplement),
    "answer_follow_up": (shapes.FollowUpSerializer, services.answer_follow_up),
    "reopen": (shapes.CodedSerializer, services.reopen),
    "add_supplement": (shapes.SupplementingSerializer, services.add_supplement),
    "ask_reconsideration": (shapes.CodedSerializer, services.ask_reconsideration),
}

#: Verbs of the complainant, who may have no account and prove themselves by the order's query code.
BY_QUERY_CODE = frozenset(
    {
        "add_supplement", "answer_follow_up", "answer_survey", "ask_reconsideration", "reopen", "reopen_direct",
        "send_withdrawal_code", "urge", "withdraw",
    }
)  # fmt: skip


def done(verb: str, order_id: int, given: Mapping[str, Any], by: Account | None) -> None:
    """Call the one service of the verb."""
    VERBS[verb][1](order_id, by=by, **given)
