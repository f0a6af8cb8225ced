"""An applicant's own: drafts, applications, what is to be corrected, the files they brought."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from files.models import StoredFile
from identity.models import Account, Region
from identity.roles import Permission
from identity.selectors import standing
from matters.models import Matter
from workflow.models import Application, CorrectionEntry, Delivery, ParcelStep, SubmittedMaterial
from workflow.selectors.applications import sees_whole
from workflow.states import APPLICATION_FINAL, COUNTER_CHANNELS, ApplicationStatus

__all__ = [
    "catalogue_rows",
    "defects_of",
    "material_file",
    "own_applications",
    "own_drafts",
    "region_choices",
    "steps_of",
]


def own_applications(
    account: Account, *, ended: bool | None = None, before: int | None = None
) -> QuerySet[Application]:
    """What the account filed for itself or for others, newest first; ``before`` is the key of the last one seen."""
    rows = Application.objects.of_applicant(account).exclude(status=ApplicationStatus.DRAFT)
    if ended is not None:
        finished = rows.filter(status__in=APPLICATION_FINAL)
        rows = finished if ended else rows.exclude(status__in=APPLICATION_FINAL)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.defer("answers", "draft").order_by("-pk")


def own_drafts(account: Account) -> QuerySet[Application]:
    """Drafts the account began for itself and its principals, the newest first; those of the window are there."""
    drafts = Application.objects.filter(submitted_by=account, status=ApplicationStatus.DRAFT)
    drafts = drafts.exclude(channel__in=sorted(COUNTER_CHANNELS))
    return drafts.defer("answers", "draft").order_by("-pk")


def defects_of(application: Application) -> list[CorrectionEntry]:
    """What the one correction notice still asks for, with the notice and who asks."""
    entries = CorrectionEntry.objects.filter(
        correction__application=application, correction__sent_at__isnull=False, supplied_at=None
    )
    return list(entries.select_related("correction", "review__department").order_by("id"))


def steps_of(deliveries: Iterable[Delivery]) -> list[ParcelStep]:
    """What the post said of these, in the order of time."""
    ids = [one.pk for one in deliveries]
    return list(ParcelStep.objects.filter(delivery__in=ids).order_by("at", "id")) if ids else []


def material_file(account: Account, material_id: int) -> StoredFile:
    """The file of a paper, to those who may see it in the application; NotFound to everybody else."""
    rows = SubmittedMaterial.objects.filter(
        pk=material_id, file__isnull=False, application__in=Application.objects.visible_to(account)
    )
    paper = rows.select_related("file", "application").first()
    if paper is None or paper.file is None or not _may_read(paper, account):
        raise NotFound(_("没有找到这份材料"))
    return paper.file


def _may_read(paper: SubmittedMaterial, account: Account) -> bool:
    who = standing(account)
    if sees_whole(paper.application, who):
        return True
    reviews = paper.application.reviews.filter(code__in=paper.needed_by)
    return reviews.filter(department_id__in=who.departments(Permission.REVIEW)).exists()


def region_choices() -> list[tuple[str, str]]:
    """Code and full name of every region below the city, as a list to pick from."""
    rows = list(Region.objects.order_by("code").values_list("pk", "parent", "code", "name"))
    known = {pk: (parent, name) for pk, parent, _code, name in rows}
    return [(code, _full_name(pk, known)) for pk, parent, code, _name in rows if parent is not None]


def _full_name(pk: int, known: Mapping[int, tuple[int | None, str]]) -> str:
    """区、街道、社区, without the city, which all have in common."""
    parent, name = known[pk]
    if parent is None or known[parent][0] is None:
        return name
    return f"{_full_name(parent, known)} {name}"


def catalogue_rows(codes: Iterable[str]) -> list[Matter]:
    """The catalogue's rows of these matters, for what a guide says beyond the published version."""
    return list(Matter.objects.filter(code__in=list(codes)).select_related("department").order_by("code"))
