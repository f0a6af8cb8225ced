"""我的空间: what waits for me, what is under way, what is over; and the same list as a workbook."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import is_valid_path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from common.keyset import page_of
from common.spreadsheet import CONTENT_TYPE, Value, workbook
from common.states import Party
from identity.models import Account
from identity.selectors import standing
from workflow import selectors
from workflow.models import Application
from workflow.rules.turns import Turn
from workflow.selectors import ME, OTHERS, Following, Move, MoveKind, Side, Sought
from workflow.states import APPLICATION_FINAL, ApplicationStatus, Channel, Outcome
from workflow.views.visiting import Visit

#: How many of those that are over stand below the ones under way.
LATELY = 5
#: Departments that a line names.
NAMED = 2
#: Months back that can be chosen.
MONTHS = 18
#: Rows of a workbook; more than anybody files in years.
MOST_ROWS = 5000

STATES = tuple(one for one in ApplicationStatus if one is not ApplicationStatus.DRAFT)

#: The rooms of the space beside the list; one that is not built yet has no door.
DOORS = (
    (gettext_lazy("消息"), gettext_lazy("办到哪一步的通知都在这里"), "/my/messages/"),
    (gettext_lazy("我的证照和结果"), gettext_lazy("亮证、下载、给别人核验"), "/my/licences/"),
    (gettext_lazy("授权委托"), gettext_lazy("请人代办，或者看我替谁办"), "/my/authorisations/"),
    (gettext_lazy("联系方式和通知"), gettext_lazy("换手机号，选怎么通知我"), "/my/contact/"),
    (gettext_lazy("谁看过我的资料"), gettext_lazy("哪个部门、什么时候、为了哪件事"), "/my/access/"),
    (gettext_lazy("下载我的全部资料"), gettext_lazy("填过的、交过的、办出来的"), "/my/data/"),
)


class Invitation(Protocol):
    """A rating that is open, as the app above knows it."""

    @property
    def application(self) -> Application: ...

    @property
    def expires_at(self) -> dt.datetime: ...


Ratings = Callable[[Account], Iterable[Invitation]]


@dataclass(frozen=True)
class Asked:
    """One thing to do, in words."""

    title: str
    application: Application
    url: str
    link: str
    due_at: dt.datetime | None
    hint: str = ""
    move: Move | None = None
    is_pressing: bool = True


@require_safe
def my(request: Visit, ratings: Ratings) -> HttpResponse:
    """The space of one side: the moves first, then the list or what was sought of it."""
    sought = read_sought(request)
    moves, sides = selectors.moves_of(request.user), selectors.sides_of(request.user)
    asked = [*map(_asked, moves), *map(_rating, ratings(request.user))]
    who = standing(request.user)
    here = [one for one in asked if selectors.side_of(one.application, who) == sought.side]
    context: dict[str, Any] = {
        "sides": [_tab(side, sought, asked, request.user) for side in sides],
        "pressing": [one for one in here if one.is_pressing],
        "voluntary": [one for one in here if not one.is_pressing],
        "sought": sought,
        "statuses": STATES,
        "months": _months(timezone.localdate()),
        "doors": [door for door in DOORS if is_valid_path(door[2])],
        "export_url": f"{reverse('my_export')}?{_query(sought)}",
        "is_for_others": sought.side == OTHERS,
        "now": timezone.now(),
    }
    return render(request, "workflow/applicant/my.html", context | _lists(request, sought, moves))


def read_sought(request: HttpRequest) -> Sought:
    """What the filter asks for; what cannot be read is not asked."""
    state = request.GET.get("state", "")
    known = state in {"open", "ended"} or state in STATES
    return Sought(
        side=request.GET.get("for", ME),
        words=request.GET.get("q", "").strip()[:60],
        state=state if known else "",
        month=_month(request.GET.get("month", "")),
    )


def _month(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _months(today: dt.date) -> list[dt.date]:
    """This month and those before it."""
    count = today.year * 12 + today.month - 1
    return [dt.date(number // 12, number % 12 + 1, 1) for number in range(count, count - MONTHS, -1)]


def _query(sought: Sought, **more: str) -> str:
    asked = {
        "for": "" if sought.side == ME else sought.side,
        "q": sought.words,
        "state": sought.state,
        "month": f"{sought.month:%Y-%m}" if sought.month else "",
    }
    return urlencode({key: value for key, value in (asked | more).items() if value})


def _lists(request: Visit, sought: Sought, moves: Sequence[Move]) -> dict[str, Any]:
    """Unasked: what is under way, and lately over. Asked: one list of what answers."""
    after = request.GET.get("after", "")
    plain = sought.is_everything
    shown = Sought(side=sought.side, state="open") if plain else sought
    page = page_of(selectors.own_rows(request.user, shown), key="-id", after=after)
    lately: list[Application] = []
    if plain and not after:
        ended = selectors.own_rows(request.user, Sought(side=sought.side, state="ended"))
        lately = list(ended.order_by("-id")[: LATELY + 1])
    return {
        "rows": [_shown(line) for line in selectors.followed(page.rows, moves)],
        "lately": lately,
        "latest": LATELY,
        "drafts": [] if after or not plain else _drafts(request.user, sought.side),
        "is_first": plain and not after,
        "next_url": f"?{_query(sought, after=page.next)}#applications" if page.next else "",
        "first_url": f"?{_query(sought)}#applications" if after else "",
        "ended_url": f"?{_query(sought, state='ended')}#applications",
    }


def _shown(line: Following) -> dict[str, Any]:
    row, turn = line.application, line.turn
    over = row.status in APPLICATION_FINAL
    return {
        "application": row,
        "is_over": over,
        "is_mine": turn.is_mine,
        "words": "" if over else turn_words(turn, briefly=True),
        "due_at": None if over else turn.due_at,
        "whole_due_at": None if over else _whole_due(row, turn),
        "is_late": turn.is_late(timezone.now()),
        "outcome": Outcome(row.outcome).label if row.outcome else "",
    }


def _whole_due(row: Application, turn: Turn) -> dt.datetime | None:
    """Nothing is promised for a day before the one until which the applicant has time."""
    waits = turn.is_mine and turn.due_at and row.due_at and turn.due_at > row.due_at
    return None if waits else row.due_at


def _drafts(account: Account, side: str) -> list[Application]:
    who = standing(account)
    return [one for one in selectors.own_drafts(account) if selectors.side_of(one, who) == side]


def _tab(side: Side, sought: Sought, asked: Sequence[Asked], account: Account) -> dict[str, Any]:
    who = standing(account)
    waiting = sum(one.is_pressing and selectors.side_of(one.application, who) == side.key for one in asked)
    names = {ME: _("个人"), OTHERS: _("替别人办的")}
    return {
        "name": names.get(side.key, side.name),
        "url": f"?{_query(Sought(side=side.key))}" if side.key != ME else reverse("my"),
        "is_here": side.key == sought.side,
        "waiting": waiting,
    }


# What waits for me


def _asked(move: Move) -> Asked:
    title, link, hint = _WORDS[move.kind]()
    reference = move.application.reference
    url = reverse("workflow:application", args=[reference])
    if move.papers:
        url = reverse(f"workflow:{move.kind}", args=[reference])
    return Asked(title, move.application, url, link, move.due_at, hint, move, not move.is_voluntary)


_WORDS: dict[MoveKind, Callable[[], tuple[str, str, str]]] = {
    MoveKind.CHOOSE: lambda: (_("有一项没有获准，其余事项继续办还是撤回"), _("去选择"), _("不选就继续办。")),
    MoveKind.CORRECT: lambda: (_("有材料要补正"), _("去补正"), ""),
    MoveKind.SUPPLY: lambda: (_("说好后交的材料，该交了"), _("去补交"), _("补齐以前不发放决定和证照。")),
    MoveKind.COLLECT: lambda: (
        _("结果办好了，请带身份证到窗口领取"),
        _("看在哪里领"),
        _("不方便来，可以改成邮寄，或者请人代领。"),
    ),
    MoveKind.RETURNED: lambda: (
        _("邮件没有送到，退回来了"),
        _("去选择"),
        _("可以免费重新寄送一次，也可以带身份证件到出件窗口领取。"),
    ),
    MoveKind.CONFIRM: lambda: (_("结果已经送出，收到了请说一声"), _("确认收到"), ""),
    MoveKind.BRING: lambda: (
        _("这些材料系统没有查到，可以自己上传"),
        _("自己上传"),
        _("不上传也不影响办理。"),
    ),
}


def _rating(invitation: Invitation) -> Asked:
    """A rating is voluntary (E-10): it is offered and never counted as something to do."""
    application = invitation.application
    url = f"/applications/{application.reference}/rate/"
    return Asked(
        _("办完了，愿意的话评一评"), application, url, _("去评价"), invitation.expires_at, is_pressing=False
    )


def turn_words(turn: Turn, *, briefly: bool = False) -> str:
    """Whose move it is, in a few words; ``briefly`` names no more than two departments."""
    if turn.is_mine:
        return _("等您办")
    if turn.party is Party.DEPARTMENT:
        return _departments(turn.departments, briefly=briefly)
    return {
        Party.FRONT: _("综合窗口"),
        Party.EXIT: _("出件窗口"),
        Party.SYSTEM: _("系统"),
    }.get(turn.party, "")


def _departments(names: Sequence[str], *, briefly: bool) -> str:
    if briefly and len(names) > NAMED:
        first = "、".join(names[:NAMED])
        return _("%(names)s 等 %(count)d 个部门") % {"names": first, "count": len(names)}
    return "、".join(names) or _("部门")


# The same list as a workbook


@require_safe
def export(request: Visit) -> HttpResponse:
    """What answers to the filter, all of it, to work on elsewhere."""
    sought = read_sought(request)
    rows = list(selectors.own_rows(request.user, sought).order_by("-id")[:MOST_ROWS])
    lines = selectors.followed(rows, selectors.moves_of(request.user))
    head = [str(title) for title in COLUMNS]
    book = workbook(_("我的办件"), head, (_line(line) for line in lines))
    answer = HttpResponse(book, content_type=CONTENT_TYPE)
    name = f"applications-{timezone.localdate():%Y%m%d}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


COLUMNS = (
    gettext_lazy("编号"),
    gettext_lazy("办件"),
    gettext_lazy("申请人"),
    gettext_lazy("状态"),
    gettext_lazy("结果"),
    gettext_lazy("轮到谁"),
    gettext_lazy("下一个期限"),
    gettext_lazy("承诺全部办好"),
    gettext_lazy("提交时间"),
    gettext_lazy("受理时间"),
    gettext_lazy("办结时间"),
    gettext_lazy("完成时间"),
    gettext_lazy("申请渠道"),
)


def _line(line: Following) -> list[Value]:
    row = line.application
    over = row.status in APPLICATION_FINAL
    return [
        row.reference,
        row.name,
        row.applicant_name,
        str(ApplicationStatus(row.status).label),
        str(Outcome(row.outcome).label) if row.outcome else "",
        "" if over else turn_words(line.turn),
        None if over else line.turn.due_at,
        row.due_at,
        row.submitted_at,
        row.accepted_at,
        row.decided_at,
        row.closed_at,
        str(Channel(row.channel).label),
    ]
