from importlib import import_module

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "好差评"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the handlers subscribe, and say what is held of people here."""
        import_module("evaluation.handlers")
        import_module("workflow.selectors.holdings").contribute(import_module("evaluation.selectors").RATINGS)
