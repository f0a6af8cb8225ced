"""Licences, the documents that carry results, and the seals under them."""

from licences.models.documents import Document, DocumentCounter, DocumentQuerySet
from licences.models.licences import Licence, LicenceQuerySet, LicenceType
from licences.models.presenting import Presentation, PresentationQuerySet
from licences.models.seals import Seal

__all__ = [
    "Document",
    "DocumentCounter",
    "DocumentQuerySet",
    "Licence",
    "LicenceQuerySet",
    "LicenceType",
    "Presentation",
    "PresentationQuerySet",
    "Seal",
]
