"""A document on its way into an application's file."""

from dataclasses import dataclass

from licences.services import LicenceGrant
from licences.services.drafts import DocumentDraft
from workflow.models import DepartmentReview

__all__ = ["Filed"]


@dataclass(frozen=True)
class Filed:
    """A document to be drawn up with the act: whose it is, whether its delivery must be proved (I-130)."""

    draft: DocumentDraft
    review: DepartmentReview | None = None
    needs_proof: bool = False
    grant: LicenceGrant | None = None
