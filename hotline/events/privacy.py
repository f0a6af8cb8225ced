"""What happens around who complained: keys, files, lists, publications (section 14)."""

from dataclasses import dataclass

from events import DomainEvent
from hotline.events import OrderFact


@dataclass(frozen=True, kw_only=True)
class UnmaskRequested(OrderFact):
    """H-142: somebody asks to read who complained."""

    grant_id: int


@dataclass(frozen=True, kw_only=True)
class UnmaskKeyTurned(OrderFact):
    """H-142: one of the two keys."""

    grant_id: int
    key: int


@dataclass(frozen=True, kw_only=True)
class UnmaskGranted(OrderFact):
    """H-142: both keys; the complainant is told unless a law forbids it."""

    grant_id: int
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class UnmaskRefused(OrderFact):
    """H-142: one of the keys said no."""

    grant_id: int


@dataclass(frozen=True, kw_only=True)
class FileRedacted(OrderFact):
    """H-141: a file has a version without the person."""

    file_id: int


@dataclass(frozen=True, kw_only=True)
class PublicationDecided(OrderFact):
    """H-146: a second person decided whether the public may read of it."""

    published: bool


@dataclass(frozen=True, kw_only=True)
class RetaliationReported(DomainEvent):
    """H-147: under a subject of its own, so that no timeline of the order shows it."""

    report_id: int

    @property
    def subject(self) -> str:
        return f"retaliation:{self.report_id}"


@dataclass(frozen=True, kw_only=True)
class OrdersExported(DomainEvent):
    """H-143: so many rows left the house."""

    export_id: int
    rows: int

    @property
    def subject(self) -> str:
        return f"order_export:{self.export_id}"


@dataclass(frozen=True, kw_only=True)
class OrderExportDecided(DomainEvent):
    """H-143: a second person agreed to a long list, or did not."""

    export_id: int
    approved: bool

    @property
    def subject(self) -> str:
        return f"order_export:{self.export_id}"
