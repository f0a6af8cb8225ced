"""
亮证: the holder makes a code, a stranger uses it once, the holder sees that it was used (decision 15).

The code is 192 random bits, lives for minutes, and is stored as a keyed hash.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.crypto import keyed_hash, mask_name
from common.errors import Gone, NotFound, Refused, TooOften, WrongState, refuse_if
from common.speaking import local_text
from events import publish
from identity.models import Account
from identity.selectors import standing
from licences.events import LicencePresented, PresentationSeen
from licences.models import Licence, Presentation
from licences.rules import masked_number
from licences.services.lookups import may_present
from licences.states import Face, LicenceStatus

__all__ = ["Shown", "check_code", "look_once", "present", "presentation_of", "take_back"]

LASTS = timedelta(minutes=5)
CODE_BYTES = 24


@dataclass(frozen=True)
class Shown:
    """What a stranger sees: type and validity, and of the rest what the holder chose; None where it was not."""

    type: str
    validity: str
    is_valid: bool
    number: str | None = None
    holder: str | None = None
    issuer: str | None = None
    valid_until: date | None = None
    shows: frozenset[str] = frozenset()


@transaction.atomic
def present(licence_id: int, *, by: Account, shows: Collection[str]) -> tuple[Presentation, str]:
    """A new code for one of one's own licences, and the code itself, which is kept nowhere; earlier ones end."""
    if not may_present(by.pk):
        raise TooOften(_("亮证太频繁，请一分钟后再试"))
    licence = Licence.objects.of_holder(standing(by)).select_for_update().filter(pk=licence_id).first()
    if licence is None:
        raise NotFound(_("没有找到这份证照"))
    refuse_if([] if set(shows) <= set(Face.values) else [_("请在列出的内容中选择")])
    if licence.standing != LicenceStatus.VALID:
        raise Refused(_("这份证照%(state)s，不能出示") % {"state": local_text(licence.standing.label)})
    now, code = timezone.now(), secrets.token_urlsafe(CODE_BYTES)
    Presentation.objects.open_at(now).filter(licence=licence, shown_by=by).update(ended_at=now)
    made = Presentation.objects.create(
        licence=licence,
        shown_by=by,
        shows=sorted(set(shows)),
        code_hash=keyed_hash(code),
        created_at=now,
        expires_at=now + LASTS,
    )
    publish(LicencePresented(licence_id=licence.pk, presentation_id=made.pk, shows=made.shows), by=by)
    return made, code


def presentation_of(presentation_id: int, *, by: Account) -> Presentation:
    """One's own showing, with its licence; NotFound to everybody else."""
    rows = Presentation.objects.select_related("licence__type", "licence__issuer").defer("licence__facts")
    made = rows.filter(pk=presentation_id, shown_by=by).first()
    if made is None:
        raise NotFound(_("没有找到这次亮证"))
    return made


def take_back(presentation_id: int, *, by: Account) -> None:
    """End the code at once; one that was used or is over stays what it is."""
    mine = Presentation.objects.filter(pk=presentation_id, shown_by=by)
    if not mine.open_at(timezone.now()).update(ended_at=timezone.now()):
        made = presentation_of(presentation_id, by=by)
        raise WrongState(_("已经被查看过") if made.seen_at else _("二维码已经失效"))


def check_code(code: str) -> None:
    """Whether the code may still be used, without using it; Gone with the reason, or NotFound."""
    made = Presentation.objects.filter(code_hash=keyed_hash(code)).first()
    if made is None or not made.is_open(timezone.now()):
        raise _over(made)


@transaction.atomic
def look_once(code: str) -> Shown:
    """Use the code up: of any number who try at once, one sees the licence, the others are told that it is over."""
    now = timezone.now()
    found = Presentation.objects.filter(code_hash=keyed_hash(code))
    if not found.open_at(now).update(seen_at=now):
        raise _over(found.first())
    seen = found.select_related("licence__type", "licence__issuer").defer("licence__facts").get()
    publish(PresentationSeen(licence_id=seen.licence_id, presentation_id=seen.pk))
    return _shown(seen)


def _over(made: Presentation | None) -> Gone | NotFound:
    if made is None:
        return NotFound(_("没有这个二维码，请持证人重新出示"))
    if made.seen_at:
        return Gone(_("这个二维码已经用过了：每个只能查看一次，请持证人重新出示"), code="used_up")
    if made.ended_at:
        return Gone(_("持证人已经收回这个二维码"), code="taken_back")
    return Gone(_("这个二维码已经过了 5 分钟有效期，请持证人重新出示"), code="expired")


def _shown(seen: Presentation) -> Shown:
    licence, shows = seen.licence, frozenset(seen.shows)
    name = mask_name(licence.holder_name) if licence.holder_person_id else licence.holder_name
    return Shown(
        type=licence.type.name,
        validity=str(licence.standing.label),
        is_valid=licence.standing == LicenceStatus.VALID,
        number=masked_number(licence.number) if Face.NUMBER in shows else None,
        holder=name if Face.HOLDER in shows else None,
        issuer=licence.issuer.name if Face.ISSUER in shows else None,
        valid_until=licence.valid_until if Face.VALID_UNTIL in shows else None,
        shows=shows,
    )
