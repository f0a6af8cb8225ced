"""What changed in how people want to be told; no fact holds a number or an address."""

from dataclasses import dataclass

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ContactFact(DomainEvent):
    """Something about how one person is reached."""

    person_id: int

    @property
    def subject(self) -> str:
        return f"person:{self.person_id}"


@dataclass(frozen=True, kw_only=True)
class ContactConfirmed(ContactFact):
    """The person showed that a number or mail address is theirs; from now on it is used."""

    channel: str


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(ContactFact):
    """The person wants no more mail at all; the address is forgotten."""

    channel: str


@dataclass(frozen=True, kw_only=True)
class ContactChosen(ContactFact):
    """The person chose which kinds of messages come by which way; these they do without."""

    without_sms: list[str]
    without_mail: list[str]
