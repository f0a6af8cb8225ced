"""Other people's applications that file and read orders by Open311 (section 21)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hotline.states import Channel


def open311_alone() -> list[str]:
    """What a key opens unless said otherwise."""
    return [Channel.OPEN311.value]


class ApiKey(models.Model):
    """
    One client's key; only its keyed hash is kept, so nobody can read it again.

    It opens the doors of its ``channels`` and no others: an application that files by Open311 delivers no
    police tickets, and only the switch tells of calls (``phone``).

    Revoked, never deleted: the orders it filed name it.
    """

    client = models.CharField(_("应用名称"), max_length=80)
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    channels = ArrayField(
        models.CharField(max_length=11, choices=Channel), verbose_name=_("渠道"), default=open311_alone
    )
    key_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("有效期至"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("第三方应用密钥")

    def __str__(self) -> str:
        return self.client


class FiledByClient(models.Model):
    """Which client filed an order, under which reference and token, and what it said of the service's attributes."""

    hotline_order = models.OneToOneField("hotline.HotlineOrder", models.PROTECT, related_name="filed_by")
    api_key = models.ForeignKey(ApiKey, models.PROTECT, related_name="filed")
    token = models.UUIDField(unique=True)
    account_id_given = models.CharField(max_length=64, blank=True)
    attributes = models.JSONField(default=dict)
    media_url = models.URLField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("第三方应用提交")

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.api_key_id}"
