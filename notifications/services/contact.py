"""How somebody is reached: a number or mail address counts once its owner has shown it is theirs."""

import datetime as dt
from collections.abc import Collection
from secrets import compare_digest, randbelow
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.crypto import keyed_hash
from common.errors import NotAllowed, Refused
from common.signed_http import GatewayError
from events import publish
from identity.models import Account, Person
from identity.services import confirm_identity, keep_mail, keep_mobile
from notifications import gateways, rules
from notifications.events import ContactChosen, ContactConfirmed, ContactRemoved
from notifications.models import ContactChoice, ContactCode
from notifications.services.sending import Notice, send
from notifications.states import Channel

__all__ = ["choose", "confirm_code", "remove_mail", "send_code"]

log = structlog.get_logger(__name__)


def send_code(channel: Channel, address: str, *, by: Account, password: str = "") -> str:
    """
    Send a code to the address, once it is shown that the account's owner asks; Refused says why not.

    Answers with the code, which nobody but a demo without an SMS platform may show.
    """
    confirm_identity(by, password)
    code = f"{randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    row = _noted(channel, address, code, by)
    try:
        _leave(row, code)
    except (GatewayError, SMTPException, OSError) as error:
        log.warning("code_not_sent", channel=channel, error=type(error).__name__)
        row.delete()
        raise Refused(_("验证码暂时发不出去，请过几分钟再试")) from error
    return code


@transaction.atomic
def _noted(channel: Channel, address: str, code: str, by: Account) -> ContactCode:
    """One code at a time for each person, whoever presses twice."""
    person = Person.objects.select_for_update().get(pk=_person_id(by))
    now, digest = timezone.now(), keyed_hash(address)
    lately = ContactCode.objects.filter(
        Q(person=person) | Q(address_hash=digest), created_at__gt=now - dt.timedelta(days=1)
    ).order_by("-created_at")
    times = list(lately.values_list("created_at", flat=True)[: rules.CODES_A_DAY])
    since_last = (now - times[0]).total_seconds() if times else None
    if objections := rules.objections_to_sending(since_last, len(times)):
        raise Refused(objections)
    return ContactCode.objects.create(
        person=person,
        channel=channel,
        address=address,
        address_hash=digest,
        code_hash=_digest(person.pk, code),
        created_at=now,
        expires_at=now + dt.timedelta(minutes=rules.CODE_MINUTES),
    )


def _leave(row: ContactCode, code: str) -> None:
    text = f"验证码 {code}，{rules.CODE_MINUTES} 分钟内有效。只在本平台填写，谁来要都不要给。"
    if row.channel == Channel.SMS:
        gateways.sms().send(row.address, text, f"code-{row.pk}")
    else:
        send_mail("政务服务验证码", text, settings.DEFAULT_FROM_EMAIL, [row.address])


@transaction.atomic
def confirm_code(channel: Channel, typed: str, *, by: Account) -> list[str]:
    """Use the address from now on if the code is right; else why it is not. A wrong try is counted."""
    rows = ContactCode.objects.select_for_update().filter(person=_person_id(by), channel=channel)
    row = rows.order_by("-created_at").first()
    if row is None or row.used_at or row.expires_at <= timezone.now() or row.tries >= rules.CODE_TRIES:
        return [_("验证码已经失效，请重新获取")]
    row.tries += 1
    if not compare_digest(row.code_hash, _digest(row.person_id, rules.code(typed))):
        row.save(update_fields=["tries"])
        left = rules.CODE_TRIES - row.tries
        return [
            _("验证码不对，还可以再试 %(left)d 次") % {"left": left} if left else _("验证码不对，请重新获取")
        ]
    row.used_at = timezone.now()
    row.save(update_fields=["tries", "used_at"])
    _use(row, by)
    return []


def _use(row: ContactCode, by: Account) -> None:
    if row.channel == Channel.SMS:
        before = keep_mobile(row.person_id, row.address)
        if before and before != row.address:
            transaction.on_commit(lambda: _warn(before, row.pk), robust=True)
    else:
        keep_mail(row.person_id, row.address)
    publish(ContactConfirmed(person_id=row.person_id, channel=row.channel), by=by)
    _tell(row.person_id, Channel(row.channel), f"contact:{row.pk}")


def _warn(number: str, reference: int) -> None:
    """The number that is given up hears of it, so that nobody loses theirs unnoticed."""
    text = "您的政务服务账号改用了别的手机号。不是您本人改的，请马上拨打12345。"
    gateways.sms().send(number, text, f"code-{reference}-before")


def _tell(person_id: int, channel: Channel, key: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):  # messages are in Chinese, whoever reads the page
        context = {"what": str(channel.label), "url": "/my/contact/"}
    send(Notice(person_id, "contact_changed", context, key, f"person:{person_id}"))


@transaction.atomic
def remove_mail(*, by: Account) -> None:
    """No mail any more; the address is forgotten. A mobile number can be replaced, not removed."""
    person_id = _person_id(by)
    if keep_mail(person_id, ""):
        publish(ContactRemoved(person_id=person_id, channel=Channel.MAIL), by=by)


@transaction.atomic
def choose(*, sms: Collection[str], mail: Collection[str], by: Account) -> None:
    """Only these kinds by SMS and by mail; what the law wants told comes by SMS whatever was chosen."""
    person_id = _person_id(by)
    without_sms = rules.silenced_kinds(Channel.SMS, sms)
    without_mail = rules.silenced_kinds(Channel.MAIL, mail)
    kept, _created = ContactChoice.objects.select_for_update().get_or_create(person_id=person_id)
    if (kept.without_sms, kept.without_mail) == (without_sms, without_mail):
        return
    kept.without_sms, kept.without_mail = without_sms, without_mail
    kept.save()
    publish(ContactChosen(person_id=person_id, without_sms=without_sms, without_mail=without_mail), by=by)


def _person_id(account: Account) -> int:
    if account.person_id is None:
        raise NotAllowed(_("这个账号没有对应的个人，不能设置联系方式"))
    return account.person_id


def _digest(person_id: int, code: str) -> str:
    return keyed_hash(f"code:{person_id}:{code}")
