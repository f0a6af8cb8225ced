"""Every way persons, organisations, posts, powers and tokens come to be and end."""

from identity.services.authorisation import authorise, revoke
from identity.services.registration import (
    appoint,
    dismiss,
    open_account,
    register_organisation,
    register_person,
    represent,
)
from identity.services.tokens import issue_token

__all__ = [
    "appoint",
    "authorise",
    "dismiss",
    "issue_token",
    "open_account",
    "register_organisation",
    "register_person",
    "represent",
    "revoke",
]
