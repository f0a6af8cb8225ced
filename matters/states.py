"""The fixed vocabularies of the catalogue; the words of the data files are their labels."""

from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

#: No special procedure of any matter may be expected to take more natural days (I-92).
LONGEST_PROCEDURE = 365


class Worded(TextChoices):
    """Choices that the data files name by their Chinese label."""

    @classmethod
    def worded(cls, text: str) -> Self:
        """The member whose value or label is ``text``; ValueError names the words that are known."""
        for member in cls:
            if text in (member.value, member.label):
                return member
        raise ValueError(f"{text!r} 不在 {'、'.join(str(label) for label in cls.labels)} 之内")


class MatterType(Worded):
    """What kind of power or service a matter is (事项类型)."""

    ADMINISTRATIVE_LICENCE = "administrative_licence", _("行政许可")
    ADMINISTRATIVE_CONFIRMATION = "administrative_confirmation", _("行政确认")
    ADMINISTRATIVE_PAYMENT = "administrative_payment", _("行政给付")
    ADMINISTRATIVE_FILING = "administrative_filing", _("行政备案")
    OTHER_POWER = "other_power", _("其他行政权力")
    PUBLIC_SERVICE = "public_service", _("公共服务")
    JUDICIAL_ASSISTANCE = "judicial_assistance", _("司法协助")


class Audience(Worded):
    """Whom a matter is for (服务对象)."""

    PERSONAL = "personal", _("个人")
    ENTERPRISE = "enterprise", _("企业")
    BOTH = "both", _("个人和企业")


class Handling(Worded):
    """Decided on the spot by one person (即办件), or within a promised time (承诺件)."""

    INSTANT = "instant", _("即办件")
    PROMISED = "promised", _("承诺件")


class ResultKind(Worded):
    """What the applicant carries away; each kind has one print layout."""

    LICENCE = "licence", _("证照")
    PROOF = "proof", _("证明")
    VOUCHER = "voucher", _("凭证")
    REGISTRATION = "registration", _("登记")
    APPROVAL = "approval", _("批文")


class Level(Worded):
    """The levels of government at which a matter can be handled (办理层级)."""

    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    COUNTY = "county", _("县")
    TOWNSHIP = "township", _("乡")
    VILLAGE = "village", _("村")


class CrossRegional(Worded):
    """How far from home a matter can be handled (跨域通办)."""

    NONE = "none", _("无")
    PROVINCIAL = "provincial", _("全省通办")
    INTER_PROVINCIAL = "inter_provincial", _("跨省通办")


class MandatePower(Worded):
    """What a mandate lets its holder do in the department's name (授权书)."""

    ACCEPT = "accept", _("受理")
    DECIDE = "decide", _("决定")


class DayKind(Worded):
    """What a calendar row makes of its day."""

    REST = "rest", _("休息")
    WORK = "work", _("上班")


class EntryKind(Worded):
    """What a search entry leads to; codes of the two kinds are separate namespaces."""

    MATTER = "matter", _("单个事项")
    BUNDLE = "bundle", _("一件事")
