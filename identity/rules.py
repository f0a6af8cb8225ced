"""What makes a personal number, an enterprise's code and an authorisation valid."""

import calendar
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from identity.roles import Power

if TYPE_CHECKING:
    from identity.models import Organisation, Person
    from identity.selectors import Standing

#: The longest term of an authorisation (I-170).
LONGEST_TERM_MONTHS = 6


def resident_number(text: str) -> str:
    """The 公民身份号码 in its standard writing; ValueError if it is none."""
    try:
        number: str = ric.validate("".join(text.split()).upper())
        ric.get_birth_place(number)
    except (ValidationError, KeyError):  # stdnum raises KeyError for a birthplace it has never heard of
        raise ValueError(_("公民身份号码不正确，请核对 18 位号码")) from None
    return number


def birth_date_of(resident_number: str) -> date:
    """The day of birth that a valid 公民身份号码 carries."""
    born: date = ric.get_birth_date(resident_number)
    return born


def credit_code(text: str) -> str:
    """The 统一社会信用代码 in its standard writing; ValueError if it is none."""
    try:
        code: str = uscc.validate(text)
    except ValidationError:
        raise ValueError(_("统一社会信用代码不正确，请核对 18 位代码")) from None
    return code


def mobile_number(text: str) -> str:
    """Eleven digits starting with 1; ValueError otherwise. Nothing given is no number."""
    digits = text.replace(" ", "").replace("-", "").removeprefix("+86")
    if digits and not (len(digits) == 11 and digits.isascii() and digits.isdigit() and digits[0] == "1"):
        raise ValueError(_("手机号码应是 11 位数字"))
    return digits


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (I-76)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def objections_to_authorising(
    principal: "Person | Organisation",
    agent: "Person",
    giver: "Standing",
    *,
    matter_codes: Collection[str],
    powers: Collection[str],
    term: tuple[date, date],
) -> list[str]:
    """授权委托 is given by the principal, to somebody else, for named matters and powers, for half a year at most."""
    begins, ends = term
    objections = []
    if not giver.speaks_for(principal):
        objections.append(_("只有委托人本人或者企业的代表可以授权"))
    if giver.person_id == agent.pk:
        objections.append(_("不能授权给自己"))
    if not matter_codes:
        objections.append(_("请至少选择一个委托事项"))
    if not powers or not set(powers) <= set(Power.values):
        objections.append(_("请在代为填报、代为提交、代为领取结果中选择委托权限"))
    if ends < begins:
        objections.append(_("终止日期早于起始日期"))
    if ends > months_after(begins, LONGEST_TERM_MONTHS):
        objections.append(_("委托期限最长 6 个月"))
    return objections


def objections_to_appointing_a_clerk(
    clerk: "Person", giver: "Standing", *, is_legal_representative: bool, is_known: bool
) -> list[str]:
    """经办人 are named by the legal representative alone, and are people the portal knows."""
    objections = []
    if not is_legal_representative:
        objections.append(_("只有法定代表人可以指定或者撤销经办人"))
    if giver.person_id == clerk.pk:
        objections.append(_("您是法定代表人，不用再指定自己"))
    if not is_known:
        objections.append(_("对方还没有实名认证"))
    return objections
