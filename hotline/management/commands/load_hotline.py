"""`manage.py load_hotline`: the tree of categories, the numbers and the articles of the hotline."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from common.errors import DomainError
from hotline.services import load_articles, load_dispatch_rules, load_parameters, load_tree


class Command(BaseCommand):
    """Repeatable: a second run changes nothing and says so."""

    help = "载入 12345 诉求分类、参数、知识（可重复执行，报告变化）"

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "fixtures" / "hotline"
        try:
            self.stdout.write(str(load_tree(folder / "categories.yaml")))
            self.stdout.write(str(load_parameters(folder / "parameters.yaml")))
            self.stdout.write(str(load_articles(folder / "articles.yaml")))

            self.stdout.write(str(load_dispatch_rules(folder / "dispatch_rules.yaml")))
        except DomainError as error:
            raise CommandError("\n".join(error.reasons)) from None
