"""智能预审 (I-42): what a person had better know before anybody looks; advice, never a ground for refusing."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

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


def _of_licences(brought: Iterable[Brought], today: date) -> Iterator[str]:
    for paper in brought:
        until = paper.licence.valid_until if paper.licence else None
        if until is not None and until <= today + SOON:
            name = paper.material.name
            yield f"“{name}”的有效期到{_day(until)}，快到期了，请尽早办理延续或换证"


def _of_files(brought: Collection[Brought]) -> Iterator[str]:
    for paper in brought:
        if paper.file is not None and paper.file.size < SMALL_FILE:
            yield f"“{paper.material.name}”的文件很小，可能不清楚或者不完整，请打开核对"
    for names in _same_files(brought).values():
        if len(names) > 1:
            yield f"{'、'.join(f'“{name}”' for name in names)}上传的是同一个文件，请核对是否传错"


def _same_files(brought: Iterable[Brought]) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = {}
    for paper in brought:
        if paper.file is not None:
            names.setdefault(paper.file.sha256, []).append(paper.material.name)
    return names


def _of_promises(brought: Iterable[Brought]) -> Iterator[str]:
    for paper in brought:
        if paper.mode == MaterialMode.DEFERRED:
            days = paper.material.deferrable_days
            yield (
                f"“{paper.material.name}”须在受理后{days}个工作日内补交，"
                "逾期会终止办理并记入信用记录，请提前准备"
            )


def _of_the_applicant(birth_date: date | None, today: date, *, reachable: bool) -> Iterator[str]:
    if birth_date is not None:
        age = today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))
        if age < YOUNG:
            yield f"申请人未满{YOUNG}周岁，一般由监护人申请，请核对申请人"
        if age > OLD:
            yield f"申请人的出生日期推算已超过{OLD}周岁，请核对证件号码"
    if not reachable:
        yield "没有预留手机号码，收不到短信提醒，请常到“我的办件”查看进度"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
