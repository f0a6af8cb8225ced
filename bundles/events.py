"""What others may react to."""

from dataclasses import dataclass
from typing import ClassVar

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class BundlePublished(DomainEvent):
    """A new version of a bundle or single matter is what people apply for from now on."""

    public: ClassVar[bool] = True

    kind: str
    code: str
    number: int
    version_id: int

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, kw_only=True)
class BundleWithdrawn(DomainEvent):
    """Nobody can apply for it any more; applications under way go on."""

    public: ClassVar[bool] = True

    kind: str
    code: str
    reason: str

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.code}"
