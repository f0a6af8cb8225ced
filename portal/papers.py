"""One paper as a person sees it: whether they need to bring it, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bundles.spec import Source
from common.speaking import local_text
from portal.controls import Words
from portal.reading import peek
from portal.tones import Tone
from workflow.rules.specimens import SpecimenPaper, specimen_paper

#: status -> (tag, tone)
TAGS: dict[str, tuple[Words, Tone]] = {
    "fetched": (_("免交，自动调取"), Tone.DONE),
    "shared": (_("免交，数据核验"), Tone.DONE),
    "form": (_("免交，自动生成"), Tone.DONE),
    "awaited": (_("免交，前一步的结果"), Tone.WAITING),
    "promise": (_("可承诺代替"), Tone.ACTIVE),
    "deferred": (_("可以后补"), Tone.ACTIVE),
    "upload": (_("需要上传"), Tone.ATTENTION),
    "offered": (_("没有查到，可以自己上传"), Tone.WAITING),
}

BY_SOURCE = {
    Source.LICENCE: "fetched",
    Source.SHARED: "shared",
    Source.FORM: "form",
    Source.COMMITMENT: "promise",
    Source.APPLICANT: "upload",
}

MODES: dict[str, Words] = {
    "upload": _("现在上传"),
    "commitment": _("签承诺书代替"),
    "deferred": _("先受理，以后补交"),
}


@dataclass(frozen=True)
class Mode:
    value: str
    label: Words
    hint: str
    is_chosen: bool


@dataclass(frozen=True)
class PaperRow:
    """What components/material.html draws."""

    name: str
    status: str
    tag: Words
    tone: Tone
    reason: str
    needed_by: tuple[str, ...]
    errors: tuple[str, ...]
    path: str
    modes: tuple[Mode, ...]
    upload: Any
    sample: str = ""
    specimen: SpecimenPaper | None = None

    @property
    def id(self) -> str:
        return "id_" + self.path.replace(".", "-")

    @property
    def is_open(self) -> bool:
        """Whether the applicant has anything to do here."""
        return bool(self.path and self.modes)


def row(
    paper: Any, number: int | None, needed_by: Iterable[str], errors: Sequence[str], chosen: str, upload: Any
) -> PaperRow:
    """The row of one paper; with a number it takes answers."""
    status = status_of(paper)
    tag, tone = TAGS[status] if number is None else _answered(paper, upload, chosen) or TAGS[status]
    return PaperRow(
        name=peek(paper, "name"),
        status=status,
        tag=tag,
        tone=tone,
        reason=peek(paper, "reason") or reason_for(paper, status),
        needed_by=tuple(needed_by),
        errors=tuple(errors),
        path="" if number is None else f"materials.{number}",
        modes=() if number is None else _modes(paper, status, chosen),
        upload=upload,
        sample=peek(paper, "sample", default=""),
        specimen=specimen_paper(paper),
    )


def _answered(paper: Any, upload: Any, chosen: str) -> tuple[Words, Tone] | None:
    """What the applicant has done about it so far, where they have done something."""
    if upload is not None:
        return _("已上传"), Tone.DONE
    if chosen not in {"commitment", "deferred"}:
        return None
    if not peek(paper, "signed", default=False):
        return _("下一步阅读并签署承诺"), Tone.ACTIVE
    return (_("已签承诺书"), Tone.DONE) if chosen == "commitment" else (_("以后补交"), Tone.DONE)


def status_of(paper: Any) -> str:
    """The status of api.md: as given, or following from where the paper comes from."""
    if given := peek(paper, "status"):
        return str(given)
    return "awaited" if peek(paper, "awaited_from") else BY_SOURCE[Source(peek(paper, "source"))]


def reason_for(paper: Any, status: str) -> str:
    """Why it need not be brought, or how to bring it."""
    licence = peek(paper, "licence_type", "name", default="")
    days = peek(paper, "deferrable_days", default=0)
    reasons = {
        "fetched": gettext("从电子证照库调取“{licence}”。"),
        "shared": gettext("部门之间核对数据就能知道。"),
        "form": gettext("用您填写的表单自动生成，提交前可以查看。"),
        "awaited": gettext("前面的事项办好后自动带过来。"),
        "promise": gettext("签一份承诺书就可以，事后核查；也可以照常上传材料。"),
        "deferred": gettext("不影响受理，受理后 {days} 个工作日内补交。"),
        "upload": gettext("只有您手上有这份材料。"),
        "offered": gettext("系统没有查到。有的话可以上传，不上传也不影响办理。"),
    }
    return reasons[status].format(licence=local_text(licence), days=days)


def _modes(paper: Any, status: str, chosen: str) -> tuple[Mode, ...]:
    """What the applicant may choose between; the ordinary way is always one of them (I-60)."""
    if status not in {"upload", "offered", "promise", "deferred"}:
        return ()
    days = peek(paper, "deferrable_days", default=0)
    allowed = {
        "upload": gettext("PDF、OFD、JPG 或 PNG，不超过 20 MB"),
        "commitment": gettext("提交时在线签署，事后核查属实即可"),
        "deferred": gettext("受理后 {days} 个工作日内补交").format(days=days),
    }
    if not (status == "promise" or peek(paper, "commitment_allowed", default=False)):
        del allowed["commitment"]
    if not (status == "deferred" or peek(paper, "deferrable", default=False)):
        del allowed["deferred"]
    chosen = chosen or ("upload" if len(allowed) == 1 else "")
    return tuple(Mode(value, MODES[value], hint, value == chosen) for value, hint in allowed.items())
