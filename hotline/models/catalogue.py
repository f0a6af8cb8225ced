"""The tree of categories, the catalogue of dispatch (派单目录) and the numbers that may be set."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.states import OrderType, Unit, Urgency


class CategoryTree(models.Model):
    """One published version of the tree with its tables; orders keep the version they came under (H-50)."""

    version = models.CharField(_("版本"), max_length=40, unique=True)
    content_hash = models.CharField(max_length=64)
    #: Limits by order type and urgency, department types, phrases and words, as in the file.
    tables = models.JSONField(default=dict)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("诉求分类版本")
        ordering = ["-published_at", "-id"]

    def __str__(self) -> str:
        return self.version


class CategoryQuerySet(models.QuerySet["Category"]):
    """Categories as intake sees them."""

    def valid_on(self, day: date) -> Self:
        """Those that may be chosen on ``day``; a retired one may not (H-50)."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Category(models.Model):
    """One category of one version of the tree; retired by ``valid_to``, never deleted (H-50, H-51)."""

    class Level(models.TextChoices):
        DEPARTMENT = "department", _("部门")
        DISTRICT = "district", _("区县")
        STREET = "street", _("街道")
        ENTERPRISE = "enterprise", _("企业")

    tree = models.ForeignKey(CategoryTree, models.PROTECT, related_name="categories")
    code = models.CharField(_("代码"), max_length=4)
    name = models.CharField(_("名称"), max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    department_type = models.CharField(_("主办部门类型"), max_length=30, blank=True)
    assists = ArrayField(models.CharField(max_length=30), default=list, verbose_name=_("协办部门类型"))
    level = models.CharField(_("办理层级"), max_length=10, choices=Level, blank=True)
    urgency = models.CharField(_("默认紧急程度"), max_length=9, choices=Urgency, default=Urgency.NORMAL)
    limit_value = models.DecimalField(_("时限"), max_digits=5, decimal_places=1, null=True)
    limit_unit = models.CharField(_("单位"), max_length=13, choices=Unit, blank=True)
    site_check = models.BooleanField(_("须现场核查"), default=False)
    sensitive = models.BooleanField(_("敏感"), default=False)
    keywords = ArrayField(models.CharField(max_length=30), default=list, verbose_name=_("关键词"))
    examples = ArrayField(models.CharField(max_length=200), default=list, verbose_name=_("例句"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("诉求分类")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["tree", "code"], name="hotline_one_category_a_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DispatchRuleQuerySet(models.QuerySet["DispatchRule"]):
    """The catalogue of dispatch on a day."""

    def on(self, day: date) -> Self:
        """Approved rows that are valid on ``day`` (H-81)."""
        in_time = self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
        return in_time.filter(approved_at__isnull=False)


class DispatchRule(models.Model):
    """
    One row of 派单目录: which unit answers for a category, by which law or 权责清单 row (H-80).

    Empty ``order_type`` and no ``region`` mean any. ``category`` holds an L2 code, or an L1 code for the weak
    row of a whole group. Never edited: changed by a new version with approval; a row without basis is refused.
    """

    class Source(models.TextChoices):
        CATALOGUE = "catalogue", _("派单目录")
        RULING = "ruling", _("争议裁定")
        EMERGENCY_PLAN = "emergency_plan", _("应急预案")

    category = models.CharField(_("分类"), max_length=4)
    order_type = models.CharField(_("诉求类型"), max_length=10, choices=OrderType, blank=True)
    region = models.ForeignKey("identity.Region", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    is_assist = models.BooleanField(_("协办行"), default=False)
    level_required = models.CharField(_("要求层级"), max_length=10, choices=Category.Level, blank=True)
    legal_basis = models.TextField(_("依据"))
    duty_code = models.CharField(_("权责清单编号"), max_length=60, blank=True)
    fact_tag = models.CharField(_("事实标签"), max_length=60, blank=True)
    source = models.CharField(_("来源"), max_length=15, choices=Source, default=Source.CATALOGUE)
    version = models.PositiveIntegerField(_("版本"), default=1)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    proposed_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("批准时间"), null=True)

    objects = DispatchRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("派单目录")
        ordering = ["category", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(legal_basis=""), name="hotline_a_rule_has_its_basis"),
            models.UniqueConstraint(
                fields=["category", "order_type", "region", "department", "fact_tag", "valid_from"],
                name="hotline_one_rule_a_day",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            # rules.dispatching: the rows of a category.
            models.Index(fields=["category", "valid_from"], name="hotline_rules_of_category"),
        ]

    def __str__(self) -> str:
        return f"{self.category} → {self.department_id}"


class Parameter(models.Model):
    """
    One number or table that may be set, from one day on; rows are only ever added (hotline.md, "Bold numbers").

    The default of every name is in ``fixtures/hotline/parameters.yaml``.
    """

    name = models.CharField(_("名称"), max_length=60)
    value = models.JSONField(_("取值"))
    valid_from = models.DateTimeField(_("生效时间"))
    set_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("热线参数")
        ordering = ["name", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="hotline_one_value_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from:%Y-%m-%d}"
