"""What the hotline keeps: orders, who holds them, what was asked and answered, the tree and the rules of dispatch."""

from hotline.models.abuse import AbuseMark, NumberRestriction
from hotline.models.assignment import Assignment, ContactLog, JointPlan, ProgressNote
from hotline.models.calling import Call, CallBackTask
from hotline.models.catalogue import Category, CategoryTree, DispatchRule, Parameter
from hotline.models.classifying import ClassifierVersion, Label, LabelMap, LabelSet, LexiconVersion
from hotline.models.clients import ApiKey, FiledByClient
from hotline.models.desk import ClassCorrection, DeskTask, SourceFeedback
from hotline.models.following import FollowUp
from hotline.models.group import Group
from hotline.models.handling import (
    ExtensionRequest,
    PanelDecision,
    Pause,
    ResultSubmission,
    ShelveRequest,
    Supervision,
    Urge,
)
from hotline.models.keeping import KeptWords
from hotline.models.knowledge import Article, ArticleDoubt, QualitySample
from hotline.models.orders import HotlineOrder
from hotline.models.parts import Exclusion, OrderFile, Supplement
from hotline.models.privacy import OrderExport, Publication, RetaliationReport, UnmaskGrant
from hotline.models.reporting import MetricFact, Report, ReportCorrection
from hotline.models.returning import Dispute, ReturnRequest, Ruling
from hotline.models.survey import SurveyAttempt, SurveyRound
from hotline.models.timing import ComplainantCode, Firing, SampleCheck
from hotline.models.warning import HotAlert, Issue, PreemptTask
from hotline.models.words import OrderWords

__all__ = [
    "AbuseMark",
    "ApiKey",
    "Article",
    "ArticleDoubt",
    "Assignment",
    "Call",
    "CallBackTask",
    "Category",
    "CategoryTree",
    "ClassCorrection",
    "ClassifierVersion",
    "ComplainantCode",
    "ContactLog",
    "DeskTask",
    "DispatchRule",
    "Dispute",
    "Exclusion",
    "ExtensionRequest",
    "FiledByClient",
    "Firing",
    "FollowUp",
    "Group",
    "HotAlert",
    "HotlineOrder",
    "Issue",
    "JointPlan",
    "KeptWords",
    "Label",
    "LabelMap",
    "LabelSet",
    "LexiconVersion",
    "MetricFact",
    "NumberRestriction",
    "OrderExport",
    "OrderFile",
    "OrderWords",
    "PanelDecision",
    "Parameter",
    "Pause",
    "PreemptTask",
    "ProgressNote",
    "Publication",
    "QualitySample",
    "Report",
    "ReportCorrection",
    "ResultSubmission",
    "RetaliationReport",
    "ReturnRequest",
    "Ruling",
    "SampleCheck",
    "ShelveRequest",
    "SourceFeedback",
    "Supervision",
    "Supplement",
    "SurveyAttempt",
    "SurveyRound",
    "UnmaskGrant",
    "Urge",
]
