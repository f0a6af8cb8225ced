"""What happens to documents, licences and seals; others may react to these."""

from dataclasses import dataclass

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class DocumentsPrepared(DomainEvent):
    """Documents stand in the database and wait for number, page and seal. Published by whoever prepared them."""

    document_ids: list[str]
    about: str = ""

    @property
    def subject(self) -> str:
        return self.about


@dataclass(frozen=True, kw_only=True)
class DocumentSealed(DomainEvent):
    """The sealed PDF is there. `about` is what the document belongs to, such as "application:42"."""

    document_id: str
    kind: str
    title: str
    number: str
    about: str

    @property
    def subject(self) -> str:
        return self.about


@dataclass(frozen=True, kw_only=True)
class DocumentVoided(DomainEvent):
    """A wrong document counts no longer; its number stays taken (I-133)."""

    document_id: str
    number: str
    reason: str
    about: str

    @property
    def subject(self) -> str:
        return self.about


@dataclass(frozen=True, kw_only=True)
class LicenceRevoked(DomainEvent):
    """A licence was revoked (吊销), cancelled (注销) or amended (变更): what relied on it must look again."""

    licence_id: int
    number: str
    status: str
    reason: str

    @property
    def subject(self) -> str:
        return f"licence:{self.licence_id}"


@dataclass(frozen=True, kw_only=True)
class SealRevoked(DomainEvent):
    """Nothing more is sealed for the organ until it has another seal (I-195)."""

    organ: str
    serial: str
    reason: str

    @property
    def subject(self) -> str:
        return f"organ:{self.organ}"


@dataclass(frozen=True, kw_only=True)
class LicencePresented(DomainEvent):
    """The holder made a one-time code with which a stranger may look at chosen facts of the licence (亮证)."""

    licence_id: int
    presentation_id: int
    shows: list[str]

    @property
    def subject(self) -> str:
        return f"licence:{self.licence_id}"


@dataclass(frozen=True, kw_only=True)
class PresentationSeen(DomainEvent):
    """Somebody used the code; who it was is not known, and nothing of them is kept."""

    licence_id: int
    presentation_id: int

    @property
    def subject(self) -> str:
        return f"licence:{self.licence_id}"
