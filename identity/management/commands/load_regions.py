"""manage.py load_regions [PATH …]: the city, its districts, streets and communities."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.fixtures import BadFile
from identity.services.loading import load_regions


class Command(BaseCommand):
    """Repeatable: a second run changes nothing and says so."""

    help = "载入行政区划（可重复执行，报告变化）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path)

    def handle(self, *, paths: list[Path], **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "fixtures" / "regions"
        try:
            self.stdout.write(str(load_regions(paths or sorted(folder.glob("*.yaml")))))
        except BadFile as error:
            raise CommandError("\n".join(error.reasons)) from None
