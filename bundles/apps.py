from django.apps import AppConfig


class BundlesConfig(AppConfig):
    name = "bundles"
    verbose_name = "一件事"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bundles import checks, handlers  # noqa: F401  (both register themselves)
