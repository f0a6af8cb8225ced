"""Messages and how far they have come, to look at."""

from django.contrib import admin

from common.editing import LongListAdmin
from notifications.models import Message


@admin.register(Message)
class MessageAdmin(LongListAdmin):
    """What was sent by which way and whether it arrived; to whom is not shown."""

    list_display = ["created_at", "channel", "template", "about", "state", "attempts", "last_error"]
    list_filter = ["state", "channel", "template"]
    search_fields = ["=about"]
    search_help_text = "按对象查找，例如 application:42"
    fields = [
        "created_at", "channel", "template", "about", "text", "state", "attempts", "next_attempt_at", "sent_at",
        "read_at", "receipt", "last_error",
    ]  # fmt: skip
