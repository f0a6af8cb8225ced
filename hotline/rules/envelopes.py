"""
What every channel hands over, whatever it looked like before (H-10): one envelope, then channel-blind.

An envelope holds what was said and who said it; when it came is the server's to say (H-34).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from common.crypto import keyed_hash
from hotline.states import Channel, ComplainantKind, OrderType

__all__ = [
    "ELEMENTS",
    "OWN_DOORS",
    "Element",
    "IntakeEnvelope",
    "complainant_key",
    "delivery_key",
    "saying_keys",
]

#: The five elements asked at intake, by key (H-32).
ELEMENTS: Mapping[str, str] = {
    "who": "什么人",
    "when": "什么时间",
    "where": "什么地点",
    "what": "什么事",
    "wanted": "什么诉求",
}

#: Doors through which people speak for themselves, logged in or not.
OWN_DOORS = frozenset({Channel.WEB, Channel.MINI, Channel.WECHAT, Channel.PORTAL_CASE, Channel.OPEN311})

#: Two equal sayings within this time are one (H-12).
BUCKET = timedelta(minutes=10)


@dataclass(frozen=True)
class Element:
    """One of the five: what was answered, or nothing although it was asked; never invented."""

    value: str | None = None
    asked: bool = False


@dataclass(frozen=True, kw_only=True)
class IntakeEnvelope:
    """One delivery by one of the thirteen channels."""

    channel: Channel
    text: str
    title: str = ""
    source_ref: str = ""
    #: What the source says of the time: kept apart, never taken for ours (H-34).
    source_at: datetime | None = None
    source_due_at: datetime | None = None
    source_feedback: bool = False

    complainant_kind: ComplainantKind = ComplainantKind.NATURAL_PERSON
    person_id: int | None = None
    name: str = ""
    phone: str = ""
    id_number: str = ""
    credit_code: str = ""
    anonymous: bool = False
    #: What the channel knows its sender by where no number is known: an openid, a nickname.
    sender: str = ""

    order_type: OrderType = OrderType.HELP
    #: Given by the channel or chosen by an agent; empty lets the classifier choose.
    category: str = ""
    urgency: str = ""
    fact_tag: str = ""
    elements: Mapping[str, Element] = field(default_factory=dict)
    occurred_at: datetime | None = None
    location_text: str = ""
    address_id: str = ""
    longitude: float | None = None
    latitude: float | None = None
    region_code: str = ""
    subject_name: str = ""
    subject_code: str = ""
    #: Code of the department complained of, where the channel knows it.
    subject_department: str = ""

    reference: str = ""
    matter_code: str = ""
    bundle_code: str = ""
    window_ticket: str = ""

    file_ids: tuple[UUID, ...] = ()
    confidential: str = ""
    publish_consent: bool = False
    leader_mail: bool = False
    enterprise: bool = False
    #: The petition office already handles it (H-22).
    in_petition: bool = False
    #: An agent or the police have pressed the button: the line to transfer to (H-17).
    emergency_line: str = ""


def delivery_key(envelope: IntakeEnvelope) -> str:
    """One delivery, one key (H-11)."""
    return keyed_hash(f"delivery|{envelope.channel}|{envelope.source_ref}")


def saying_keys(envelope: IntakeEnvelope, category: str, now: datetime) -> tuple[str, str]:
    """
    The key of what was said in this ten minutes, and the one of the ten minutes before (H-12).

    Where a third-party application knows nobody, two places are two sayings.
    """
    who = envelope.phone or envelope.sender or (f"person {envelope.person_id}" if envelope.person_id else "")
    where = f"{envelope.latitude} {envelope.longitude} {envelope.address_id} {envelope.location_text}"
    who = who or (f"at {where}" if envelope.channel == Channel.OPEN311 else "")
    said = f"{envelope.channel}|{who}|{category}|{normal_text(envelope.text)}"
    bucket = int(now.timestamp() // BUCKET.total_seconds())
    return keyed_hash(f"saying|{said}|{bucket}"), keyed_hash(f"saying|{said}|{bucket - 1}")


def normal_text(text: str) -> str:
    """NFKC, lower case, letters and digits only: what two sayings are compared by."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in plain if sign.isalnum())


def complainant_key(envelope: IntakeEnvelope) -> str:
    """Whoever says the same of themselves is one person to counts; nobody knows the anonymous (section 17)."""
    told = (
        ("phone", envelope.phone),
        ("id", envelope.id_number),
        ("code", envelope.credit_code),
        ("person", str(envelope.person_id or "")),
        (str(envelope.channel), envelope.sender),
    )
    return next((keyed_hash(f"{kind}|{value}") for kind, value in told if value), "")
