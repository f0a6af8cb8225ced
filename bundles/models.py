"""Bundles (一件事): their immutable versions, and the drafts editors work on."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from common.constraints import both_or_neither


class BundleQuerySet(models.QuerySet):
    """Bundles and single matters as they are offered."""

    def offered(self) -> Self:
        """Published, and not withdrawn since."""
        return self.filter(current__isnull=False, withdrawn_at=None)


class Bundle(models.Model):
    """
    A bundle, or a single matter dressed as a bundle of one, under the code it is applied for by.

    It holds no rules itself: `current` is the version new applications are pinned to. Rows are
    never deleted; one no longer offered is withdrawn, and its applications go on.
    """

    class Kind(models.TextChoices):
        BUNDLE = "bundle", _("一件事")
        SINGLE = "single", _("单个事项")

    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    code = models.SlugField(_("编码"), max_length=60)
    name = models.CharField(_("名称"), max_length=120)
    current = models.OneToOneField(
        "bundles.BundleVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("现行版本"),
    )
    withdrawn_at = models.DateTimeField(_("停办时间"), null=True, blank=True)
    changed_at = models.DateTimeField(_("最近变动"))

    objects = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("一件事")
        ordering = ["kind", "code"]
        constraints = [
            UniqueConstraint(fields=["kind", "code"], name="bundles_one_of_a_kind_and_code"),
            CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(current__isnull=False),
                name="bundles_withdrawn_only_once_published",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BundleVersion(models.Model):
    """
    What the bundle was on the day it was applied for.

    Never edited, the database refuses it: an application keeps the version it began with, so a
    change of rules cannot reach into applications already under way.
    """

    bundle = models.ForeignKey(
        Bundle, on_delete=models.PROTECT, related_name="versions", verbose_name=_("一件事")
    )
    number = models.PositiveIntegerField(_("版本"))
    definition = models.JSONField(_("内容"))
    sha256 = models.CharField(_("内容指纹"), max_length=64)
    published_at = models.DateTimeField(_("发布时间"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("发布人"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("发布的版本")
        ordering = ["bundle", "-number"]
        constraints = [
            UniqueConstraint(fields=["bundle", "number"], name="bundles_versions_are_numbered"),
            CheckConstraint(condition=Q(number__gte=1), name="bundles_versions_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class BundleDraft(models.Model):
    """
    A bundle as an editor would have it: checked and published as a whole, or thrown away.

    One draft for a bundle at a time; `based_on` is the version it began from, so that the editor
    is told when somebody has published in between.
    """

    bundle = models.OneToOneField(
        Bundle, on_delete=models.CASCADE, related_name="draft", verbose_name=_("一件事")
    )
    definition = models.JSONField(_("内容"))
    based_on = models.ForeignKey(
        BundleVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("起草时的版本"),
    )
    note = models.CharField(_("修改说明"), max_length=200, blank=True)
    edited_at = models.DateTimeField(_("修改时间"), null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("修改人"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("草稿")
        constraints = [both_or_neither("edited_at", "edited_by", name="bundles_edited_when_and_by_whom")]

    def __str__(self) -> str:
        return f"{self.bundle}：草稿"
