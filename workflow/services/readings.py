"""
查阅记录: one row for each opening of somebody else's application, paper or document, and none for one's own.

Called by every view that shows one; a page that could not be noted is not shown.
"""

from uuid import UUID

from django.utils import timezone

from identity.models import Account
from identity.roles import GRANTS, Permission
from identity.selectors import PostFact, Standing, standing
from workflow.models import Application, ApplicationDocument, DepartmentReview, Reading, SubmittedMaterial
from workflow.selectors.answers import FiledAnswer
from workflow.states import ReadThing, ReadWhy

__all__ = [
    "note_answer_file_read",
    "note_document_read",
    "note_material_read",
    "note_reading",
    "note_review_read",
]

#: The duty that explains a look, the nearest to the application first.
DUTIES = (
    (Permission.RECEIVE, ReadWhy.RECEIVING),
    (Permission.HAND_OVER, ReadWhy.HANDING_OVER),
    (Permission.SUPERVISE, ReadWhy.SUPERVISING),
    (Permission.AUDIT, ReadWhy.AUDITING),
)


def note_reading(
    application: Application,
    *,
    by: Account,
    thing: ReadThing = ReadThing.APPLICATION,
    thing_id: object = None,
    name: str = "",
    department_id: int | None = None,
) -> None:
    """Note the look in one statement; the applicant's own, and whoever represents them, leave no trace."""
    who = standing(by)
    if _is_own(application, who):
        return
    department, why = _duty(application, who, department_id)
    now = timezone.now()
    row = Reading(
        application=application,
        account=by,
        department_id=department,
        thing=thing,
        thing_id=str(thing_id or application.pk),
        name=(name or application.name)[:200],
        why=why,
        at=now,
        minute=now.replace(second=0, microsecond=0),
    )
    Reading.objects.bulk_create([row], ignore_conflicts=True)


def note_review_read(review: DepartmentReview, *, by: Account) -> None:
    """A department's part was opened; its application must be loaded with it."""
    note_reading(
        review.application,
        by=by,
        thing=ReadThing.REVIEW,
        thing_id=review.pk,
        name=review.name,
        department_id=review.department_id,
    )


def note_material_read(material_id: int, *, by: Account) -> None:
    """The file of a paper was opened."""
    if not _may_see_others(by):
        return
    paper = SubmittedMaterial.objects.select_related("application").get(pk=material_id)
    note_reading(paper.application, by=by, thing=ReadThing.MATERIAL, thing_id=paper.pk, name=paper.name)


def note_answer_file_read(application: Application, answer: FiledAnswer, *, by: Account) -> None:
    """A file among the answers was opened."""
    if _may_see_others(by):
        label, file_id = answer.field.label, answer.file.pk
        note_reading(application, by=by, thing=ReadThing.MATERIAL, thing_id=file_id, name=label)


def note_document_read(document_id: UUID | str, *, by: Account) -> None:
    """A document of an application was opened."""
    if not _may_see_others(by):
        return
    rows = ApplicationDocument.objects.select_related("application", "document").defer("document__snapshot")
    row = rows.filter(document_id=document_id).first()
    if row is not None:
        name = row.document.title
        note_reading(row.application, by=by, thing=ReadThing.DOCUMENT, thing_id=document_id, name=name)


def _may_see_others(by: Account) -> bool:
    """Without a post or an authorisation one sees one's own and nothing else."""
    who = standing(by)
    return bool(who.posts or who.authorisations)


def _is_own(application: Application, who: Standing) -> bool:
    if application.applicant_organisation_id:
        return application.applicant_organisation_id in who.organisation_ids
    return application.applicant_person_id == who.person_id


def _duty(application: Application, who: Standing, department_id: int | None) -> tuple[int | None, ReadWhy]:
    """By which department and for what; an agent looks for the principal, by no department."""
    if application.authorisation_id in {grant.id for grant in who.authorisations}:
        return None, ReadWhy.AGENT
    reviewing = who.departments(Permission.REVIEW)
    if department_id in reviewing:
        return department_id, ReadWhy.HANDLING
    for permission, why in DUTIES:
        if post := _post_with(who, permission):
            return post.department_id, why
    if application.lead_department_id in reviewing:
        return application.lead_department_id, ReadWhy.LEADING
    return min(reviewing, default=None), ReadWhy.HANDLING


def _post_with(who: Standing, permission: Permission) -> PostFact | None:
    return next((post for post in who.posts if permission in GRANTS[post.role]), None)
