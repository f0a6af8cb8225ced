"""Facts and their deliveries in the admin: to look at, and to send again what was given up."""

import json

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.crypto import scrub
from common.editing import LongListAdmin
from events.models import Delivery, EventRecord
from events.services import resend


@admin.register(EventRecord)
class EventRecordAdmin(LongListAdmin):
    """Everything that has happened; the database itself refuses to change it."""

    list_display = ["at", "name", "subject", "actor", "on_behalf", "public"]
    list_filter = ["public"]
    list_select_related = ["actor"]
    search_fields = ["=subject", "=name"]
    search_help_text = "按对象（例如 application:42）或事实名称查找，须写全"
    fields = ["at", "name", "subject", "actor", "on_behalf", "public", "told"]

    @admin.display(description="内容")
    def told(self, record: EventRecord) -> SafeString:
        content = json.dumps(record.payload, ensure_ascii=False, indent=2)
        return format_html('<pre class="definition">{}</pre>', scrub(content))


@admin.register(Delivery)
class DeliveryAdmin(LongListAdmin):
    """Whom each fact was told to; those given up wait here for somebody to look at them."""

    list_display = ["event", "handler", "state", "attempts", "next_attempt_at", "last_error"]
    list_filter = ["state"]
    list_select_related = ["event"]
    search_fields = ["=handler", "=event__subject"]
    search_help_text = "按接收方或对象（例如 application:42）查找，须写全"
    actions = ["send_again"]
    fields = ["event", "handler", "state", "attempts", "next_attempt_at", "delivered_at", "last_error"]

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_delivery")

    @admin.action(description="重新发送选中的已放弃送达", permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Those given up begin again; others are left as they are."""
        count = resend(list(queryset.values_list("pk", flat=True)))
        messages.success(request, _("%(count)d 条送达已重新排队") % {"count": count})
