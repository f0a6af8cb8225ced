from importlib import import_module

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "hotline"
    verbose_name = "12345 热线"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the handlers subscribe, and say what is held of people here."""
        import_module("hotline.handlers")
        held = import_module("hotline.selectors.holdings")
        import_module("workflow.selectors.holdings").contribute(held.ORDERS)
        import_module("workflow.selectors.access").watch(held.LOOKS)
