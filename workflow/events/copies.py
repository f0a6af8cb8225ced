"""What happens to the copy of everything that is one person's."""

from dataclasses import dataclass

from events import DomainEvent

__all__ = ["CopyAsked", "CopyMade", "CopyTaken"]


@dataclass(frozen=True, kw_only=True)
class CopyFact(DomainEvent):
    """Something about a copy of everything that is one person's (个人数据副本)."""

    copy_id: str

    @property
    def subject(self) -> str:
        return f"copy:{self.copy_id}"


@dataclass(frozen=True, kw_only=True)
class CopyAsked(CopyFact):
    """The person wants everything as one file; a worker makes it."""


@dataclass(frozen=True, kw_only=True)
class CopyMade(CopyFact):
    """The file is there, for some days."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class CopyTaken(CopyFact):
    """The person showed once more who they are, and took the file away."""
