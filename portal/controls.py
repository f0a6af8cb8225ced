"""
One question on a page, whatever asked it: a field of a bundle, a question of one, or a Django form.

The names of inputs are dotted paths, the same as the keys of errors: `owners.0.name` is the column
`name` in row 0 of the table `owners`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.speaking import local_text
from portal.reading import peek

Words = str | Promise

#: A choice of more than this many is a list to pick from, not a row of buttons.
MANY = 8
#: Rows a table shows when nothing is in it yet.
FIRST_ROWS = 1
ACCEPTED_FILES = ".pdf,.ofd,.jpg,.jpeg,.png"

YES_NO = (("true", _("是")), ("false", _("否")))

#: What each type is drawn as, and the attributes that help the person typing.
DRAWN: dict[str, tuple[str, dict[str, str]]] = {
    "text": ("input", {}),
    "integer": ("input", {"inputmode": "numeric", "size": "short"}),
    "decimal": ("input", {"inputmode": "decimal", "size": "short"}),
    "date": ("input", {"size": "short"}),
    "resident_id": ("input", {"maxlength": "40", "size": "number"}),
    "uscc": ("input", {"maxlength": "40", "size": "number"}),
    "mobile": ("input", {"inputmode": "tel", "maxlength": "24", "size": "short"}),
    "email": ("input", {"type": "email", "inputmode": "email", "autocomplete": "email"}),
    "password": ("input", {"type": "password", "size": "number"}),
    "address": ("input", {"size": "wide"}),
    "textarea": ("textarea", {}),
    "boolean": ("radios", {}),
    "choice": ("radios", {}),
    "radios": ("radios", {}),
    "select": ("select", {}),
    "region": ("select", {}),
    "multichoice": ("checkboxes", {}),
    "checkbox": ("checkbox", {}),
    "table": ("table", {}),
    "file": ("file", {}),
    "hidden": ("hidden", {}),
}

#: Said where the field itself gives no hint.
HINTS: dict[str, Words] = {
    "date": _("例如 2026年3月2日，也可以写 2026-3-2"),
    "resident_id": _("18 位，末位是字母的填 X"),
    "uscc": _("营业执照上的 18 位代码"),
    "mobile": _("11 位手机号码，用来接收办理进度"),
    "address": _("写到门牌号，例如 和平街 18 号 2 单元 301"),
    "multichoice": _("可以选多项"),
    "file": _("PDF、OFD、JPG 或 PNG，每个不超过 20 MB"),
}


#: Where a box asks about the person typing, the browser may offer what it knows (WCAG 1.3.5).
AUTOCOMPLETE: dict[str, str] = {
    "agent_name": "name",
    "agent_mobile": "tel-national",
    "operator_name": "name",
    "operator_mobile": "tel-national",
    "applicant_name": "name",
    "applicant_mobile": "tel-national",
    "contact_mobile": "tel-national",
    "mobile": "tel-national",
    "contact_address": "street-address",
    "living_address": "street-address",
    "delivery_address": "street-address",
    "mail_address": "street-address",
    "delivery.address": "street-address",
}


@dataclass(frozen=True)
class Option:
    """One answer to pick; ``group`` is the heading it stands under in a long list."""

    value: str
    label: Words
    hint: Words = ""
    is_chosen: bool = False
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Control:
    """Everything a template needs to draw one question."""

    name: str
    label: Words
    kind: str
    drawn: str
    value: Any = ""
    is_required: bool = True
    hint: Words = ""
    source: Words = ""
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Any, ...] = ()
    rows: tuple[tuple["Control", ...], ...] = ()
    blank_row: tuple["Control", ...] = ()

    @property
    def id(self) -> str:
        return id_of(self.name)

    @property
    def is_group(self) -> bool:
        """Drawn as a fieldset, since one label cannot name several inputs."""
        return self.drawn in {"radios", "checkboxes", "table"}

    @property
    def described_by(self) -> str:
        parts = [("hint", self.hint), ("source", self.source), ("error", self.errors)]
        return " ".join(f"{self.id}-{part}" for part, there in parts if there)

    @property
    def type(self) -> str:
        return self.attributes.get("type", "text")

    @property
    def accept(self) -> str:
        return self.attributes.get("accept", ACCEPTED_FILES)

    @property
    def shown(self) -> str:
        """The value as it is typed: dates as ISO, whole numbers without a point, nothing as nothing."""
        return self.value.isoformat() if isinstance(self.value, date) else number_words(self.value)


def number_words(value: Any) -> str:
    """420.0 as 420; anything else as it is."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def id_of(name: str) -> str:
    """The id of the input that answers this name; error summaries link to it."""
    return "id_" + name.replace(".", "-")


def control(
    thing: Any,
    *,
    value: Any = None,
    errors: Sequence[str] = (),
    source: Words = "",
    choices: Iterable[Any] | None = None,
    nested: Mapping[str, Sequence[str]] | None = None,
    name: str = "",
) -> Control:
    """A control for a bound field of a form, or for a field, question or column of a bundle."""
    if isinstance(thing, forms.BoundField):
        return _of_bound(thing, source)
    asked = peek(thing, "field", default=thing)
    kind = str(peek(asked, "type", default="text"))
    if value is None:
        value = peek(thing, "value", default="")
    options = _options(kind, choices if choices is not None else peek(asked, "choices", default=()), value)
    drawn, attributes = DRAWN.get(kind, DRAWN["text"])
    name = name or peek(asked, "key")
    if known := AUTOCOMPLETE.get(name):
        attributes = {**attributes, "autocomplete": known}
    plain = Control(
        name=name,
        label=peek(asked, "label", "text", default=""),
        kind=kind,
        drawn=_drawn(drawn, kind, options),
        value=value,
        is_required=peek(asked, "required", default=True),
        hint=peek(asked, "validation", "help", "hint") or HINTS.get(kind, ""),
        source=source or (peek(thing, "value_from", default="") if value not in ("", None) else ""),
        errors=tuple(errors),
        options=options,
        attributes=attributes,
    )
    return _with_rows(plain, asked, nested or {}) if kind == "table" else plain


def _drawn(drawn: str, kind: str, options: Sequence[Option]) -> str:
    if kind == "choice" and len(options) > MANY:
        return "select"
    if kind == "region" and not options:
        return "input"
    return drawn


def _options(kind: str, choices: Iterable[Any], value: Any) -> tuple[Option, ...]:
    if kind == "boolean":
        choices = YES_NO
    chosen = _chosen(value)
    pairs = [_pair(choice) for choice in choices]
    return tuple(
        Option(key, label, hint, key in chosen, str(label).split(" ", 1)[0] if kind == "region" else "")
        for key, label, hint in pairs
    )


def _chosen(value: Any) -> set[str]:
    if value is None or value == "":
        return set()
    if isinstance(value, list | tuple | set | frozenset):
        return {str(one) for one in value}
    return {str(value).lower() if isinstance(value, bool) else str(value)}


def _pair(choice: Any) -> tuple[str, Words, Words]:
    if isinstance(choice, list | tuple):
        return str(choice[0]), choice[1], ""
    return str(peek(choice, "value", "code")), peek(choice, "label", "name"), peek(choice, "hint", default="")


def _with_rows(table: Control, asked: Any, nested: Mapping[str, Sequence[str]]) -> Control:
    columns = tuple(peek(asked, "columns", default=()))
    given = list(table.value) if isinstance(table.value, list | tuple) else []
    given += [{}] * (FIRST_ROWS - len(given))
    rows = tuple(_row(table.name, str(number), columns, row, nested) for number, row in enumerate(given))
    blank = _row(table.name, "__row__", columns, {}, {})
    return replace(table, columns=columns, rows=rows, blank_row=blank)


def _row(
    table: str,
    number: str,
    columns: Sequence[Any],
    row: Mapping[str, Any],
    nested: Mapping[str, Sequence[str]],
) -> tuple[Control, ...]:
    paths = [(column, f"{table}.{number}.{peek(column, 'key')}") for column in columns]
    cells = (
        control(column, value=row.get(peek(column, "key"), ""), errors=nested.get(path, ()), name=path)
        for column, path in paths
    )
    return tuple(replace(cell, hint="") for cell in cells)  # the column's heading says it once


#: Django's widgets, the special before the general.
WIDGETS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "password"),
    (forms.EmailInput, "email"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxSelectMultiple, "multichoice"),
    (forms.RadioSelect, "radios"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "checkbox"),
    (forms.NumberInput, "integer"),
    (forms.DateInput, "date"),
)


def _of_bound(bound: forms.BoundField, source: Words) -> Control:
    widget = bound.field.widget
    kind = next((name for kind, name in WIDGETS if isinstance(widget, kind)), "text")
    value = bound.value()
    drawn, attributes = DRAWN[kind]
    own = {key: str(given) for key, given in widget.attrs.items() if given is not False}
    return Control(
        name=bound.html_name,
        label=bound.label,
        kind=kind,
        drawn=drawn,
        value="" if value is None else value,
        is_required=bound.field.required,
        hint=bound.help_text or HINTS.get(kind, ""),
        source=source,
        errors=tuple(str(error) for error in bound.errors),
        options=_bound_options(bound, value),
        attributes={**attributes, **own},
    )


def _bound_options(bound: forms.BoundField, value: Any) -> tuple[Option, ...]:
    chosen = _chosen(value)
    flat: list[Option] = []
    for key, label in getattr(bound.field, "choices", ()):
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        flat += [Option(str(inner), words, is_chosen=str(inner) in chosen) for inner, words in pairs]
    return tuple(option for option in flat if option.value)


def answer_words(asked: Any, value: Any, choices: Iterable[Any] = ()) -> Words:
    """An answer as a person would read it: labels instead of codes, 是/否 instead of true/false."""
    asked = peek(asked, "field", default=asked)
    if value is None or value == "" or value == []:
        return ""
    kind = str(peek(asked, "type", default="text"))
    labels = {
        str(option.value): str(option.label)
        for option in _options(kind, peek(asked, "choices", default=()) or choices, "")
    }
    if kind == "table":
        return gettext("{count} 行").format(count=len(value))
    if isinstance(value, list | tuple):
        return local_text("、").join(local_text(labels.get(str(one), str(one))) for one in value)
    return labels.get(next(iter(_chosen(value))), number_words(value))
