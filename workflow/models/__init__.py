"""What an application is made of."""

from workflow.models.answers import FormerAnswers, FormerFile
from workflow.models.application import Application, ApplicationQuerySet
from workflow.models.copies import PersonalCopy
from workflow.models.correction import Correction, CorrectionEntry
from workflow.models.delivery import ApplicationDocument, Delivery, ParcelStep
from workflow.models.material import Commitment, CreditMark, SubmittedMaterial
from workflow.models.naming import NamedFile
from workflow.models.reading import Reading
from workflow.models.review import (
    DepartmentReview,
    Extension,
    InspectionPhoto,
    ReviewQuerySet,
    SiteInspection,
    SpecialProcedure,
)

__all__ = [
    "Application",
    "ApplicationDocument",
    "ApplicationQuerySet",
    "Commitment",
    "Correction",
    "CorrectionEntry",
    "CreditMark",
    "Delivery",
    "DepartmentReview",
    "Extension",
    "FormerAnswers",
    "FormerFile",
    "InspectionPhoto",
    "NamedFile",
    "ParcelStep",
    "PersonalCopy",
    "Reading",
    "ReviewQuerySet",
    "SiteInspection",
    "SpecialProcedure",
    "SubmittedMaterial",
]
