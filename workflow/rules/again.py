"""Applying again with what was brought before (I-144): what may be taken over, and what must come anew. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bundles.planning import Plan, PlannedMaterial, clean
from bundles.spec import Definition, FieldType, Source
from workflow.rules.drafting import counted
from workflow.rules.submission import Bars, choices_for
from workflow.states import APPLICATION_FINAL, MaterialMode, MaterialState, ReviewStatus
from workflow.states import ApplicationStatus as A

if TYPE_CHECKING:
    from workflow.models import Application, DepartmentReview, SubmittedMaterial

_PROMISED = frozenset({MaterialMode.COMMITMENT, MaterialMode.DEFERRED})
_LOOKED_UP = frozenset({Source.LICENCE, Source.SHARED})
#: Its file is there and nobody found fault with it.
_SOUND = frozenset({MaterialState.PRESENT, MaterialState.OFFERED})


@dataclass(frozen=True)
class Reuse:
    """What a new application begins with, by name; ``anew`` says why a paper must be brought again."""

    answers: Mapping[str, Any]
    taken: Mapping[str, "SubmittedMaterial"]
    to_sign: Mapping[str, MaterialMode]
    anew: Mapping[str, str]
    looked_up: Sequence[str]
    plan: Plan


def objections_to_applying_again(
    application: "Application", reviews: Iterable["DepartmentReview"], matter: str = ""
) -> list[str]:
    """The whole, once it has ended and nothing of it was granted; one matter, once it was not (I-108, I-144)."""
    if matter:
        one = next((review for review in reviews if review.code == matter), None)
        if one is None or not one.is_final or one.status == ReviewStatus.APPROVED:
            return [_("这个事项还在办理或者已经办好，不用重新申请")]
        return []
    over = application.status in APPLICATION_FINAL | {A.DECIDED, A.HANDED_OVER}
    if not over:
        return [_("办件还在办理，不用重新申请；不想办了可以先撤回")]
    if any(review.status == ReviewStatus.APPROVED for review in reviews):
        return [_("有的事项已经办好，请只重新申请没有办成的事项")]
    return []


def reuse_of(definition: Definition, said: Mapping[str, Any], papers: Iterable["SubmittedMaterial"]) -> Reuse:
    """What of the old answers and papers today's requirements still ask for."""
    known = {key: value for key, value in said.items() if _may_be_kept(definition, key)}
    answers = clean(definition, known).answers
    planned = counted(definition, answers).plan
    old = {paper.name: paper for paper in papers}
    asked = [one for one in planned.materials if not one.awaited_from]
    taken = {one.name: old[one.name] for one in asked if _is_sound(old.get(one.name))}
    rest = [one for one in asked if one.name not in taken]
    to_sign = {one.name: mode for one in rest if (mode := _promise(one, old.get(one.name)))}
    looked_up = [one.name for one in rest if one.source in _LOOKED_UP]
    settled = {*to_sign, *looked_up, *(one.name for one in rest if one.source is Source.FORM)}
    anew = {one.name: _why(old.get(one.name)) for one in rest if one.name not in settled}
    return Reuse(answers, taken, to_sign, anew, looked_up, planned)


def _may_be_kept(definition: Definition, key: str) -> bool:
    return key in definition.inputs and definition.inputs[key].type is not FieldType.FILE


def _is_sound(paper: "SubmittedMaterial | None") -> bool:
    return paper is not None and paper.file_id is not None and paper.state in _SOUND


def _promise(asked: PlannedMaterial, paper: "SubmittedMaterial | None") -> MaterialMode | None:
    """Promised or deferred before, and it may be again; it is signed anew."""
    if paper is None or paper.mode not in _PROMISED or paper.state == MaterialState.LATE:
        return None
    mode = MaterialMode(paper.mode)
    return mode if mode in choices_for(asked, Bars()) else None


def _why(paper: "SubmittedMaterial | None") -> str:
    if paper is None:
        return _("上次没有提交，或者是新增加的")
    if paper.state == MaterialState.DEFECTIVE:
        return _("上次提出要补正，请换成改好的")
    return _("上次没有收到文件")
