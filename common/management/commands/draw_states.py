"""`manage.py draw_states`: every state machine as a page in docs/states/; `--check` refuses a stale one."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models

from common.states import machines, mermaid

PAGE = """# {name}

{verbose_name}. Drawn by `make states` from the code that runs it; do not edit.

```mermaid
{drawing}
```
"""


class Command(BaseCommand):
    """Draw the machines, or say which drawings are stale."""

    help = "Draw every state machine into docs/states/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing, fail when a drawing is stale",
        )
        parser.add_argument("--folder", type=Path, default=Path(settings.BASE_DIR) / "docs" / "states")

    def handle(self, *args: Any, check: bool, folder: Path, **options: Any) -> None:
        pages = {folder / f"{model.__name__}.md": _page(model) for model in machines(apps.get_models())}
        stale = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
        if check and stale:
            raise CommandError(f"stale: {', '.join(path.name for path in stale)}; run: make states")
        folder.mkdir(parents=True, exist_ok=True)
        for path in stale:
            path.write_text(pages[path])
        self.stdout.write(f"{len(pages)} machines, {len(stale)} drawn anew")


def _page(model: type[models.Model]) -> str:
    return PAGE.format(
        name=model.__name__,
        verbose_name=model._meta.verbose_name,
        drawing=mermaid(model),
    )
