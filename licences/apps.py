from importlib import import_module

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "licences"
    verbose_name = "电子证照"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the handlers subscribe."""
        import_module("licences.handlers")
