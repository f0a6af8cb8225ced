"""What an application must bring, and what bars an applicant."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from bundles.planning.reading import is_blank
from bundles.spec import Definition, FieldType, Source
from common.speaking import local_text
from workflow.states import MaterialMode as Mode

if TYPE_CHECKING:
    from bundles.planning import PlannedMaterial

#: What an applicant may choose for a paper, by where the paper comes from.
_ORDINARY: Mapping[Source, frozenset[Mode]] = {
    Source.APPLICANT: frozenset({Mode.UPLOAD}),
    Source.FORM: frozenset({Mode.FORM, Mode.UPLOAD}),
    Source.LICENCE: frozenset({Mode.LICENCE, Mode.UPLOAD}),
    Source.SHARED: frozenset({Mode.LICENCE, Mode.UPLOAD, Mode.SHARED}),
    Source.COMMITMENT: frozenset({Mode.COMMITMENT, Mode.UPLOAD}),
}
#: Papers nobody has to bring: filled by data, or made from the form (I-07).
_OF_ITSELF: Mapping[Source, Mode] = {
    Source.FORM: Mode.FORM,
    Source.LICENCE: Mode.LICENCE,
    Source.SHARED: Mode.SHARED,
}


@dataclass(frozen=True)
class Bars:
    """What the applicant may not choose: for unrepaired credit marks (I-53, I-61), in high-risk matters (I-57)."""

    deferral: bool = False
    commitment: bool = False
    high_risk: frozenset[str] = frozenset()

    def is_risky(self, material: "PlannedMaterial") -> bool:
        """A matter in which an error would cost too much needs this paper."""
        return not self.high_risk.isdisjoint(material.needed_by)

    def forbid(self, mode: Mode) -> bool:
        """The applicant's own record stands against it."""
        return {Mode.DEFERRED: self.deferral, Mode.COMMITMENT: self.commitment}.get(mode, False)


def mode_of_itself(material: "PlannedMaterial") -> Mode | None:
    """How a paper arrives when the applicant does nothing; None where something must be brought."""
    if material.awaited_from:
        return Mode.AWAITED
    return _OF_ITSELF.get(material.source)


def choices_for(material: "PlannedMaterial", bars: Bars) -> frozenset[Mode]:
    """Every way this paper may come in; both the promise and the ordinary way where allowed (I-60)."""
    choices = _ORDINARY[material.source]
    if material.commitment_allowed:
        choices |= {Mode.COMMITMENT}
    if material.deferrable:
        choices |= {Mode.DEFERRED}
    if bars.is_risky(material):
        choices -= {Mode.COMMITMENT, Mode.DEFERRED}
    return frozenset(mode for mode in choices if not bars.forbid(mode))


def objections_to_material(
    material: "PlannedMaterial", mode: Mode, *, bars: Bars, signed: bool, has_file: bool
) -> list[str]:
    """Why this paper cannot come in this way (I-46, I-47, I-53, I-54, I-57, I-61)."""
    name = material.name
    if bars.forbid(mode):
        return [_barred(name, mode)]
    if mode not in choices_for(material, bars):
        return [_refused_mode(name, mode)]
    if mode in {Mode.DEFERRED, Mode.COMMITMENT} and not signed:
        return [_("请先阅读并签署“%(name)s”的承诺书") % {"name": local_text(name)}]
    if mode == Mode.UPLOAD and not has_file:
        return [_("没有找到您为“%(name)s”上传的文件，请重新上传") % {"name": local_text(name)}]
    return []


def _barred(name: str, mode: Mode) -> str:
    if mode == Mode.DEFERRED:
        return _("您有未修复的容缺失信记录，“%(name)s”不能容缺，请上传后再提交") % {"name": local_text(name)}
    return _("您有未修复的承诺失信记录，“%(name)s”不能以承诺代替，请上传后再提交") % {
        "name": local_text(name)
    }


def _refused_mode(name: str, mode: Mode) -> str:
    if mode == Mode.DEFERRED:
        return _("“%(name)s”不在可容缺材料清单中，请上传后再提交") % {"name": local_text(name)}
    if mode == Mode.COMMITMENT:
        return _("“%(name)s”不适用告知承诺，请上传后再提交") % {"name": local_text(name)}
    return _("“%(name)s”不能用“%(label)s”方式提交") % {
        "name": local_text(name),
        "label": local_text(mode.label),
    }


def files_among(definition: Definition, answers: Mapping[str, Any]) -> dict[str, str]:
    """The answers that are files, by box, whether or not the box is on the form."""
    boxes = (key for key, box in definition.inputs.items() if box.type is FieldType.FILE)
    return {key: str(answers[key]) for key in boxes if not is_blank(answers.get(key))}


def strange_files(named: Mapping[str, str], brought: Collection[UUID]) -> dict[str, list[str]]:
    """
    Boxes that name a file nobody has brought here.

    Whoever may read the box may read the file in it: a file is answered by bringing it, never by knowing its id.
    """
    here = {str(one) for one in brought}
    lost = [key for key, file_id in named.items() if file_id not in here]
    return {key: [_("没有找到这个文件，请重新选一次")] for key in lost}


def missing_materials(
    materials: Collection["PlannedMaterial"], named: Collection[str]
) -> dict[str, list[str]]:
    """Papers that somebody must bring and nobody named, all at once (I-06, I-29)."""
    return {
        f"materials.{material.name}": [_ask_for(material)]
        for material in materials
        if mode_of_itself(material) is None and material.name not in named
    }


def _ask_for(material: "PlannedMaterial") -> str:
    if material.source == Source.COMMITMENT:
        return _("请阅读并签署“%(name)s”，或上传该材料") % {"name": local_text(material.name)}
    if material.deferrable:
        return _("请上传“%(name)s”；暂时没有的，可以选择容缺后补（%(n)s个工作日内补交）") % {
            "name": local_text(material.name),
            "n": material.deferrable_days,
        }
    return _("请上传“%(name)s”") % {"name": local_text(material.name)}


def unknown_materials(
    materials: Collection["PlannedMaterial"], named: Collection[str]
) -> dict[str, list[str]]:
    """Papers that were sent and nobody asked for: nothing outside the list may be taken (I-29)."""
    asked = {material.name for material in materials}
    return {
        f"materials.{name}": [_("本次办理不需要“%(name)s”，请勿提交") % {"name": local_text(name)}]
        for name in named
        if name not in asked
    }
