"""`manage.py issue_open311_key NAME`: a key for somebody else's application, shown this once."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from common.errors import DomainError
from hotline.services import issue_key, revoke_key


class Command(BaseCommand):
    """Issue a key, or with --revoke make the client's keys open nothing."""

    help = "给第三方应用发放 Open311 接口密钥；--revoke 停用它的全部密钥"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="应用名称")
        parser.add_argument("--contact", default="", help="联系方式")
        parser.add_argument(
            "--channels",
            default="open311",
            help="渠道，用逗号分开：open311、p110、wechat、media、leader、petition、safety、private_ent、mini；话务交换机用 phone",
        )
        parser.add_argument("--revoke", action="store_true", help="停用")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["revoke"]:
                self.stdout.write(f"停用了 {revoke_key(options['client'])} 个密钥")
            else:
                self.stdout.write(self._issued(options))
        except DomainError as error:
            raise CommandError("\n".join(error.reasons)) from None

    def _issued(self, options: dict[str, Any]) -> str:
        channels = [one.strip() for one in options["channels"].split(",") if one.strip()]
        return issue_key(options["client"], contact=options["contact"], channels=channels)[1]
