"""What an order says, cut for finding the like of it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderWords(models.Model):
    """
    The pairs of characters of one order's redacted words, as numbers; rewritten whole with its category.

    Kept beside the order so that the wide row is not read to compare words (H-130, H-132).
    """

    hotline_order = models.OneToOneField("hotline.HotlineOrder", models.CASCADE, related_name="words")
    category_l2 = models.CharField(_("二级分类"), max_length=4)
    region = models.ForeignKey("identity.Region", models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(_("登记时间"))
    pairs = ArrayField(models.IntegerField())
    #: The pairs of where it is: what makes a candidate among many of one category.
    place = ArrayField(models.IntegerField(), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("工单字词")
        indexes = [
            # selectors.similar: the newest of some categories.
            models.Index(fields=["category_l2", "-registered_at"], name="hotline_words_by_category"),
            # selectors.similar: those that name the same place.
            GinIndex(fields=["place"], name="hotline_words_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id}"
