"""Several people about one matter (群体诉求): one handling, each keeps their own order, reply and survey."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Group(models.Model):
    """Linked orders about the same matter (H-131); with five people in a day it is one of many hands (H-136)."""

    title = models.CharField(_("名称"), max_length=80)
    category_l2 = models.CharField(_("二级分类"), max_length=4)
    lead = models.ForeignKey("identity.Department", models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("identity.Region", models.PROTECT, null=True, related_name="+")
    people = models.PositiveIntegerField(_("人数"), default=0)
    is_mass = models.BooleanField(_("群体诉求"), default=False)
    mass_since = models.DateTimeField(null=True)
    public_notice = models.TextField(_("对外答复口径"), blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("关联诉求")

    def __str__(self) -> str:
        return self.title
