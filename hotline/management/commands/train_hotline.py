"""`manage.py train_hotline`: learn to classify from a file of labelled letters, or from confirmed orders."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from common.errors import DomainError
from hotline.learning.tables import Columns, LeftOut, Letter, letters_from
from hotline.services.training import Training, confirmed_letters, train_classifier

__all__ = ["Command", "letters_of", "takes_letters"]

#: More rows left out than this are counted, not listed, unless --verbosity 2.
LISTED = 10


def takes_letters(parser: CommandParser) -> None:
    """The arguments that say where labelled letters are."""
    parser.add_argument("--from", dest="path", type=Path, help="CSV、TSV 或 XLSX 文件")
    parser.add_argument("--text", action="append", default=[], help="内容所在的列，可以写几次，合在一起")
    parser.add_argument("--title", action="append", default=[], help="标题所在的列，可以写几次")
    parser.add_argument("--label", help="标签所在的列")
    parser.add_argument("--label-set", default="", help="外部标签体系的名称；不写就是我们的二级分类代码")
    parser.add_argument("--encoding", default="", help="不写就依次试 UTF-8 和 GB18030")


def letters_of(options: dict[str, Any]) -> tuple[list[Letter], list[LeftOut]]:
    """The letters the arguments name; CommandError where they do not say enough."""
    if not options["text"] or not options["label"]:
        raise CommandError("--from 要和 --text、--label 一起用")
    columns = Columns(options["text"], options["label"], options["title"])
    return letters_from(options["path"], columns, encoding=options["encoding"])


class Command(BaseCommand):
    """A version that is worse than what runs is kept and not used; the command says so and fails."""

    help = "训练诉求分类模型：从文件（--from）或者从人工确认过的工单"

    def add_arguments(self, parser: CommandParser) -> None:
        takes_letters(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            letters, unread = letters_of(options) if options["path"] else (confirmed_letters(), [])
            source = options["path"].name if options["path"] else "confirmed orders"
            trained = train_classifier(letters, label_set=options["label_set"], source=source, unread=unread)
        except DomainError as error:
            raise CommandError("\n".join(error.reasons)) from None
        self._say_left_out(trained.left_out, everything=options["verbosity"] > 1)
        self._say(trained)
        if not trained.version.active:
            raise CommandError(f"没有启用：{trained.version.refusal}")

    def _say_left_out(self, left_out: list[LeftOut], *, everything: bool) -> None:
        shown = left_out if everything else left_out[:LISTED]
        for one in shown:
            self.stdout.write(f"未用：第 {one.row} 行，{one.reason}")
        if len(shown) < len(left_out):
            self.stdout.write(f"未用的还有 {len(left_out) - len(shown)} 行（--verbosity 2 全部列出）")

    def _say(self, trained: Training) -> None:
        version, found = trained.version, trained.version.measures
        for name, value in sorted(found["compared"].items(), key=lambda one: -one[1]):
            self.stdout.write(f"交叉验证 {name}: 宏平均 F1 {value:.4f}")
        for one in found["by_label"]:
            self.stdout.write(
                f"留出 {one['label']}: 精确率 {one['precision']:.3f} 召回率 {one['recall']:.3f} "
                f"F1 {one['f1']:.3f} ({one['support']} 条)"
            )
        self.stdout.write(
            f"{version.version}: {version.kind}，用了 {version.rows} 条，未用 {version.left_out} 条；"
            f"留出 {found['held_out']} 条上宏平均 F1 {version.macro_f1:.4f}，现用的 {version.running_f1:.4f}"
        )
        if version.active:
            self.stdout.write(self.style.SUCCESS("已启用"))
