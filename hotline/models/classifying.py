"""What classification works with beside the tree: foreign labels, the lexicon, and the classifiers learned."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LabelSet(models.Model):
    """The labels some other platform sorts letters by; a table says how they and our categories correspond."""

    name = models.SlugField(_("名称"), max_length=40, unique=True)
    title = models.CharField(_("标题"), max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = _("外部标签体系")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.title


class Label(models.Model):
    """One foreign label, and the category of ours it means where nothing more is known."""

    label_set = models.ForeignKey(LabelSet, models.CASCADE, related_name="labels", verbose_name=_("标签体系"))
    name = models.CharField(_("标签"), max_length=60)
    default_category = models.CharField(_("默认二级分类"), max_length=4)

    class Meta:
        verbose_name = verbose_name_plural = _("外部标签")
        ordering = ["label_set", "default_category"]
        constraints = [models.UniqueConstraint(fields=["label_set", "name"], name="hotline_one_label_a_name")]

    def __str__(self) -> str:
        return self.name


class LabelMap(models.Model):
    """
    A category of ours is this label of the set. With a keyword: where the appeal has that word.

    Without keyword every L2 category has exactly one row a set; those with one are the exceptions.
    """

    label_set = models.ForeignKey(LabelSet, models.CASCADE, related_name="rows", verbose_name=_("标签体系"))
    label = models.ForeignKey(Label, models.CASCADE, related_name="rows", verbose_name=_("标签"))
    category = models.CharField(_("二级分类"), max_length=4)
    keyword = models.CharField(_("例外词"), max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("标签对照")
        ordering = ["label_set", "category", "keyword"]
        constraints = [
            models.UniqueConstraint(
                fields=["label_set", "category", "keyword"], name="hotline_one_label_a_category"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.keyword}".strip()


class LexiconVersion(models.Model):
    """One published version of the lexicon that long letters are read by; the newest holds."""

    version = models.CharField(_("版本"), max_length=40, unique=True)
    content_hash = models.CharField(max_length=64)
    #: Word → category → weight; a word without category only takes up its place.
    words = models.JSONField(default=dict)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("词表版本")
        ordering = ["-published_at", "-id"]

    def __str__(self) -> str:
        return self.version


class ClassifierQuerySet(models.QuerySet["ClassifierVersion"]):
    """Learned classifiers by what they predict."""

    def predicting(self, label_set_id: int | None) -> Self:
        """Those that predict this set's labels; None: our own categories."""
        return self.filter(label_set_id=label_set_id)


class ClassifierVersion(models.Model):
    """
    One training: what it learned from, what it is worth, and the file it is kept in.

    Measured on letters it had not seen, beside whatever was running then; live only where it was no worse.
    The file is opened only while its hash is the one noted here. ``twin_sha256`` is the same training without
    the letters it was measured on: the next training is compared with that one, on letters neither has seen.
    """

    label_set = models.ForeignKey(LabelSet, models.PROTECT, null=True, related_name="classifiers")
    version = models.CharField(_("版本"), max_length=60, unique=True)
    kind = models.CharField(_("模型"), max_length=40)
    source = models.CharField(_("训练来源"), max_length=200)
    sha256 = models.CharField(max_length=64)
    twin_sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("训练条数"))
    left_out = models.PositiveIntegerField(_("未用条数"))
    macro_f1 = models.FloatField(_("留出集宏平均 F1"))
    running_f1 = models.FloatField(_("同一留出集上现用模型的 F1"))
    #: Cross validation, the models compared, precision, recall and F1 by label.
    measures = models.JSONField(default=dict)
    active = models.BooleanField(_("启用"), default=False)
    refusal = models.CharField(_("未启用原因"), max_length=200, blank=True)
    trained_at = models.DateTimeField(_("训练时间"), auto_now_add=True)

    objects = ClassifierQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("分类模型版本")
        ordering = ["-trained_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["label_set"],
                name="hotline_one_live_classifier",
                condition=Q(active=True),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.version
