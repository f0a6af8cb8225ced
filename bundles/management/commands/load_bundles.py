"""`manage.py load_bundles [PATH…]`: read, check and publish definition files."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from bundles import services
from common.errors import BadInput


class Command(BaseCommand):
    help = (
        "Publish bundle definitions: files or folders, the thirteen of fixtures/bundles when none is named."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        try:
            report = services.load(paths)
        except BadInput as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(report))
        if report.refused:
            raise CommandError(f"{len(report.refused)} 个文件被拒绝，其余已发布")
