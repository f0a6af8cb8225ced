"""智能预审 (I-42): what a person had better know before anybody looks; advice, never a ground for refusing."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from common.speaking import COMMA, kept, written_day
from workflow.states import MaterialMode

if TYPE_CHECKING:
    from bundles.planning import PlannedMaterial
    from files.models import StoredFile
    from licences.models import Licence

#: A licence that ends sooner may be over before the departments have decided.
SOON = timedelta(days=30)
#: A scan or photo below this many bytes is hardly legible.
SMALL_FILE = 10 * 1024
#: Whoever files younger than this usually needs a guardian; nobody is older than that.
YOUNG, OLD = 16, 120
#: The hints, as they are kept with the application.
_EXPIRED = kept("“%(name)s”的有效期到%(day)s，已经过期，请尽早换证或者延期")
_EXPIRING = kept("“%(name)s”的有效期到%(day)s，快到期了，办理中途可能过期，请尽早换证或者延期")
_SMALL = kept("“%(name)s”的文件很小，可能看不清楚或者没有拍全，请打开看一看，最好先准备一份清楚完整的")
_SAME = kept("%(papers)s上传的是同一个文件，请看看是不是传错了")
_FOLLOWS = kept(
    "“%(name)s”要在受理后%(days)s个工作日内补交，过期没有补交会终止办理，并记入信用记录，请提前准备"
)
_YOUNG = kept("申请人未满%(age)s周岁，一般由父母或者其他监护人代为申请，请看看申请人是不是填对了")
_OLD = kept("按证件号码推算，申请人超过%(age)s周岁，请看看证件号码是不是填对了")
_UNREACHABLE = gettext_noop("没有留手机号码，收不到短信，请常登录网站，到我的空间看进度")
#: Every hint puts the papers it speaks of, and nothing else, in these quotation marks.
_PAPER = re.compile("“(.+?)”")


@dataclass(frozen=True)
class Brought:
    """One paper as it came: how, its file, the licence that was found for it."""

    material: "PlannedMaterial"
    mode: MaterialMode
    file: "StoredFile | None" = None
    licence: "Licence | None" = None


def advice(
    brought: Collection[Brought], *, birth_date: date | None, reachable: bool, today: date
) -> list[str]:
    """Every hint in plain words; nothing personal in them, for they are stored and shown."""
    return [
        *_of_licences(brought, today),
        *_of_files(brought),
        *_of_promises(brought),
        *_of_the_applicant(birth_date, today, reachable=reachable),
    ]


def concerning(hints: Iterable[str], papers: Collection[str]) -> list[str]:
    """The hints that name no other paper than these: a department reads nothing of what others ask for."""
    return [hint for hint in hints if set(_PAPER.findall(hint)) <= set(papers)]


def _of_licences(brought: Iterable[Brought], today: date) -> Iterator[str]:
    for paper in brought:
        until = paper.licence.valid_until if paper.licence else None
        if until is not None and until <= today + SOON:
            hint = _EXPIRED if until < today else _EXPIRING
            yield hint % {"name": paper.material.name, "day": written_day(until)}


def _of_files(brought: Collection[Brought]) -> Iterator[str]:
    for paper in brought:
        if paper.file is not None and paper.file.size < SMALL_FILE:
            yield _SMALL % {"name": paper.material.name}
    for names in _same_files(brought).values():
        if len(names) > 1:
            yield _SAME % {"papers": COMMA.join(f"“{name}”" for name in names)}


def _same_files(brought: Iterable[Brought]) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = {}
    for paper in brought:
        if paper.file is not None:
            names.setdefault(paper.file.sha256, []).append(paper.material.name)
    return names


def _of_promises(brought: Iterable[Brought]) -> Iterator[str]:
    for paper in brought:
        if paper.mode == MaterialMode.DEFERRED:
            yield _FOLLOWS % {"name": paper.material.name, "days": paper.material.deferrable_days}


def _of_the_applicant(birth_date: date | None, today: date, *, reachable: bool) -> Iterator[str]:
    if birth_date is not None:
        age = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
        if age < YOUNG:
            yield _YOUNG % {"age": YOUNG}
        if age > OLD:
            yield _OLD % {"age": OLD}
    if not reachable:
        yield _UNREACHABLE
