"""What can go wrong between a person and a rule: every error carries its reasons, in words for people."""

from collections.abc import Mapping, Sequence

Fields = Mapping[str, Sequence[str]]


class DomainError(Exception):
    """A request the portal understands and does not grant; the edge turns it into an answer or a page."""

    code = "refused"
    status_code = 400

    def __init__(
        self,
        reasons: Sequence[str] | str,
        *,
        code: str | None = None,
        fields: Fields | None = None,
    ) -> None:
        self.reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        self.code = code or type(self).code
        self.fields = {key: list(messages) for key, messages in (fields or {}).items()}
        super().__init__(*self.reasons)

    def __str__(self) -> str:
        return "；".join(self.reasons)


class BadInput(DomainError):
    """What was sent cannot be read."""

    code = "bad_input"
    status_code = 400


class NotAllowed(DomainError):
    """This person may not do this."""

    code = "not_allowed"
    status_code = 403


class NotFound(DomainError):
    """Not there, or not yours: the two look alike."""

    code = "not_found"
    status_code = 404


class WrongState(DomainError):
    """Not in this state; `allowed` names what may be done now."""

    code = "wrong_state"
    status_code = 409

    def __init__(
        self,
        reasons: Sequence[str] | str,
        *,
        allowed: Sequence[str] = (),
        code: str | None = None,
        fields: Fields | None = None,
    ) -> None:
        super().__init__(reasons, code=code, fields=fields)
        self.allowed = list(allowed)


class Conflict(DomainError):
    """It clashes with something already there."""

    code = "conflict"
    status_code = 409


class Gone(DomainError):
    """It is over."""

    code = "gone"
    status_code = 410


class TooLarge(DomainError):
    """The file is larger than the portal takes."""

    code = "too_large"
    status_code = 413


class UnsupportedType(DomainError):
    """The file is of a type the portal does not take."""

    code = "unsupported_type"
    status_code = 415


class Refused(DomainError):
    """A rule refuses; the reasons say which."""

    code = "refused"
    status_code = 422


class TooOften(DomainError):
    """Asked more often than a person would; waiting helps."""

    code = "too_often"
    status_code = 429


def refuse_if(objections: Sequence[str]) -> None:
    """Raise Refused when a rule answered with objections."""
    if objections:
        raise Refused(objections)
