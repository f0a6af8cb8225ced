"""`manage.py analyse_hotline`: the hot spots of a file of messages, or of the orders of the last days."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from common.errors import DomainError
from hotline.services.analysing import Columns, messages_of_file, messages_of_orders, tables, write_tables
from hotline.warning.topics import Message
from hotline.warning.topics.finding import Settings, find_topics

SHOWN = 20


class Command(BaseCommand):
    """Reads, finds, writes; changes nothing that is stored."""

    help = "从留言文件或者已有工单中找出热点问题，按热度排名，写出热点问题表和留言明细表"

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = Columns()
        parser.add_argument("--from", dest="source", type=Path, help="xlsx 或 csv 文件；不给则分析已有工单")
        parser.add_argument("--out", type=Path, help="写到哪里：.xlsx 一个文件两张表，.csv 两个文件")
        parser.add_argument("--days", type=int, default=90, help="分析最近多少天的工单")
        parser.add_argument("--least", type=int, default=3, help="至少多少条留言算一个热点")
        parser.add_argument("--id", default=known.id, help="编号列")
        parser.add_argument("--user", default=known.user, help="用户列")
        parser.add_argument("--title", default=known.title, help="主题列")
        parser.add_argument("--time", default=known.time, help="时间列")
        parser.add_argument("--text", default=known.text, help="详情列")
        parser.add_argument("--for", dest="agree", default=known.agree, help="点赞列")
        parser.add_argument("--against", dest="disagree", default=known.disagree, help="反对列")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            topics = find_topics(self._messages(options), Settings(least_members=options["least"]))
            if options["out"]:
                for path in write_tables(options["out"], topics):
                    self.stdout.write(f"{path}")
        except DomainError as error:
            raise CommandError("\n".join(error.reasons)) from None
        for row in tables(topics)[0][:SHOWN]:
            self.stdout.write("\t".join(str(cell) for cell in row))
        self.stdout.write(f"{len(topics)} 个热点问题")

    def _messages(self, options: dict[str, Any]) -> list[Message]:
        if options["source"]:
            names = ("id", "user", "title", "time", "text", "agree", "disagree")
            return messages_of_file(options["source"], Columns(**{name: options[name] for name in names}))
        now = timezone.now()
        return messages_of_orders(now - timedelta(days=options["days"]), now)
