"""
Thirteen mouths, one envelope (多口归一, H-10): what each channel sends, read into the same shape.

Pure: the payload as the channel writes it in, an envelope out; BadInput names what cannot be read.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from common.errors import BadInput
from hotline.rules.envelopes import ELEMENTS, Element, IntakeEnvelope
from hotline.states import Channel, ComplainantKind, Confidentiality, OrderType, Urgency

__all__ = ["ADAPTERS", "BY_KEY", "DELIVERED", "envelope_of"]

Payload = Mapping[str, Any]

#: What is left of an evaluation that becomes an order: the window's service, or the rating itself (E-53).
_RATED = {"window": "0102", "rating": "0107"}
#: Why an application became an order: late, or the joint handling of a bundle.
_UNRESOLVED = {"late": "0103", "bundle": "0105"}


#: Channels behind which another system stands: it delivers what it was told, under its own number.
DELIVERED = frozenset(
    {
        Channel.MINI,
        Channel.WECHAT,
        Channel.MEDIA,
        Channel.LEADER,
        Channel.PETITION,
        Channel.SAFETY,
        Channel.PRIVATE_ENT,
        Channel.P110,
    }
)
#: What a key can be issued for: those, applications that speak Open311, and the telephone switch.
BY_KEY = DELIVERED | {Channel.OPEN311, Channel.PHONE}


def envelope_of(channel: str, payload: Payload) -> IntakeEnvelope:
    """The envelope of one delivery; every channel by its own adapter."""
    if channel not in ADAPTERS:
        raise BadInput("没有这个渠道", fields={"channel": ["没有这个渠道"]})
    return ADAPTERS[Channel(channel)](payload)


def _text(payload: Payload, key: str) -> str:
    value = payload.get(key, "")
    return "" if value is None else str(value).strip()


def _moment(payload: Payload, key: str) -> datetime | None:
    text = _text(payload, key)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{key} 不是时间", fields={key: ["不是时间"]}) from None
    if moment.tzinfo is None:
        raise BadInput(f"{key} 要写明时区", fields={key: ["要写明时区"]})
    return moment


def _degrees(payload: Payload, key: str) -> float | None:
    text = _text(payload, key)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{key} 不是数字", fields={key: ["不是数字"]}) from None


def _kind(payload: Payload, default: OrderType) -> OrderType:
    wanted = _text(payload, "order_type") or default
    if wanted not in OrderType.values:
        raise BadInput("没有这种诉求类型", fields={"order_type": ["没有这种诉求类型"]})
    return OrderType(wanted)


def _level(payload: Payload) -> str:
    wanted = _text(payload, "confidential")
    if wanted and wanted not in Confidentiality.values:
        raise BadInput("没有这个保密级别", fields={"confidential": ["没有这个保密级别"]})
    return wanted


def _common(channel: Channel, payload: Payload, *, ref: str, default: OrderType) -> dict[str, Any]:
    """What every channel may say, by the same names once read."""
    return {
        "channel": channel,
        "source_ref": _text(payload, ref)[:64],
        "source_at": _moment(payload, "received_at"),
        "source_due_at": _moment(payload, "deadline"),
        "title": _text(payload, "title"),
        "text": _text(payload, "text"),
        "order_type": _kind(payload, default),
        "name": _text(payload, "name"),
        "phone": _text(payload, "phone"),
        "id_number": _text(payload, "id_number"),
        "credit_code": _text(payload, "credit_code"),
        "person_id": payload.get("person_id"),
        "anonymous": bool(payload.get("anonymous")),
        "occurred_at": _moment(payload, "occurred_at"),
        "location_text": _text(payload, "location"),
        "address_id": _text(payload, "address_id"),
        "longitude": _degrees(payload, "lon"),
        "latitude": _degrees(payload, "lat"),
        "region_code": _text(payload, "region_code"),
        "subject_name": _text(payload, "subject_name"),
        "subject_code": _text(payload, "subject_code"),
        "reference": _text(payload, "reference"),
        "matter_code": _text(payload, "matter_code"),
        "bundle_code": _text(payload, "bundle_code"),
        "window_ticket": _text(payload, "window_ticket"),
        "file_ids": tuple(payload.get("file_ids", ())),
        "confidential": _level(payload),
        "publish_consent": bool(payload.get("publish_consent")),
    }


def _phone(payload: Payload) -> IntakeEnvelope:
    """The call's number and the caller's; an agent's ticks, choices and the seat it came in by (H-19, H-32)."""
    said = _common(Channel.PHONE, payload, ref="call_id", default=OrderType.HELP)
    said["phone"] = said["phone"] or _text(payload, "caller")
    given: Mapping[str, Mapping[str, Any]] = payload.get("elements", {})
    return IntakeEnvelope(
        **said,
        elements={
            key: Element(one.get("value") or None, bool(one.get("asked")))
            for key, one in given.items()
            if key in ELEMENTS
        },
        category=_text(payload, "category"),
        urgency=_text(payload, "urgency"),
        emergency_line=_text(payload, "emergency_line"),
        enterprise=_text(payload, "seat") == "enterprise",
        complainant_kind=ComplainantKind.LEGAL_PERSON
        if said["credit_code"]
        else ComplainantKind.NATURAL_PERSON,
    )


def _web(payload: Payload) -> IntakeEnvelope:
    """A form of the site, with the application's number when raised from its page (H-60)."""
    return IntakeEnvelope(**_common(Channel.WEB, payload, ref="form_id", default=OrderType.COMPLAINT))


def _mini(payload: Payload) -> IntakeEnvelope:
    """A form of the phone, its place from a pin on the map."""
    pin: Mapping[str, Any] = payload.get("pin") or {}
    placed = {**payload, "lon": pin.get("lon", payload.get("lon")), "lat": pin.get("lat", payload.get("lat"))}
    placed["location"] = payload.get("location") or pin.get("name", "")
    return IntakeEnvelope(**_common(Channel.MINI, placed, ref="form_id", default=OrderType.COMPLAINT))


def _wechat(payload: Payload) -> IntakeEnvelope:
    """A message; who follows it up within half an hour goes on with the same appeal (services.intake)."""
    said = _common(Channel.WECHAT, payload, ref="msg_id", default=OrderType.HELP)
    return IntakeEnvelope(**said, sender=_text(payload, "openid"))


def _media(payload: Payload) -> IntakeEnvelope:
    """A message board: a nickname, a deadline, and an answer that will be printed."""
    said = _common(Channel.MEDIA, payload, ref="board_id", default=OrderType.COMPLAINT)
    return IntakeEnvelope(**said, sender=_text(payload, "nickname"), source_feedback=True)


def _leader(payload: Payload) -> IntakeEnvelope:
    """A letter to a leader; its end needs the head of the department."""
    said = _common(Channel.LEADER, payload, ref="mail_id", default=OrderType.COMPLAINT)
    return IntakeEnvelope(**said, leader_mail=True, source_feedback=bool(payload.get("feedback", True)))


def _petition(payload: Payload) -> IntakeEnvelope:
    """A petition; one that is in the procedure already is guided back to it (H-22)."""
    said = _common(Channel.PETITION, payload, ref="petition_no", default=OrderType.COMPLAINT)
    in_procedure = bool(payload.get("in_procedure"))
    return IntakeEnvelope(**said, in_petition=in_procedure, source_feedback=not in_procedure)


def _safety(payload: Payload) -> IntakeEnvelope:
    """A report of danger at work: 1204, a report, secret, urgent; the reporter may stay nameless."""
    said = _common(Channel.SAFETY, payload, ref="report_id", default=OrderType.REPORT)
    said |= {"order_type": OrderType.REPORT, "confidential": Confidentiality.SECRET}
    said["anonymous"] = said["anonymous"] or not said["name"]
    return IntakeEnvelope(**said, category="1204", urgency=Urgency.URGENT, source_feedback=True)


def _private_ent(payload: Payload) -> IntakeEnvelope:
    """A private enterprise whose rights were hurt: 0202, for 工商联, in the enterprises' queue (H-19)."""
    said = _common(Channel.PRIVATE_ENT, payload, ref="case_id", default=OrderType.COMPLAINT)
    if not said["credit_code"]:
        raise BadInput("非公企业维权要有统一社会信用代码", fields={"credit_code": ["缺少统一社会信用代码"]})
    kind = ComplainantKind.LEGAL_PERSON
    return IntakeEnvelope(**said, category="0202", enterprise=True, complainant_kind=kind)


def _p110(payload: Payload) -> IntakeEnvelope:
    """A police ticket that is no police matter: kept, answered to 110, never handed back (H-14, H-18)."""
    said = _common(Channel.P110, payload, ref="ticket_no", default=OrderType.HELP)
    if not said["source_ref"]:
        raise BadInput("110 转办要有警单号", fields={"ticket_no": ["缺少警单号"]})
    return IntakeEnvelope(**said, source_feedback=True)


def _eval(payload: Payload) -> IntakeEnvelope:
    """A bad rating: who rated stays with the evaluation; the unit rated never hosts it (E-53, H-144)."""
    said = _common(Channel.EVAL, payload, ref="evaluation_id", default=OrderType.COMPLAINT)
    said |= {"order_type": OrderType.COMPLAINT, "name": "", "phone": "", "person_id": None, "anonymous": True}
    about = _text(payload, "about") or "window"
    return IntakeEnvelope(
        **said, category=_known(_RATED, about, "about"), subject_department=_text(payload, "department")
    )


def _portal_case(payload: Payload) -> IntakeEnvelope:
    """办不成事: raised in an application, by its cause; the number and a running one are the reference."""
    said = _common(Channel.PORTAL_CASE, payload, ref="reference", default=OrderType.COMPLAINT)
    if said["reference"]:
        said["source_ref"] = f"{said['reference']}-{_text(payload, 'seq') or 1}"
    cause = _text(payload, "cause") or "late"
    return IntakeEnvelope(
        **said, category=_known(_UNRESOLVED, cause, "cause"), subject_department=_text(payload, "department")
    )


def _open311(payload: Payload) -> IntakeEnvelope:
    """A third-party app, by the words of Open311 GeoReport v2 (section 21)."""
    names = [_text(payload, "first_name"), _text(payload, "last_name")]
    read = {
        **payload,
        "text": payload.get("description", payload.get("text", "")),
        "location": payload.get("address_string", payload.get("location", "")),
        "lon": payload.get("long", payload.get("lon")),
        "name": payload.get("name") or "".join(reversed([one for one in names if one])),
    }
    said = _common(Channel.OPEN311, read, ref="request_ref", default=OrderType.COMPLAINT)
    sender = _text(payload, "account_id") or _text(payload, "device_id")
    return IntakeEnvelope(**said, category=_text(payload, "service_code"), sender=sender)


def _known(codes: Mapping[str, str], value: str, key: str) -> str:
    if value not in codes:
        raise BadInput(f"{key} 只能是 {'、'.join(codes)}", fields={key: ["不认识的取值"]})
    return codes[value]


#: Every channel once; a test holds us to that.
ADAPTERS: Mapping[Channel, Callable[[Payload], IntakeEnvelope]] = {
    Channel.PHONE: _phone,
    Channel.WEB: _web,
    Channel.MINI: _mini,
    Channel.WECHAT: _wechat,
    Channel.MEDIA: _media,
    Channel.LEADER: _leader,
    Channel.PETITION: _petition,
    Channel.SAFETY: _safety,
    Channel.PRIVATE_ENT: _private_ent,
    Channel.P110: _p110,
    Channel.EVAL: _eval,
    Channel.PORTAL_CASE: _portal_case,
    Channel.OPEN311: _open311,
}
