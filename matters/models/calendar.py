"""The working-day calendar as rows: what the State Council's yearly notice and local notices say."""

import uuid

from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matters.states import DayKind


class CalendarYear(models.Model):
    """A year whose notice is loaded; dates in any other year are provisional (I-73)."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    source_doc = models.CharField(_("文号"), max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = _("日历年度")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from the plain week: a holiday, a 调休 working day, a local closure (I-70, I-74)."""

    region = models.ForeignKey(
        "identity.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("区划（空为全国）"),
    )
    date = models.DateField(_("日期"))
    kind = models.CharField(_("性质"), max_length=5, choices=DayKind)
    name = models.CharField(_("名称"), max_length=40)
    source_doc = models.CharField(_("文号"), max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = _("日历")
        ordering = ["date"]
        constraints = [
            UniqueConstraint(
                fields=["region", "date"],
                name="matters_one_word_a_day",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class CalendarVersion(models.Model):
    """
    One row whose stamp is new after every change, so that other processes see that their copy is old.

    A stamp, not a count: a change that is rolled back must not lend its number to the next one.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = _("日历版本")

    def __str__(self) -> str:
        return str(self.stamp)
