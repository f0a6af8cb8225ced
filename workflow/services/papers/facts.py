"""The application and its matters as documents print them."""

from typing import TYPE_CHECKING

from identity.models import Department
from licences.services.drafts import ApplicationFacts, MatterFacts
from workflow.models import Application, DepartmentReview
from workflow.states import COUNTER_CHANNELS, MaterialMode

if TYPE_CHECKING:
    from workflow.services.acting import Act

__all__ = ["application_facts", "given_back", "matter_facts", "organ_of"]


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


def given_back(act: "Act", *reviews: DepartmentReview) -> list[str]:
    """Papers that lie at the centre for these matters alone; what came electronically need not go back."""
    if act.application.channel not in COUNTER_CHANNELS:
        return []
    brought = act.application.materials.filter(
        needed_by__contained_by=[review.code for review in reviews],
        mode=MaterialMode.UPLOAD,
        superseded=False,
    )
    return list(brought.values_list("name", flat=True))


def organ_of(act: "Act") -> Department:
    """Who gives out the papers of the whole: the lead department, else the first department concerned (I-101)."""
    return act.application.lead_department or act.reviews[0].department
