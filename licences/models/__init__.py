"""Licences, the documents that carry results, and the seals under them."""

from .documents import Document, DocumentCounter, DocumentQuerySet
from .licences import Licence, LicenceQuerySet, LicenceType
from .seals import Seal

__all__ = [
    "Document",
    "DocumentCounter",
    "DocumentQuerySet",
    "Licence",
    "LicenceQuerySet",
    "LicenceType",
    "Seal",
]
