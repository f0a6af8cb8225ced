"""Who is who: persons, organisations, accounts, departments, posts, regions and authorisations."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from common.constraints import exactly_one
from common.crypto import mask_id_number, mask_mobile, mask_name
from common.fields import EncryptedTextField
from identity.fields import KeyedHashField
from identity.roles import NEVER_OUTSOURCED, Employer, Power, Role

if TYPE_CHECKING:
    from identity.selectors import Standing


class TermQuerySet(models.QuerySet):
    """Rows that hold from one day to another; an open end holds for good."""

    def on(self, day: date) -> Self:
        """The rows that hold on ``day``, both ends included."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class AuthorisationQuerySet(TermQuerySet):
    """Who gave it, and who holds it; nobody else sees it."""

    def given_by(self, who: "Standing") -> Self:
        """Given by the person, or in the name of an organisation they represent."""
        by_organisation = Q(principal_organisation_id__in=who.organisation_ids)
        return self.filter(
            by_organisation | Q(principal_person_id=who.person_id, principal_person__isnull=False)
        )

    def held_by(self, who: "Standing") -> Self:
        """Given to the person."""
        return self.filter(agent_id=who.person_id) if who.person_id else self.none()


def _ends_after_it_begins(name: str) -> CheckConstraint:
    return CheckConstraint(
        condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
        name=name,
    )


class Region(models.Model):
    """A city, district, street or community (行政区划); codes are invented and start with 99."""

    class Kind(models.TextChoices):
        CITY = "city", _("市")
        DISTRICT = "district", _("区")
        STREET = "street", _("街道")
        COMMUNITY = "community", _("社区")

    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=50)
    kind = models.CharField(_("级别"), max_length=10, choices=Kind)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级"),
    )
    #: Suggested to whoever types an address; an address on no road of the list is as good.
    roads = ArrayField(
        models.CharField(max_length=50), verbose_name=_("路街巷"), default=list, db_default=[], blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = _("行政区划")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """An organ, court or utility that answers for matters (部门); one row per name."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("政府部门")
        PARTY = "party", _("党委机构")
        PEOPLES_ORGANISATION = "peoples_organisation", _("人民团体")
        VERTICAL = "vertical", _("垂直管理单位")
        INSTITUTION = "institution", _("事业单位")
        UTILITY = "utility", _("公共服务企业")
        COURT = "court", _("人民法院")
        STREET = "street", _("街道（乡镇）")

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    kind = models.CharField(_("性质"), max_length=25, choices=Kind, default=Kind.GOVERNMENT)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, verbose_name=_("所属区划"))
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    reconsideration_organ = models.CharField(_("行政复议机关"), max_length=60, blank=True)
    court = models.CharField(_("行政诉讼管辖法院"), max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("部门")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A natural person, known by 公民身份号码; personal numbers are encrypted, their hashes find them."""

    name = models.CharField(_("姓名"), max_length=60)
    id_number = EncryptedTextField(_("公民身份号码"))
    id_number_hash = KeyedHashField(of="id_number", unique=True)
    mobile = EncryptedTextField(_("手机号码"), blank=True, default="")
    mobile_hash = KeyedHashField(of="mobile", blank=True, default="", db_index=True)
    birth_date = models.DateField(_("出生日期"))
    address = EncryptedTextField(_("住址"), blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("自然人")

    def __str__(self) -> str:
        return self.masked_name

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_id(self) -> str:
        return mask_id_number(self.id_number)

    @property
    def masked_mobile(self) -> str:
        return mask_mobile(self.mobile)

    @property
    def id_tail(self) -> str:
        return self.id_number[-4:]


class Organisation(models.Model):
    """A legal person or other organisation (法人), known by 统一社会信用代码; it acts through persons."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("公司")
        INDIVIDUAL_BUSINESS = "individual_business", _("个体工商户")
        PARTNERSHIP = "partnership", _("合伙企业")
        SOLE_PROPRIETORSHIP = "sole_proprietorship", _("个人独资企业")
        BRANCH = "branch", _("分支机构")
        INSTITUTION = "institution", _("事业单位")
        ASSOCIATION = "association", _("社会组织")

    name = models.CharField(_("名称"), max_length=120)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    kind = models.CharField(_("类型"), max_length=25, choices=Kind, default=Kind.COMPANY)
    address = models.CharField(_("住所"), max_length=200, blank=True)
    legal_representative = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("法定代表人"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("法人和其他组织")

    def __str__(self) -> str:
        return self.name


class Account(AbstractUser):
    """A login (账号). A clerk is also a citizen: the person behind the account is what separation of duties compares."""

    class AssuranceLevel(models.IntegerChoices):
        """How well the portal knows that the user is the person (实名认证)."""

        UNVERIFIED = 0, _("未实名")
        NUMBER_CHECKED = 1, _("身份信息核验")
        FACE_CHECKED = 2, _("人脸核验")
        IN_PERSON = 3, _("现场核验")

    person = models.OneToOneField(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="account",
        verbose_name=_("本人"),
    )
    assurance_level = models.PositiveSmallIntegerField(
        _("实名等级"), choices=AssuranceLevel, default=AssuranceLevel.UNVERIFIED
    )

    class Meta:
        verbose_name = verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.username

    @property
    def display_name(self) -> str:
        """The name shown in the page header and in the timeline of somebody's application."""
        return self.person.name if self.person else self.username


class Representation(models.Model):
    """That a person acts for an organisation, as its legal representative or as its clerk (代表企业)."""

    class Capacity(models.TextChoices):
        LEGAL_REPRESENTATIVE = "legal_representative", _("法定代表人")
        CLERK = "clerk", _("经办人")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="representations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="representations")
    capacity = models.CharField(_("身份"), max_length=25, choices=Capacity)
    valid_from = models.DateField(_("起始日期"))
    valid_until = models.DateField(_("终止日期"), null=True, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("企业代表")
        constraints = [
            UniqueConstraint(
                fields=["person", "organisation", "capacity", "valid_from"],
                name="identity_one_representation_a_term",
            ),
            _ends_after_it_begins("identity_representation_term"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.get_capacity_display()}"


class Post(models.Model):
    """That an account works for a department in a role, from one day to another (岗位)."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="posts", verbose_name=_("账号")
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        related_name="posts",
        verbose_name=_("部门"),
    )
    role = models.CharField(_("岗位"), max_length=25, choices=Role)
    employer = models.CharField(
        _("用人单位"), max_length=11, choices=Employer, default=Employer.OWN, db_default=Employer.OWN
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("负责区划"),
    )
    valid_from = models.DateField(_("起始日期"))
    valid_until = models.DateField(_("终止日期"), null=True, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("岗位")
        constraints = [
            UniqueConstraint(
                fields=["account", "department", "role", "region", "valid_from"],
                name="identity_one_post_a_term",
                nulls_distinct=False,
            ),
            _ends_after_it_begins("identity_post_term"),
            CheckConstraint(
                condition=~Q(employer=Employer.THIRD_PARTY) | ~Q(role__in=sorted(NEVER_OUTSOURCED)),
                name="identity_handling_is_never_outsourced",
                violation_error_message=_("承办、裁定和热线管理岗位只能由本单位人员担任"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.get_role_display()}"


class Authorisation(models.Model):
    """
    That a person or organisation lets an agent act (授权委托), within matters, powers and a term of six months.

    No matter codes means no matter at all. Revoking is at once; a revoked or past one is never revived, a new one is given.
    """

    number = models.CharField(_("委托书编号"), max_length=30, unique=True)
    principal_person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="authorisations_given",
    )
    principal_organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="authorisations_given",
    )
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="authorisations_held")
    matter_codes = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("委托事项"),
        default=list,
        blank=True,
    )
    powers = ArrayField(models.CharField(max_length=10, choices=Power), verbose_name=_("委托权限"))
    valid_from = models.DateField(_("起始日期"))
    valid_until = models.DateField(_("终止日期"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("授权委托")
        constraints = [
            exactly_one(
                "principal_person",
                "principal_organisation",
                name="identity_authorisation_one_principal",
            ),
            _ends_after_it_begins("identity_authorisation_term"),
        ]
        indexes = [
            # identity.selectors.standing: what an agent holds today.
            models.Index(
                fields=["agent", "valid_until"],
                name="identity_authorisations_held",
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def principal_name(self) -> str:
        """Whom the agent acts for."""
        principal = self.principal_person or self.principal_organisation
        return principal.name if principal else ""

    def holds_on(self, day: date) -> bool:
        """Neither revoked, nor yet to begin, nor over."""
        return self.revoked_at is None and self.valid_from <= day <= self.valid_until

    def revoke(self, at: datetime) -> None:
        self.revoked_at = at


class ApiToken(models.Model):
    """A bearer token for machines; only its hash is stored, so a stolen table opens no door."""

    key_hash = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("接口令牌")

    def __str__(self) -> str:
        return f"{self.account_id} → {self.expires_at:%Y-%m-%d}"
