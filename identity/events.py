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


@dataclass(frozen=True, kw_only=True)
class ClerkAppointed(DomainEvent):
    """The legal representative lets a person act for the organisation (经办人)."""

    organisation_id: int
    representation_id: int

    @property
    def subject(self) -> str:
        return f"organisation:{self.organisation_id}"


@dataclass(frozen=True, kw_only=True)
class ClerkDismissed(DomainEvent):
    """From this moment the person does not act for the organisation any more."""

    organisation_id: int
    representation_id: int

    @property
    def subject(self) -> str:
        return f"organisation:{self.organisation_id}"
