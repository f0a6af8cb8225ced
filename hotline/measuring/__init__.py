"""The metrics of hotline.md section 16: pure, from facts to numerator and denominator."""

from hotline.measuring.facts import (
    CallFacts,
    ExtensionFacts,
    OrderFacts,
    PartFacts,
    Period,
    ShelvingFacts,
    SubmissionFacts,
    SupervisionFacts,
    SurveyFacts,
)
from hotline.measuring.metrics import METRICS, Metric, Pace, Share, measure, paces, score

__all__ = [
    "METRICS",
    "CallFacts",
    "ExtensionFacts",
    "Metric",
    "OrderFacts",
    "Pace",
    "PartFacts",
    "Period",
    "Share",
    "ShelvingFacts",
    "SubmissionFacts",
    "SupervisionFacts",
    "SurveyFacts",
    "measure",
    "paces",
    "score",
]
