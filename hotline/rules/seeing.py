"""
What each reader may see of an order (H-140): one table, asked by pages, the API and the files alike.

Who complained is shown whole to themselves, to the desk that must call them, and to a department of an open
order; masked to a department otherwise; of a secret order nobody but whoever took it and whoever holds an
unmasking sees more than an alias.
"""

from dataclasses import dataclass
from enum import Enum

from common.crypto import mask_id_number, mask_mobile, mask_name
from hotline.rules.redacting import redact
from hotline.states import Confidentiality

__all__ = ["Contact", "Seen", "View", "Words", "seen", "view_of"]

#: What an assist reads of somebody else's order (H-02).
SUMMARY_LENGTH = 200


class View(Enum):
    """Who reads, as the table knows them."""

    COMPLAINANT = "complainant"
    TAKER = "taker"
    DESK = "desk"
    OVERSEER = "overseer"
    HOST = "host"
    ASSIST = "assist"
    UNMASKED = "unmasked"


class Reach(Enum):
    """How the reader speaks to the complainant."""

    DIRECT = "direct"
    RELAY_CALL = "relay_call"
    RELAY_MESSAGE = "relay_message"
    NONE = "none"


class Detail(Enum):
    """How much of a value is shown."""

    WHOLE = "whole"
    MASKED = "masked"
    ALIAS = "alias"


@dataclass(frozen=True)
class Contact:
    """Who complained, as stored."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    alias: str = ""


@dataclass(frozen=True)
class Words:
    """What was said and where, as stored."""

    title: str
    text: str
    redacted: str
    location: str = ""


@dataclass(frozen=True)
class Seen:
    """An order as one reader may see it."""

    view: View
    name: str
    phone: str
    id_number: str
    title: str
    text: str
    location: str
    reach: Reach
    #: "original", "redacted" or "none".
    attachments: str
    recordings: bool
    reveals: bool

    @property
    def original_files(self) -> bool:
        """Whether files are given out as they were sent."""
        return self.attachments == "original"


#: View and confidentiality → how much of the person; what is not listed is an alias.
PERSON: dict[tuple[View, str], Detail] = {
    **{(View.COMPLAINANT, level): Detail.WHOLE for level in Confidentiality.values},
    **{(View.TAKER, level): Detail.WHOLE for level in Confidentiality.values},
    **{(View.UNMASKED, level): Detail.WHOLE for level in Confidentiality.values},
    (View.DESK, Confidentiality.OPEN): Detail.WHOLE,
    (View.DESK, Confidentiality.MASKED): Detail.WHOLE,
    (View.HOST, Confidentiality.OPEN): Detail.WHOLE,
    (View.HOST, Confidentiality.MASKED): Detail.MASKED,
    (View.OVERSEER, Confidentiality.OPEN): Detail.MASKED,
    (View.OVERSEER, Confidentiality.MASKED): Detail.MASKED,
}


def view_of(
    *, is_own: bool, took_it: bool, on_desk: bool, oversees: bool, hosts: bool, assists: bool
) -> View | None:
    """The one view of somebody who may be several: their own order first, then their duty; an unmasking is asked for by name."""
    ranked = [
        (is_own, View.COMPLAINANT),
        (took_it, View.TAKER),
        (on_desk, View.DESK),
        (oversees, View.OVERSEER),
        (hosts, View.HOST),
        (assists, View.ASSIST),
    ]
    return next((view for holds, view in ranked if holds), None)


def seen(view: View, level: str, person: Contact, words: Words, *, recused: bool = False) -> Seen:
    """The order for this view; ``recused`` is a department that is itself complained of (H-144)."""
    detail = Detail.ALIAS if recused or view is View.ASSIST else PERSON.get((view, level), Detail.ALIAS)
    whole = detail is Detail.WHOLE
    return Seen(
        view=view,
        name=_name(person, detail),
        phone=_phone(person, detail),
        id_number=_id_number(person, detail),
        **_words(view, level, words, person, whole=whole, hidden=recused or level == Confidentiality.SECRET),
        reach=_reach(view, level, detail),
        attachments=_attachments(view, level, whole=whole, recused=recused),
        recordings=whole and view is not View.HOST,
        reveals=whole and view is not View.COMPLAINANT,
    )


def _name(person: Contact, detail: Detail) -> str:
    if detail is Detail.ALIAS:
        return person.alias
    return person.name if detail is Detail.WHOLE else mask_name(person.name)


def _phone(person: Contact, detail: Detail) -> str:
    if detail is Detail.ALIAS:
        return ""
    return person.phone if detail is Detail.WHOLE else mask_mobile(person.phone)


def _id_number(person: Contact, detail: Detail) -> str:
    return mask_id_number(person.id_number) if detail is Detail.WHOLE else ""


def _words(
    view: View, level: str, words: Words, person: Contact, *, whole: bool, hidden: bool
) -> dict[str, str]:
    if whole:
        return {"title": words.title, "text": words.text, "location": words.location}
    said = [person.name, person.phone, person.id_number]
    title, text, location = (
        redact(one, said=said, strictly=hidden) for one in (words.title, words.redacted, words.location)
    )
    if view is View.ASSIST:
        return {"title": title, "text": text[:SUMMARY_LENGTH], "location": location}
    return {"title": title, "text": text, "location": location}


def _reach(view: View, level: str, detail: Detail) -> Reach:
    if view in {View.ASSIST, View.OVERSEER, View.COMPLAINANT}:
        return Reach.NONE
    if detail is Detail.WHOLE:
        return Reach.DIRECT
    return Reach.RELAY_CALL if detail is Detail.MASKED else Reach.RELAY_MESSAGE


def _attachments(view: View, level: str, *, whole: bool, recused: bool) -> str:
    if whole:
        return "original"
    if recused or level == Confidentiality.SECRET:
        return "redacted"
    return "none" if view is View.ASSIST else "original"
