"""
The components: what every page is made of. `{% load ui %}`; each tag's docstring says what it takes.

Things may be dataclasses, model rows or dictionaries; names in backquotes are the keys or attributes read.
The styleguide at /styleguide/ shows every one of them while DEBUG is on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.speaking import local_text
from notifications.selectors import unread_badge
from portal import chains, controls, languages, papers, tones
from portal.reading import peek
from workflow.rules.clock import last_day

register = template.Library()
# Names and texts of the catalogue in the page's language; plain for titles, attributes and options.
register.filter("local", languages.local)
register.filter("lang_of", languages.lang_of)
register.filter("local_text", local_text)
register.filter("listed", languages.listed)
# A period that ends at midnight ends, as people say it, on the day before.
register.filter("last_day", last_day)

#: The menus: words and the name of an address. A door that is not built yet is not shown.
MENUS: dict[str, tuple[tuple[Any, str], ...]] = {
    "applicant": (
        (_("首页"), "home"),
        (_("办事"), "search"),
        (_("我的空间"), "my"),
        (_("12345 热线"), "hotline:home"),
        (_("惠企政策"), "policies:list"),
        (_("大厅预约"), "hall:book"),
    ),
    "counter": (
        (_("收件"), "workflow:counter"),
        (_("办件查询"), "workflow:applications"),
        (_("出件"), "workflow:exit_desk"),
        (_("叫号"), "hall:window"),
    ),
    "office": (
        (_("待办"), "workflow:inbox"),
        (_("办件"), "workflow:applications"),
        (_("12345 工单"), "hotline:inbox"),
        (_("好差评"), "evaluation:bad_ratings"),
        (_("督办"), "supervision:home"),
    ),
    "footer": (
        (_("证照和文书核验"), "licences:ask"),
        (_("办理进度查询"), "workflow:track"),
        (_("开放接口"), "api:docs"),
    ),
}

#: Pages of a section that lie elsewhere: a guide and a draft are part of 办事, an application of 我的空间.
BELONGING: dict[str, tuple[str, ...]] = {
    "search": ("/bundles/", "/matters/", "/drafts/"),
    "my": ("/applications/",),
    "hotline:inbox": tuple(
        f"/hotline/{one}/"
        for one in ("intake", "lists", "supervisions", "alerts", "knowledge", "figures", "reports")
    ),
}

LEVELS = (
    (5, _("非常满意")),
    (4, _("满意")),
    (3, _("基本满意")),
    (2, _("不满意")),
    (1, _("非常不满意")),
)

# The page


@register.simple_tag
def centre_name() -> str:
    """The name of the service centre, from settings.CENTRE_NAME."""
    return getattr(settings, "CENTRE_NAME", gettext("市政务服务中心"))


@register.simple_tag
def guide_address(kind: str, code: str) -> str:
    """The guide of a bundle ("bundle") or of a single matter ("matter", "single")."""
    return f"/{'bundles' if kind == 'bundle' else 'matters'}/{code}/"


@register.simple_tag(takes_context=True)
def login_address(context: Context) -> str:
    """Where to log in, coming back to this page afterwards."""
    request = context["request"]
    return f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}"


@register.filter
def account_name(account: Any) -> str:
    """How the header calls the person who is logged in."""
    person = getattr(account, "person", None)
    return getattr(person, "name", "") or account.get_full_name() or account.get_username()


@register.simple_tag
def unread_messages(account: Any) -> int:
    """How many messages the account's person has not read; nothing is asked of the database while it is known."""
    person_id = getattr(account, "person_id", None)
    return unread_badge(person_id) if person_id else 0


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context: Context, menu: str) -> dict[str, Any]:
    """One of the MENUS (applicant, counter, office, footer), the present section marked."""
    path = getattr(context.get("request"), "path", "")
    links = [(label, name, address) for label, name in MENUS[menu] if (address := _address(name))]
    begins = [(address, name) for _label, name, address in links if _begins(path, name, address)]
    here = max(begins, default=("", ""), key=lambda one: len(one[0]))[1]
    return {"links": [{"label": label, "url": url, "is_here": name == here} for label, name, url in links]}


def _begins(path: str, name: str, address: str) -> bool:
    """Whether the page lies in this section; everything begins with the home page's address, and little is there."""
    if address == "/":
        return path == address
    return path.startswith((address, *BELONGING.get(name, ())))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*words_and_addresses: str) -> dict[str, Any]:
    """`{% breadcrumbs "首页" "/" "我的空间" my_url "办件" %}`: pairs, and last the present page alone."""
    words = list(words_and_addresses)
    pairs = [{"label": words[at], "url": words[at + 1]} for at in range(0, len(words) - 1, 2)]
    return {"links": pairs, "here": words[-1] if len(words) % 2 else ""}


@register.inclusion_tag("components/notices.html")
def notices(messages: Iterable[Any] | None) -> dict[str, Any]:
    """Django's messages as banners; base.html shows them on every page."""
    return {"messages": messages or ()}


@register.inclusion_tag("components/banner.html")
def banner(text: str, tone: str = "active", title: str = "", url: str = "", link: str = "") -> dict[str, Any]:
    """A notification banner. `tone`: active, attention or done; with `url` and `link`, what to do about it."""
    return {"text": text, "tone": tone, "title": title, "url": url, "link": link}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", link: str = "") -> dict[str, Any]:
    """What an empty list says, and the one thing to do next."""
    return {"title": title, "text": text, "url": url, "link": link}


# Asking


@register.inclusion_tag("components/error_summary.html")
def error_summary(errors: Any, asked: Any = None, title: str = "") -> dict[str, Any]:
    """
    Every error at the top of the page, each linking to its field.

    `errors`: a form, or {key: [message]} ("" or "__all__" for what belongs to no field).
    `asked`: the fields or questions, whose labels are put before the messages.
    """
    if isinstance(errors, forms.BaseForm):
        asked = asked or list(errors)
        errors = {
            key if key == NON_FIELD_ERRORS else errors.add_prefix(key): messages
            for key, messages in errors.errors.items()
        }
    labels = {_key_of(one): peek(peek(one, "field", default=one), "label", "text") for one in _listed(asked)}
    found = [
        _complaint(key, str(message), labels)
        for key, messages in (errors or {}).items()
        for message in messages
    ]
    return {"title": title, "errors": found}


def _complaint(key: str, message: str, labels: Mapping[str, Any]) -> dict[str, Any]:
    general = key in ("", "__all__", "non_field_errors")
    label = labels.get(key) or labels.get(key.split(".", maxsplit=1)[0], "")
    return {
        "address": "" if general else f"#{controls.id_of(key)}",
        "label": "" if general else label,
        "text": message,
    }


def _key_of(thing: Any) -> str:
    if isinstance(thing, forms.BoundField):
        return thing.html_name
    return str(peek(peek(thing, "field", default=thing), "key", default=""))


def _is_region(asked: Any) -> bool:
    return str(peek(asked, "type")) == "region"


def _listed(asked: Any) -> list[Any]:
    """Fields, out of a plain list or out of groups of fields."""
    found: list[Any] = []
    for one in asked or ():
        inside = None if isinstance(one, forms.BoundField) else peek(one, "fields")
        found += list(inside) if inside is not None else [one]
    return found


@register.inclusion_tag("components/field.html")
def field(
    thing: Any,
    answers: Mapping[str, Any] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    sources: Mapping[str, Any] | None = None,
    choices: Iterable[Any] | None = None,
    heading: str = "",
) -> dict[str, Any]:
    """
    One question with label, hint, where its value came from, and its errors beside it.

    `thing`: a bound field of a Django form, or a field, planned field, question or column of a bundle.
    `answers`, `errors`, `sources`: by key; a source is the words after 来自：, or a Prefilled.
    `choices`: for type region, (code, name) pairs.
    `heading`: "h1" makes the label the page's heading, for one question a page.
    """
    if isinstance(thing, forms.BoundField):
        return {"control": controls.control(thing), "heading": heading}
    key = _key_of(thing)
    given, complaints = answers or {}, errors or {}
    source = (sources or {}).get(key, "")
    drawn = controls.control(
        thing,
        value=given.get(key),
        errors=complaints.get(key, ()),
        source=peek(source, "source", default=source),
        choices=choices if _is_region(peek(thing, "field", default=thing)) else None,
        nested=complaints,
    )
    return {"control": drawn, "heading": heading}


@register.inclusion_tag("components/box.html")
def box(bound: forms.BoundField, label: str = "") -> dict[str, Any]:
    """A form's field alone, in a table whose heading names it; `label` says which row, to those who cannot see it."""
    plain = replace(controls.control(bound), hint="", source="")
    return {"control": plain, "label": label}


@register.inclusion_tag("components/rating.html")
def rating(name: str = "level", errors: Sequence[str] = (), legend: str = "") -> dict[str, Any]:
    """The five levels of 好差评 (E-10, E-24): equal in size and colour, none chosen beforehand."""
    return {"name": name, "id": controls.id_of(name), "errors": errors, "legend": legend, "levels": LEVELS}


# Telling


@register.inclusion_tag("components/status_tag.html")
def status_tag(status: Any = "", label: str = "", tone: str = "") -> dict[str, Any]:
    """
    A status in words and tone: of an application or a review (api.md), or of any other machine.

    Other machines pass a TextChoices member (or `label`) and a `tone`: waiting, active, attention, done, ended.
    """
    return {"label": label or tones.words_for(status), "tone": tone or tones.tone_of(status)}


@register.simple_tag
def status_words(status: Any) -> Any:
    """The Chinese words of a status alone, where the glyph stands elsewhere."""
    return tones.words_for(status)


@register.inclusion_tag("components/glyph.html")
def glyph(tone: str) -> dict[str, Any]:
    """The sign of a tone: each has its own shape. Decorative; the words stand beside it."""
    return {"tone": tone}


@register.inclusion_tag("components/chain.html")
def chain(source: Any, label: str = "", compact: bool = False) -> dict[str, Any]:
    """
    Departments as a small graph: an SVG of the lines behind a list that says the same in words.

    `source`: a Plan, {"nodes": […], "edges": [(before, after)]}, or reviews. A node has `code` (or `matter`),
    `name`, `department`, `stage`, and may have `status`, `due`, `promised_days`, `url`; without edges,
    `depends_on` of each node is read. `compact` shows departments alone, each once a stage.
    """
    return {
        "chain": chains.chain(source, by_department=compact),
        "label": label or gettext("办理链条"),
        "compact": compact,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any], label: str = "") -> dict[str, Any]:
    """
    What has happened and what is to come, oldest first.

    An event has `title` (or `text`), and may have `at` (date or datetime), `actor`, `text`, `tone`
    (default done), `due`, `url` with `link`, and `documents` [{title, url}].
    """
    return {"events": [_told(event) for event in events], "label": label or gettext("办理经过")}


def _told(event: Any) -> dict[str, Any]:
    title = peek(event, "title")
    return {
        "title": title or peek(event, "text", default=""),
        "text": peek(event, "text", default="") if title else "",
        "at": peek(event, "at"),
        "due": peek(event, "due", "due_at"),
        "actor": peek(event, "actor", default=""),
        "tone": peek(event, "tone", default=tones.Tone.DONE),
        "url": peek(event, "url", default=""),
        "link": peek(event, "link", default=""),
        "documents": peek(event, "documents", default=()),
    }


@register.inclusion_tag("components/task_list.html")
def task_list(entries: Iterable[Any]) -> dict[str, Any]:
    """What is left to do. An entry has `title`, `url` (none: cannot start yet), `tone`, `label`, and maybe `hint`."""
    return {"entries": entries}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Any]) -> dict[str, Any]:
    """Facts by name. A row has `label`, `value`, and may have `url` (修改) and `source` (来自：…)."""
    return {"rows": list(rows)}


@register.inclusion_tag("components/summary_list.html")
def answer_summary(
    fields: Iterable[Any],
    answers: Mapping[str, Any],
    url: str = "",
    sources: Mapping[str, Any] | None = None,
    choices: Iterable[Any] = (),
) -> dict[str, Any]:
    """
    Answers in words with 修改 links: `fields`, `sources` and `choices` as in `field`.

    `url` is the page that asks; `#id_key` is added to it. Without, nothing can be changed.
    """
    regions = list(choices)
    return {"rows": [_answered(one, answers, url, sources or {}, regions) for one in _listed(fields)]}


def _answered(
    thing: Any, answers: Mapping[str, Any], url: str, sources: Mapping[str, Any], regions: Sequence[Any]
) -> dict[str, Any]:
    asked = peek(thing, "field", default=thing)
    key = _key_of(thing)
    value, source = answers.get(key), sources.get(key, "")
    columns = peek(asked, "columns", default=())
    return {
        "label": peek(asked, "label", "text"),
        "value": controls.answer_words(asked, value, regions if _is_region(asked) else ()),
        "columns": columns,
        "rows": [_cells(columns, row) for row in value or ()] if columns else [],
        "url": f"{url}#{controls.id_of(key)}" if url else "",
        "source": peek(source, "source", default=source),
    }


def _cells(columns: Iterable[Any], row: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    return [(peek(one, "label"), controls.answer_words(one, row.get(peek(one, "key")))) for one in columns]


@register.filter
def answered(thing: Any, answers: Mapping[str, Any]) -> Any:
    """`{{ planned|answered:answers }}`: one answer in words."""
    return controls.answer_words(thing, answers.get(_key_of(thing)))


@register.inclusion_tag("components/material.html")
def material(
    paper: Any,
    number: int | None = None,
    needed_by: Iterable[str] = (),
    errors: Sequence[str] = (),
    chosen: str = "",
    upload: Any = None,
) -> dict[str, Any]:
    """
    One paper and why it is or is not asked for: a row inside `<ul class="materials">`.

    `paper`: `name`, `status` (fetched shared awaited promise deferred upload form) and may have `reason`,
    `licence_type`, `awaited_from`, `deferrable`, `deferrable_days`, `commitment_allowed`; a PlannedMaterial
    will do. `number` makes it editable: inputs `materials.N.name`, `.mode` (upload, commitment, deferred),
    `.file`, and `.upload_id` for a file already here (`upload`: `id`, `name`, `size`, `url`).
    """
    return {"row": papers.row(paper, number, needed_by, errors, chosen, upload)}


@register.inclusion_tag("components/steps.html")
def steps(names: Sequence[str], current: int) -> dict[str, Any]:
    """Where one is on the way: `current` counts from 1."""
    marked = [
        {"name": name, "number": at, "is_past": at < current, "is_here": at == current}
        for at, name in enumerate(names, 1)
    ]
    return {"steps": marked, "current": current, "total": len(marked)}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """How much of something long is done, in words and as a bar."""
    return {"done": done, "total": total, "label": label}


@register.inclusion_tag("components/savings.html")
def savings(before: Any, after: Any) -> dict[str, Any]:
    """环节 材料 时限 跑动 before and after; both have `steps`, `materials`, `days`, `visits`."""
    named = (
        (_("环节"), "steps", _("个")),
        (_("材料"), "materials", _("份")),
        (_("时限"), "days", _("个工作日")),
        (_("跑动"), "visits", _("次")),
    )
    return {
        "figures": [
            {"label": label, "unit": unit, "before": peek(before, key), "after": peek(after, key)}
            for label, key, unit in named
        ]
    }


@register.inclusion_tag("components/paging.html")
def paging(next_url: str = "", previous_url: str = "", count: int | None = None) -> dict[str, Any]:
    """Keyset paging: addresses of the next and the previous page, and the count where it is cheap."""
    return {"next_url": next_url, "previous_url": previous_url, "count": count}
