from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        from portal import checks, reporting  # noqa: F401  (checks registers itself)

        reporting.start()
