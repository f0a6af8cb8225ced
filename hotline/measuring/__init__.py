"""The metrics of hotline.md section 16: pure, from facts to numerator and denominator."""

from hotline.measuring.facts import (
    AssistFacts,
    CallFacts,
    ExtensionFacts,
    OrderFacts,
    PartFacts,
    Period,
    RoundFacts,
    ShelvingFacts,
    SubmissionFacts,
    SupervisionFacts,
    SurveyFacts,
)
from hotline.measuring.metrics import METRICS, Metric, Pace, Share, measure, paces, score

__all__ = [
    "METRICS",
    "AssistFacts",
    "CallFacts",
    "ExtensionFacts",
    "Metric",
    "OrderFacts",
    "Pace",
    "PartFacts",
    "Period",
    "RoundFacts",
    "Share",
    "ShelvingFacts",
    "SubmissionFacts",
    "SupervisionFacts",
    "SurveyFacts",
    "measure",
    "paces",
    "score",
]
