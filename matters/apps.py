from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "matters"
    verbose_name = "政务服务事项"
    default_auto_field = "django.db.models.BigAutoField"
