"""
Which Chinese words a person may meet on the applicant's path: what has to be said in other languages.

Read from the sources themselves, so that nothing is listed twice: templates and code for the interface,
the files of fixtures/ for the catalogue. Pages of those who work here, and of machines, are left out.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import yaml
from django.conf import settings
from django.db.models import Choices
from django.template.base import Template
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from common.speaking import in_chinese
from hotline.states import PUBLIC_WORDS
from portal.languages import CHINESE_SIGN

#: Templates of those who work here, and what is printed or sent: Chinese.
STAFF_TEMPLATES = (
    "workflow/counter/*", "workflow/office/*", "workflow/staff/*", "admin/*", "documents/*", "messages/*",
    "desks/*", "hotline/desk/*", "hotline/figures.html", "hotline/report.html", "hotline/reports.html",
    "base_counter.html", "base_office.html", "portal/styleguide.html",
)  # fmt: skip
#: Code of those who work here, of machines, and names of columns that only the admin shows.
STAFF_CODE = (
    "*/admin*", "*/desks/*", "*/management/*", "*/migrations/*", "*/models*", "*/api.py", "*/apps.py", "*/tasks.py",
    "matters/*", "events/*", "bundles/forms.py", "bundles/services/*", "identity/roles.py",
    "notifications/services.py", "exchange/services/answering.py", "workflow/forms/staff*",
    "workflow/views/counter.py", "workflow/views/office.py",
    "portal/settings.py", "portal/styleguide.py", "portal/embedded/*",
)  # fmt: skip
#: Of these apps only this code is read by citizens; the rest is the desks'.
CITIZENS_CODE: Mapping[str, tuple[str, ...]] = {
    "hotline": (
        "hotline/forms/citizen.py", "hotline/rules/ending.py", "hotline/rules/intake.py",
        "hotline/rules/telling_citizens.py", "hotline/rules/urging.py", "hotline/selectors/holdings.py",
        "hotline/services/acting.py", "hotline/services/complainant.py", "hotline/services/following.py",
        "hotline/services/intake.py", "hotline/services/retaliation.py", "hotline/services/supplementing.py",
        "hotline/services/surveying.py", "hotline/services/withdrawing.py", "hotline/views/citizen.py",
    ),
}  # fmt: skip
APPS = (
    "common", "identity", "files", "exchange", "notifications", "licences", "bundles", "workflow", "hotline",
    "evaluation", "portal",
)  # fmt: skip
CALLS = frozenset({
    "_", "gettext", "gettext_lazy", "gettext_noop", "kept", "ngettext", "ngettext_lazy",
})  # fmt: skip
#: Bundles that are translated to the last word; of the others, what stands on the home page.
COMPLETE = frozenset({"newborn"})
#: Keys of a bundle's file that no applicant reads, or that are not words.
UNREAD = frozenset({
    "code", "keywords", "uncertain", "answers", "notes", "legal_basis", "depends_reason", "key", "value",
    "visible_when", "valid_when", "applies_when", "required_when", "type", "handling", "shared_with",
    "specimen",
})  # fmt: skip
ON_THE_HOME_PAGE = ("name", "summary", "life_stage", "lead_department")
FIXTURES = Path(settings.BASE_DIR) / "fixtures"

Found = Mapping["Message", list[str]]


@dataclass(frozen=True)
class Message:
    """One sentence to translate; with a plural where it counts something."""

    words: str
    plural: str = ""


def interface() -> Found:
    """What pages and code say themselves, and where."""
    return _gathered([*_in_templates(), *_in_code(), *_statuses()])


def catalogue() -> Found:
    """Names and texts of the catalogue, and in which file."""
    return _gathered([*_in_bundles(), *_departments()])


def _gathered(found: Iterable[tuple[str, Message]]) -> Found:
    """Each sentence once; where one place counts with it and another does not, it counts."""
    sentences: dict[str, Message] = {}
    places: dict[str, list[str]] = {}
    for place, message in found:
        if message.plural or message.words not in sentences:
            sentences[message.words] = message
        if place not in places.setdefault(message.words, []):
            places[message.words].append(place)
    return {message: places[words] for words, message in sentences.items()}


# The interface


def _in_templates() -> Iterator[tuple[str, Message]]:
    folder = Path(settings.BASE_DIR) / "templates"
    for path in sorted(folder.rglob("*.html")):
        name = str(path.relative_to(folder))
        if not any(fnmatch(name, pattern) for pattern in STAFF_TEMPLATES):
            for message in _said_by(get_template(name).template):  # type: ignore[attr-defined]
                yield f"templates/{name}", message


def _said_by(template: Template) -> Iterator[Message]:
    for node in cast("list[TranslateNode]", template.nodelist.get_nodes_by_type(TranslateNode)):
        words = getattr(node.filter_expression.var, "literal", None)
        if isinstance(words, str):
            yield Message(words)
    for block in cast("list[BlockTranslateNode]", template.nodelist.get_nodes_by_type(BlockTranslateNode)):
        plural = block.render_token_list(block.plural)[0] if block.plural else ""
        yield Message(block.render_token_list(block.singular)[0], plural)


def _in_code() -> Iterator[tuple[str, Message]]:
    root = Path(settings.BASE_DIR)
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            name = str(path.relative_to(root))
            if is_read_by_citizens(name):
                yield from ((name, message) for message in _asked_for(ast.parse(path.read_text())))


def is_read_by_citizens(name: str) -> bool:
    """Whether what this file of code says may stand on a page of the applicant's path."""
    read = CITIZENS_CODE.get(name.partition("/")[0], ("*",))
    return any(fnmatch(name, one) for one in read) and not any(fnmatch(name, one) for one in STAFF_CODE)


def _asked_for(tree: ast.AST) -> Iterator[Message]:
    """What the calls of gettext in this code ask for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in CALLS:
            given = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
            words = [one for one in given if isinstance(one, str)]
            if words:
                yield Message(*words)


def _name(called: ast.expr) -> str:
    return str(getattr(called, "attr", "") or getattr(called, "id", ""))


#: Of these apps a citizen reads only some lists; the rest is the desks'.
READ_BY_CITIZENS = {"hotline": frozenset({"Solved", "SurveyLevel"})}


def _statuses() -> Iterator[tuple[str, Message]]:
    """The words of every status a page may show: they belong to the app that owns the machine."""
    for word in sorted(set(PUBLIC_WORDS.values())):
        yield "hotline/states.py", Message(word)
    for app in APPS:
        if (Path(settings.BASE_DIR) / app / "states.py").exists():
            states = import_module(f"{app}.states")
            read = READ_BY_CITIZENS.get(app)
            for kind in vars(states).values():
                if isinstance(kind, type) and issubclass(kind, Choices) and issubclass(kind, Enum):
                    if read is not None and kind.__name__ not in read:
                        continue
                    yield from ((f"{app}/states.py", Message(in_chinese(one.label))) for one in kind)


# The catalogue


def _in_bundles() -> Iterator[tuple[str, Message]]:
    for path in sorted((FIXTURES / "bundles").glob("*.yaml")):
        raw = _read(path)
        texts = _texts(raw) if raw["code"] in COMPLETE else [raw[key] for key in ON_THE_HOME_PAGE]
        names = [matter[key] for matter in raw["matters"] for key in ("name", "department")]
        yield from (
            (f"fixtures/bundles/{path.name}", Message(one)) for one in [*texts, *names] if _is_chinese(one)
        )


def _texts(raw: Any, key: str = "") -> Iterator[str]:
    """Every text a person reads, in its order."""
    if isinstance(raw, Mapping):
        for name, inside in raw.items():
            if name not in UNREAD:
                yield from _texts(inside, name)
    elif isinstance(raw, list):
        for inside in raw:
            yield from _texts(inside, key)
    elif isinstance(raw, str):
        yield raw


def _departments() -> Iterator[tuple[str, Message]]:
    path = FIXTURES / "departments" / "departments.yaml"
    yield from ((f"fixtures/departments/{path.name}", Message(one["name"])) for one in _read(path))


def _is_chinese(text: str) -> bool:
    return bool(CHINESE_SIGN.search(text))


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())
