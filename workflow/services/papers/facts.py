"""The application and its matters as documents print them."""

from typing import TYPE_CHECKING

from identity.models import Department
from licences.services.drafts import ApplicationFacts, MatterFacts
from workflow.models import Application, DepartmentReview

if TYPE_CHECKING:
    from workflow.services.acting import Act

__all__ = ["application_facts", "matter_facts", "organ_of"]


def application_facts(application: Application) -> ApplicationFacts:
    """What every document of the application shows."""
    return ApplicationFacts(
        reference=application.reference or "",
        applicant_name=application.applicant_name,
        applicant_id_tail=application.applicant_id_tail,
        subject=application.subject,
        bundle_name=application.name,
        bundle_code=application.code,
        contact="12345",
    )


def matter_facts(review: DepartmentReview) -> MatterFacts:
    """The matter of one review."""
    return MatterFacts(review.name, review.code)


def organ_of(act: "Act") -> Department:
    """Who gives out the papers of the whole: the lead department, else the first department concerned (I-101)."""
    return act.application.lead_department or act.reviews[0].department
