"""`manage.py evaluate_hotline`: how good the cold and the live classifier are on labelled letters."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from common.errors import DomainError
from hotline.management.commands.train_hotline import letters_of, takes_letters
from hotline.services.training import Evaluation, evaluate


class Command(BaseCommand):
    """Precision, recall and F1 by label, their mean, and milliseconds a letter; nothing is changed."""

    help = "在有标签的来信上测量诉求分类：冷启动的和训练过的"

    def add_arguments(self, parser: CommandParser) -> None:
        takes_letters(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["path"]:
            raise CommandError("请用 --from 写明文件")
        try:
            letters, left_out = letters_of(options)
            found = evaluate(letters, label_set=options["label_set"])
        except DomainError as error:
            raise CommandError("\n".join(error.reasons)) from None
        for one in left_out:
            self.stdout.write(f"未用：第 {one.row} 行，{one.reason}")
        for evaluation in found:
            self._say(evaluation)

    def _say(self, evaluation: Evaluation) -> None:
        for one in evaluation.by_label:
            self.stdout.write(
                f"{evaluation.name} {one.label}: 精确率 {one.precision:.3f} 召回率 {one.recall:.3f} "
                f"F1 {one.f1:.3f} ({one.support} 条)"
            )
        self.stdout.write(
            f"{evaluation.name}: 宏平均 F1 {evaluation.macro_f1:.4f}，每条 {evaluation.milliseconds:.2f} 毫秒"
        )
