"""`manage.py load_hotline`: the tree of categories, the numbers, the articles, the lexicon and the tables of labels."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from common.errors import DomainError
from hotline.services import (
    load_articles,
    load_dispatch_rules,
    load_label_set,
    load_lexicon,
    load_parameters,
    load_tree,
)


class Command(BaseCommand):
    """Repeatable: a second run changes nothing and says so."""

    help = "载入 12345 诉求分类、参数、知识、词表和标签对照（可重复执行，报告变化）"

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "fixtures" / "hotline"
        try:
            self.stdout.write(str(load_tree(folder / "categories.yaml")))
            self.stdout.write(str(load_parameters(folder / "parameters.yaml")))
            self.stdout.write(str(load_articles(folder / "articles.yaml")))
            self.stdout.write(str(load_dispatch_rules(folder / "dispatch_rules.yaml")))
            self.stdout.write(str(load_lexicon(folder / "lexicon.yaml")))
            for path in sorted((folder / "label_sets").glob("*.yaml")):
                self.stdout.write(str(load_label_set(path)))
        except DomainError as error:
            raise CommandError("\n".join(error.reasons)) from None
