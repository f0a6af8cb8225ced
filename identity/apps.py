from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "identity"
    verbose_name = "人员与机构"
    default_auto_field = "django.db.models.BigAutoField"
