"""What the city handles, where, and who may accept or decide in whose name."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from common.constraints import exactly_one
from identity.models import TermQuerySet
from identity.roles import Role
from matters.states import (
    LONGEST_PROCEDURE,
    Audience,
    CrossRegional,
    Handling,
    Level,
    MandatePower,
    MatterType,
    ResultKind,
)


class MatterQuerySet(models.QuerySet):
    """Matters as they are asked for."""

    def published(self) -> Self:
        return self.filter(published=True)


class Matter(models.Model):
    """
    One thing one department does for people or enterprises (政务服务事项).

    What was true of it on the day of an application lives in the BundleVersion, not here: editing a row
    changes what is offered tomorrow, never what was applied for yesterday.
    """

    code = models.SlugField(_("事项编码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    plain_name = models.CharField(_("通俗名称"), max_length=120, blank=True)
    department = models.ForeignKey(
        "identity.Department",
        on_delete=models.PROTECT,
        related_name="matters",
        verbose_name=_("实施部门"),
    )
    type = models.CharField(_("事项类型"), max_length=30, choices=MatterType)
    audience = models.CharField(_("服务对象"), max_length=10, choices=Audience)
    handling = models.CharField(_("办件类型"), max_length=10, choices=Handling)
    statutory_days = models.PositiveSmallIntegerField(_("法定时限（工作日）"), null=True, blank=True)
    promised_days = models.PositiveSmallIntegerField(_("承诺时限（工作日）"))
    fee = models.CharField(_("收费"), max_length=200, default="0")
    theme = models.CharField(_("主题"), max_length=20, blank=True)
    result_name = models.CharField(_("办理结果"), max_length=80)
    result_kind = models.CharField(_("结果类型"), max_length=15, choices=ResultKind)
    legal_basis = models.JSONField(_("设定依据"), default=list, blank=True)
    acceptance_conditions = models.JSONField(_("受理条件"), default=list, blank=True)
    materials = models.JSONField(_("申请材料"), default=list, blank=True)
    keywords = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("搜索词"),
        default=list,
        blank=True,
    )
    levels = ArrayField(
        models.CharField(max_length=10, choices=Level),
        verbose_name=_("办理层级"),
        default=list,
        blank=True,
    )
    cross_regional = models.CharField(
        _("跨域通办"), max_length=20, choices=CrossRegional, default=CrossRegional.NONE
    )
    visits_required = models.PositiveSmallIntegerField(_("到现场次数"), default=0)
    online = models.BooleanField(_("可网上办"), default=True)
    correction_days = models.PositiveSmallIntegerField(_("补正期限（工作日）"), default=15)
    onsite_excluded = models.BooleanField(
        _("现场勘验不计入办理期限"),
        default=False,
        help_text=_("行政许可法第四十五条没有列出现场勘验；只有单独的法律依据才能不计入（I-91）"),
    )
    onsite_excluded_basis = models.CharField(_("现场勘验不计入期限的依据"), max_length=200, blank=True)
    #: None: the usual limit of each kind (workflow.rules.procedure).
    procedure_days = models.PositiveSmallIntegerField(
        _("特别程序最长自然日"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_PROCEDURE)],
        help_text=_("检验、鉴定等预计用时不能超过这么多天（I-92）；不填则按各类程序的一般上限"),
    )
    high_risk = models.BooleanField(_("高风险，不适用告知承诺"), default=False)
    deemed_acceptance = models.BooleanField(_("逾期不告知视为受理"), default=True)
    deemed_acceptance_off_reason = models.CharField(_("不适用视为受理的理由"), max_length=200, blank=True)
    published = models.BooleanField(_("已发布"), default=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("事项")
        ordering = ["code"]
        constraints = [
            CheckConstraint(
                condition=Q(statutory_days__isnull=True) | Q(promised_days__lte=F("statutory_days")),
                name="matters_promise_within_the_statutory_limit",
                violation_error_message=_("承诺时限不能长于法定时限"),
            ),
            CheckConstraint(
                condition=Q(deemed_acceptance=True) | ~Q(deemed_acceptance_off_reason=""),
                name="matters_deemed_acceptance_off_with_a_reason",
                violation_error_message=_("关闭“视为受理”要写明理由"),
            ),
            CheckConstraint(
                condition=Q(onsite_excluded=False) | ~Q(onsite_excluded_basis=""),
                name="matters_onsite_exclusion_with_a_basis",
                violation_error_message=_("现场勘验不计入期限，要写明依据"),
            ),
            CheckConstraint(
                condition=Q(procedure_days__isnull=True)
                | Q(procedure_days__gte=1, procedure_days__lte=LONGEST_PROCEDURE),
                name="matters_special_procedures_have_an_end",
                violation_error_message=_("特别程序最长 1 至 365 个自然日"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """
    A department's written power (授权书) for one account, or for everybody in one role, to accept or decide
    the listed matters in its name. It ends on its last day; a wider one is a new row.
    """

    number = models.CharField(_("授权书编号"), max_length=40, unique=True)
    department = models.ForeignKey(
        "identity.Department",
        on_delete=models.PROTECT,
        related_name="mandates",
        verbose_name=_("授权部门"),
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mandates",
        verbose_name=_("被授权人"),
    )
    # Null says "an account instead", as exactly_one demands.
    role = models.CharField(_("被授权岗位"), max_length=25, choices=Role, null=True, blank=True)  # noqa: DJ001
    matter_codes = ArrayField(models.CharField(max_length=60), verbose_name=_("授权事项"))
    powers = ArrayField(models.CharField(max_length=10, choices=MandatePower), verbose_name=_("权限"))
    valid_from = models.DateField(_("起始日期"))
    valid_until = models.DateField(_("终止日期"), null=True, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("授权书")
        constraints = [
            exactly_one("account", "role", name="matters_mandate_one_holder"),
            CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="matters_mandate_term",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Place(models.Model):
    """Where people can go (办事地点): a hall or a service point of the city."""

    class Kind(models.TextChoices):
        CITY_HALL = "city_hall", _("市政务服务大厅")
        DISTRICT_HALL = "district_hall", _("区政务服务大厅")
        STREET_CENTRE = "street_centre", _("街道便民服务中心")
        COMMUNITY_STATION = "community_station", _("社区便民服务站")
        DEPARTMENT_HALL = "department_hall", _("部门专业大厅")
        KIOSK = "kiosk", _("自助服务点")

    code = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    region = models.ForeignKey("identity.Region", on_delete=models.PROTECT, verbose_name=_("所在区划"))
    department = models.ForeignKey(
        "identity.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("所属部门"),
    )
    address = models.CharField(_("地址"), max_length=200)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    opening_hours = models.CharField(_("开放时间"), max_length=120)
    transport = models.CharField(_("怎么去"), max_length=200, blank=True)
    accessibility = models.CharField(_("无障碍设施"), max_length=200, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("办事地点")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
