"""Which ways a message takes, what may be silenced, and what counts as an address or a code."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from notifications.states import Channel, Kind

if TYPE_CHECKING:
    from notifications.models import ContactChoice

#: Digits of a code, minutes it is good for, wrong tries it survives.
CODE_DIGITS, CODE_MINUTES, CODE_TRIES = 6, 10, 5
#: Codes one person may ask for, and one address may get, within a day; and seconds between two.
CODES_A_DAY, SECONDS_BETWEEN_CODES = 6, 60

_MOBILE = re.compile(r"1[3-9]\d{9}")


def is_bound(kind: Kind, channel: Channel) -> bool:
    """Nobody can do without it: the box on the site for everything, SMS for what the law wants told."""
    return channel is Channel.IN_SITE or (kind is Kind.NOTICE and channel is Channel.SMS)


def ways(
    kind: Kind, choice: "ContactChoice | None", *, has_mobile: bool, has_mail: bool
) -> Iterator[Channel]:
    """The ways a message of this kind takes to somebody who chose so."""
    reachable = {Channel.IN_SITE: True, Channel.SMS: has_mobile, Channel.MAIL: has_mail}
    for channel in Channel:
        if reachable[channel] and (is_bound(kind, channel) or not _is_silenced(kind, channel, choice)):
            yield channel


def _is_silenced(kind: Kind, channel: Channel, choice: "ContactChoice | None") -> bool:
    return choice is not None and kind in choice.silenced(channel)


def silenced_kinds(channel: Channel, wanted: Collection[str]) -> list[str]:
    """The kinds that somebody who wants only these does without by this way."""
    return [kind.value for kind in Kind if kind.value not in wanted and not is_bound(kind, channel)]


def mobile(text: str) -> str:
    """A mobile number as people type it, with blanks, hyphens or +86; ValueError when it is none."""
    number = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    if not _MOBILE.fullmatch(number):
        raise ValueError("not a mobile number")
    return number


def code(text: str) -> str:
    """A code as people type it: full-width digits and blanks are forgiven."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def masked_mail(address: str) -> str:
    """l***@example.com: enough to recognise one's own."""
    name, _at, house = address.partition("@")
    return f"{name[:1]}***@{house}" if house else ""


def objections_to_sending(seconds_since_last: float | None, sent_today: int) -> list[str]:
    """A code costs money and may annoy a stranger: one a minute, six a day."""
    if sent_today >= CODES_A_DAY:
        return [_("今天发的验证码太多了，请明天再试，或者带身份证到政务服务大厅办理")]
    if seconds_since_last is not None and seconds_since_last < SECONDS_BETWEEN_CODES:
        return [_("刚刚发过验证码，请等一分钟再试")]
    return []
