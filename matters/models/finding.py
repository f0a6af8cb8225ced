"""What the search box looks through."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matters.states import Audience, EntryKind


class SearchEntry(models.Model):
    """One matter or bundle as people look for it; rewritten whole whenever its subject is published."""

    kind = models.CharField(_("种类"), max_length=10, choices=EntryKind)
    code = models.CharField(_("编码"), max_length=60)
    name = models.CharField(_("名称"), max_length=120)
    plain_name = models.CharField(_("通俗名称"), max_length=120, blank=True)
    department = models.CharField(_("部门"), max_length=60)
    audience = models.CharField(_("服务对象"), max_length=10, choices=Audience)
    theme = models.CharField(_("主题"), max_length=20, blank=True)
    promised_days = models.PositiveSmallIntegerField(_("承诺时限"), null=True, blank=True)
    online = models.BooleanField(_("可网上办"), default=True)
    keywords = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("搜索词"),
        default=list,
        blank=True,
    )
    tokens = SearchVectorField()

    class Meta:
        verbose_name = verbose_name_plural = _("搜索条目")
        constraints = [UniqueConstraint(fields=["kind", "code"], name="matters_one_entry_a_subject")]
        indexes = [
            # matters.selectors.search: every word of a question, weighed.
            GinIndex(fields=["tokens"], name="matters_entries_by_word"),
        ]

    def __str__(self) -> str:
        return self.name
