"""Every way persons, organisations, posts, powers and tokens come to be and end."""

from identity.services.authorisation import authorise, find_agent, revoke
from identity.services.clerks import appoint_clerk, dismiss_clerk
from identity.services.confirming import confirm_identity
from identity.services.contact import keep_mail, keep_mobile
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
    "appoint_clerk",
    "authorise",
    "confirm_identity",
    "dismiss",
    "dismiss_clerk",
    "find_agent",
    "issue_token",
    "keep_mail",
    "keep_mobile",
    "open_account",
    "register_organisation",
    "register_person",
    "represent",
    "revoke",
]
