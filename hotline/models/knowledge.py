"""What the hotline answers from: articles in versions, doubts about them, and calls drawn for a quality check."""

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.states import ArticleKind, ArticleState, SampleReason


class ArticleQuerySet(models.QuerySet["Article"]):
    """Articles as agents may use them."""

    def usable(self, now: datetime, today: date) -> Self:
        """Published, within their days, reviewed in time; an outage until it is over (H-24, H-171)."""
        in_time = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
        going_on = Q(ends_at__isnull=True) | Q(ends_at__gte=now)
        return self.filter(
            in_time,
            going_on,
            state=ArticleState.PUBLISHED,
            valid_from__lte=today,
            review_due__gte=today,
        )


class Article(models.Model):
    """
    One version of an answer agents may give (知识): questions in everyday words, the answer, what it rests on.

    The words of a version are changed only while it is a draft; after that a new version is written, and
    publishing it ends the one before. ``kind`` outage is a planned stop of supply, shown for its region
    until it is over (H-171).
    """

    code = models.CharField(_("编号"), max_length=40)
    version = models.PositiveIntegerField(_("版本"), default=1)
    kind = models.CharField(_("类型"), max_length=7, choices=ArticleKind, default=ArticleKind.ANSWER)
    title = models.CharField(_("标题"), max_length=120)
    questions = ArrayField(models.CharField(max_length=200), verbose_name=_("常见问法"), default=list)
    answer = models.TextField(_("答复口径"))
    basis = models.TextField(_("依据"))
    owner = models.ForeignKey(
        "identity.Department", models.PROTECT, related_name="+", verbose_name=_("责任部门")
    )
    region = models.ForeignKey(
        "identity.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("适用地区")
    )
    category_l2 = models.CharField(_("二级分类"), max_length=4, blank=True)
    matter_code = models.CharField(_("事项编码"), max_length=60, blank=True)
    bundle_code = models.CharField(_("一件事代码"), max_length=80, blank=True)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    review_due = models.DateField(_("复核日期"))
    #: From when until when the supply stands still; only of an outage.
    starts_at = models.DateTimeField(_("停供开始"), null=True, blank=True)
    ends_at = models.DateTimeField(_("停供结束"), null=True, blank=True)
    tokens = SearchVectorField(null=True)

    state = models.CharField(_("状态"), max_length=15, choices=ArticleState, default=ArticleState.DRAFT)
    state_reason = models.CharField(_("状态说明"), max_length=200, blank=True)
    author = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("部门确认时间"), null=True)
    published_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("发布时间"), null=True)
    #: The inquiry a department answered, from which this draft came (H-182).
    proposed_by_order = models.OneToOneField(
        "hotline.HotlineOrder", models.PROTECT, null=True, related_name="proposed_article"
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("知识")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="hotline_one_article_a_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(state="published"), name="hotline_one_article_in_force"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True) & ~Q(kind="outage")
                | Q(kind="outage", starts_at__lt=F("ends_at")),
                name="hotline_an_outage_has_its_time",
            ),
        ]
        indexes = [
            # selectors.knowledge.search_articles: every word of a question, weighed.
            GinIndex(fields=["tokens"], name="hotline_articles_by_word"),
            # services.knowledge.mark_stale: what rests on a matter.
            models.Index(
                fields=["matter_code"],
                name="hotline_articles_of_matter",
                condition=Q(state__in=["owner_confirmed", "published"]) & ~Q(matter_code=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ArticleDoubt(models.Model):
    """Somebody says an article is wrong (纠错); answered within one working day (H-182)."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="doubts")
    text = models.TextField(_("问题"))
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField(_("纠错期限"))
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(_("处理结果"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("知识纠错")
        indexes = [
            # The knowledge desk: what waits, by due.
            models.Index(fields=["due_at"], name="hotline_doubts_open", condition=Q(settled_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.due_at:%Y-%m-%d}"


class QualitySample(models.Model):
    """One call drawn for a listen (质检): a share of every agent's month, and all that are delicate (H-183)."""

    hotline_order = models.OneToOneField(
        "hotline.HotlineOrder", models.PROTECT, related_name="quality_sample"
    )
    agent = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    month = models.DateField(_("月份"))
    reason = models.CharField(_("抽取原因"), max_length=15, choices=SampleReason)
    drawn_at = models.DateTimeField(auto_now_add=True)
    score = models.PositiveSmallIntegerField(_("得分"), null=True)
    note = models.TextField(_("质检意见"), blank=True)
    checked_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("话务质检")
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=100), name="hotline_quality_out_of_100"
            )
        ]
        indexes = [models.Index(fields=["month", "agent"], name="hotline_samples_of_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.agent_id}"
