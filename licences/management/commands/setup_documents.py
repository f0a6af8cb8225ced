"""Make ready for documents: licence types, fonts, and a seal for each organ (a test one outside production)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.fixtures import BadFile, read
from identity.models import Department
from licences import services


class Command(BaseCommand):
    help = "载入证照类型，切制文书字库；非生产环境另建测试根证书，给每个部门配一枚测试印章。可以重复运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="字库重新切制")
        parser.add_argument("--test-seals", action="store_true", help="生产环境也签发测试印章")

    def handle(self, *args: Any, **options: Any) -> None:
        self._load_types(Path(settings.BASE_DIR) / "fixtures" / "licences" / "types.yaml")
        for font in services.cut_fonts(again=options["again"]):
            self.stdout.write(f"字库 {font.name}：{font.stat().st_size // 1024} KB")
        organs = list(Department.objects.select_related("region"))
        if settings.PRODUCTION and not options["test_seals"]:
            self._register(organs)
        else:
            made = services.set_up_test_seals(organs)
            self.stdout.write(f"测试印章：新签发 {len(made)} 枚，共 {len(organs)} 个部门")

    def _load_types(self, path: Path) -> None:
        try:
            changed = services.load_types(read(path))
        except BadFile as error:
            raise CommandError("\n".join(error.reasons)) from None
        self.stdout.write(f"证照类型：新增或者更新 {changed} 种")

    def _register(self, organs: list[Department]) -> None:
        """In production the PKCS#12 files come from a real authority; each is entered in the register."""
        missing = []
        for organ in organs:
            try:
                services.register_seal(organ)
            except FileNotFoundError:
                missing.append(organ.code)
            except ValueError as unreadable:
                raise CommandError(f"{organ.code}.p12 打不开：{unreadable}") from unreadable
        self.stdout.write(f"已登记印章 {len(organs) - len(missing)} 枚")
        if missing:
            self.stderr.write(f"缺少印章文件（<部门代码>.p12）：{'、'.join(missing)}")
