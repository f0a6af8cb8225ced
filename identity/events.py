"""What happens to people's powers; others may react to these."""

from dataclasses import dataclass

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class AuthorisationGiven(DomainEvent):
    """A principal lets an agent act (I-170)."""

    authorisation_id: int
    number: str

    @property
    def subject(self) -> str:
        return f"authorisation:{self.authorisation_id}"


@dataclass(frozen=True, kw_only=True)
class AuthorisationRevoked(DomainEvent):
    """From this moment the agent may do nothing more under it."""

    authorisation_id: int
    number: str

    @property
    def subject(self) -> str:
        return f"authorisation:{self.authorisation_id}"
