"""`manage.py setup_portal`: everything between an empty database and an open house, again and again."""

import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command

#: What is loaded, in the order in which one needs the other. Each command changes nothing the second time.
CATALOGUE = [
    "load_regions",
    "load_departments",
    "load_calendar",
    "load_matters",
    "load_bundles",
    "load_hotline",
]
#: Fonts for print, and the certificates the seals are made with.
MACHINERY = ["setup_documents"]
#: The invented town: people, companies, clerks, licences.
DEMO = ["load_demo", "load_hotline_demo"]


class Command(BaseCommand):
    help = "Migrate, load the catalogue, prepare fonts and seals, and with DEMO=1 load the invented town."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        for name in [*CATALOGUE, *MACHINERY, *(DEMO if settings.DEMO else [])]:
            self._run(name)

    def _run(self, name: str) -> None:
        begun = time.monotonic()
        call_command(name, stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(f"{name}: {time.monotonic() - begun:.1f} s")
