"""manage.py load_matters [PATH …]: the catalogue of single matters, and the places where they are handled."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.errors import DomainError
from matters.services import load_matters, load_places


class Command(BaseCommand):
    """Repeatable: a second run changes nothing and says so. With paths, only those files of matters."""

    help = "载入事项目录和办事地点（可重复执行，报告变化）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path)

    def handle(self, *, paths: list[Path], **options: Any) -> None:
        fixtures = Path(settings.BASE_DIR) / "fixtures"
        try:
            self.stdout.write(str(load_matters(paths or sorted((fixtures / "matters").glob("*.yaml")))))
            if not paths:
                self.stdout.write(str(load_places(sorted((fixtures / "places").glob("*.yaml")))))
        except DomainError as error:
            raise CommandError("\n".join(error.reasons)) from None
