"""`manage.py load_hotline_demo`: orders of the invented town in every state (H-195)."""

from typing import Any

from django.core.management import BaseCommand

from hotline.services.demo import load_demo_orders


class Command(BaseCommand):
    """Repeatable: a second run changes nothing and says so."""

    help = "载入演示用的 12345 工单（只在演示环境使用）"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(load_demo_orders()))
