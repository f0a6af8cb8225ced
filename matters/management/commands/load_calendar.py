"""manage.py load_calendar [PATH …]: the State Council's yearly notices."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.fixtures import BadFile
from matters.services import load_calendar


class Command(BaseCommand):
    """Repeatable: a second run changes nothing and says so."""

    help = "载入工作日历（可重复执行，报告变化）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path)

    def handle(self, *, paths: list[Path], **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "fixtures" / "calendar"
        try:
            for changes in load_calendar(paths or sorted(folder.glob("*.yaml"))):
                self.stdout.write(str(changes))
        except BadFile as error:
            raise CommandError("\n".join(error.reasons)) from None
