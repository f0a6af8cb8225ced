"""What is read, and what is found."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

__all__ = ["DISTRICT", "GAP", "Message", "Topic", "normal"]

#: Stands where a name of a district was: no name goes across it.
GAP = "|"
#: Districts as letters write them where names are withheld: A市, A3区, A7县.
DISTRICT = re.compile(r"[A-Z]\d{0,3}(?:省|市|区|县)")
_BLANK = re.compile(r"[\s\u3000·•“”\"'‘’《》<>【】\[\]]+")


@dataclass(frozen=True)
class Message:
    """One message: who wrote, what, when; how many agree and disagree. ``region`` is the district where known."""

    key: str
    person: str
    title: str
    text: str
    at: datetime
    agree: int = 0
    disagree: int = 0
    region: str = ""

    @cached_property
    def head(self) -> str:
        """The title, tidied."""
        return normal(self.title)

    @cached_property
    def body(self) -> str:
        """The text, tidied."""
        return normal(self.text)


@dataclass(frozen=True)
class Topic:
    """One hot spot: its members, oldest first, and how hot it is."""

    members: tuple[Message, ...]
    place: str
    title: str
    words: tuple[str, ...]
    heat: float
    #: What the place is called in the messages, most said first.
    names: tuple[str, ...] = field(default=())

    @property
    def people(self) -> int:
        """Distinct writers."""
        return len({one.person for one in self.members})

    @property
    def first_at(self) -> datetime:
        """When it was first said."""
        return self.members[0].at

    @property
    def last_at(self) -> datetime:
        """When it was last said."""
        return self.members[-1].at


def normal(text: str) -> str:
    """Full-width letters made plain, blanks and quotation marks gone."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).upper()
