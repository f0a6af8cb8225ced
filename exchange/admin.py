"""What was asked of other systems, to look at."""

from django.contrib import admin

from common.editing import LongListAdmin
from exchange.models import CallLog


@admin.register(CallLog)
class CallLogAdmin(LongListAdmin):
    """Calls to other systems; about whom is not shown."""

    list_display = ["at", "system", "operation", "outcome", "milliseconds", "detail"]
    list_filter = ["outcome", "system", "operation"]
    fields = ["at", "system", "operation", "asked", "outcome", "detail", "milliseconds"]
