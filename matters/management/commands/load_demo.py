"""manage.py load_demo: the invented town's people, clerks and mandates. Run it after the catalogue and the bundles."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import DomainError
from matters.services.demo import load_demo


class Command(BaseCommand):
    """Repeatable: a second run changes nothing and says so."""

    help = "载入演示人物、账号和授权书（可重复执行，报告变化）"

    def handle(self, **options: Any) -> None:
        try:
            for changes in load_demo():
                self.stdout.write(str(changes))
        except DomainError as error:
            raise CommandError("\n".join(error.reasons)) from None
