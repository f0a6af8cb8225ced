"""可自行上传: what data could not fill may be brought by whoever likes to, and is never asked for (I-07)."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.speaking import local_text
from workflow.states import MaterialState

if TYPE_CHECKING:
    from workflow.models import DepartmentReview, SubmittedMaterial


def offered_papers(
    materials: Iterable["SubmittedMaterial"], reviews: Iterable["DepartmentReview"]
) -> list["SubmittedMaterial"]:
    """Papers that were looked for in vain and that a department which is still at work would read."""
    undecided = {review.code for review in reviews if not review.is_final}
    return [paper for paper in materials if _is_offered(paper) and undecided.intersection(paper.needed_by)]


def objections_to_bringing(names: Sequence[str], materials: Iterable["SubmittedMaterial"]) -> list[str]:
    """Only what the system could not find comes this way; other papers have their own."""
    offered = {paper.name for paper in materials if _is_offered(paper)}
    return [
        _("“%(name)s”不在可以自行上传的材料中，只有系统没有查到的材料才可以这样补充")
        % {"name": local_text(name)}
        for name in names
        if name not in offered
    ]


def objections_to_bringing_late(
    names: Sequence[str],
    materials: Iterable["SubmittedMaterial"],
    reviews: Collection["DepartmentReview"],
) -> list[str]:
    """Once every matter that needs it is over, nobody would read it."""
    wanted = {paper.name for paper in offered_papers(materials, reviews)}
    return [
        _("用到“%(name)s”的事项都已经结束，不用再上传") % {"name": local_text(name)}
        for name in names
        if name not in wanted
    ]


def _is_offered(paper: "SubmittedMaterial") -> bool:
    return paper.state == MaterialState.OFFERED and not paper.superseded
