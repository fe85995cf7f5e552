from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.demonstration import accounts, bulk, loader
from portal.demonstration.content import ContentError
from portal.models import SiteIdentity
from publishing.workflow import Refused


class Command(BaseCommand):
    help = "Load the demonstration site; running it again changes only what its content files changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--first-run",
            action="store_true",
            help="Do nothing where a site stands already, whichever it is.",
        )
        parser.add_argument(
            "--bulk",
            type=int,
            metavar="N",
            help="Instead, add N synthetic articles and N synthetic awards for measuring.",
        )
        parser.add_argument(
            "--chars",
            type=int,
            default=1000,
            metavar="N",
            help="Length of a synthetic article (default 1000).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["bulk"] is not None:
            self.add_synthetic(options["bulk"], options["chars"])
        elif options["first_run"] and SiteIdentity.objects.exists():
            self.stdout.write("网站已经建好，没有装入演示内容。")
        else:
            self.load()

    def load(self) -> None:
        try:
            report = loader.load()
        except (loader.NotADemonstration, ContentError, Refused) as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if report.has_changes:
            counts = report.counts
            self.stdout.write(
                f"演示站点：新增 {counts['created']} 项，更新 {counts['updated']} 项，未变 {counts['unchanged']} 项。"
            )
        else:
            self.stdout.write("演示站点已经是最新的，没有改动。")
        for remark in report.remarks:
            self.stdout.write(remark)
        self.tell_accounts()

    def tell_accounts(self) -> None:
        passwords = accounts.give_passwords()
        if not passwords:
            return
        path = settings.DATA_DIR / "demo-accounts.txt"
        self.stdout.write("后台账号，每个角色一个（密码只在这里显示一次，并保存在下面的文件里）：")
        for name, password in passwords.items():
            self.stdout.write(f"  {name}  {password}  {accounts.ROLE_OF[name]}")
        self.stdout.write(f"  {path}")
        accounts.keep(passwords, path)

    def add_synthetic(self, number: int, characters: int) -> None:
        identity = SiteIdentity.objects.first()
        if identity is None or not identity.is_demonstration:
            raise CommandError("测试数据只能加在演示站点里。请先运行 manage.py demo。没有作任何改动。")
        if not 1 <= number <= bulk.MAX_NUMBER:
            raise CommandError(f"--bulk 应在 1 和 {bulk.MAX_NUMBER} 之间。没有作任何改动。")
        if not 1 <= characters <= bulk.MAX_CHARACTERS:
            raise CommandError(f"--chars 应在 1 和 {bulk.MAX_CHARACTERS} 之间。没有作任何改动。")
        articles, awards = bulk.add_articles(number, characters), bulk.add_awards(number)
        self.stdout.write(
            f"已加入 {number} 篇测试稿件和 {number} 项“压力测试荣誉”，现在共 {articles} 篇、{awards} 项。"
            "它们批量写入，不留修改记录。"
        )
