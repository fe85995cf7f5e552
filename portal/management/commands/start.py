import os
from collections.abc import Callable
from getpass import getpass
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from honors.places import load_places
from portal.models import SiteIdentity
from portal.passwords import random_password
from portal.start import check_identity, check_username, find_place, refuse_second_start, start_site
from publishing.permissions import AUDIT, EDITOR, FIRST, SECOND, SECURITY, SITE, THIRD

Value = TypeVar("Value")

NEXT = f"""接下来：
  1. 用这个账户登录 /admin/，换成自己的密码。
  2. 在“用户”里给每个人建账户，选好组：{SITE}、{AUDIT}（要是另外两个人），再是{EDITOR}、{FIRST}、{SECOND}、{THIRD}等。
  3. {SITE}员登录后，在“网站信息”里补全备案号、主办单位和举报电话。"""


class Command(BaseCommand):
    help = "Start an office's own, empty site: identity, first administrator, columns, navigation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="网站名称")
        parser.add_argument("--slogan", help="标语，可不填")
        parser.add_argument("--home-place", help="本地：区划代码或“省/地”，例如 150300，可不填")
        parser.add_argument("--domain", help="域名，不带 http:// ，可不填")
        parser.add_argument("--username", help="第一个管理员的用户名")
        parser.add_argument(
            "--no-input",
            action="store_true",
            help="不提问。密码取自环境变量 START_PASSWORD，没有就随机生成并显示一次。",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_second_start()
            places = load_places()
            self.stdout.write(f"行政区划：新增 {places['created']}，更新 {places['updated']}。")
            identity = SiteIdentity(
                name=self.value(options, "name", "网站名称", lambda text: check_identity("name", text)),
                slogan=self.value(
                    options, "slogan", "标语（可不填）", lambda text: check_identity("slogan", text)
                ),
                home_place=self.value(
                    options, "home_place", "本地，填区划代码或“省/地”（可不填）", find_place
                ),
                domain=self.value(
                    options, "domain", "域名（可不填）", lambda text: check_identity("domain", text)
                ),
            )
            username = self.value(options, "username", "管理员用户名", check_username)
            administrator = get_user_model()(username=username)
            password, is_made = self.password(options, administrator)
            start_site(identity, administrator, password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except EOFError as error:
            raise CommandError("没有得到回答。请在终端里运行，或用 --no-input 和各个选项。") from error
        self.stdout.write(f"网站“{identity.name}”建好了，{SECURITY}员是 {username}，只管账户和角色。")
        if is_made:
            self.stdout.write(f"密码（只显示这一次）：{password}")
        self.stdout.write(NEXT)

    def value(
        self, options: dict[str, Any], name: str, question: str, check: Callable[[str], Value]
    ) -> Value:
        """A checked value from the options, or asked for until it is acceptable."""
        if options[name] is not None or options["no_input"]:
            try:
                return check((options[name] or "").strip())
            except ValidationError as error:
                raise ValidationError([f"{question}：{message}" for message in error.messages]) from error
        while True:
            try:
                return check(input(f"{question}：").strip())
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))

    def password(self, options: dict[str, Any], administrator: Any) -> tuple[str, bool]:
        """The administrator's password, and whether it was made here."""
        if options["no_input"]:
            given = os.environ.get("START_PASSWORD", "")
            return (given, False) if given else (random_password(), True)
        while True:
            given = getpass("管理员密码（至少 12 个字，字母、数字、符号都要有；直接回车则随机生成）：")
            if not given:
                return random_password(), True
            try:
                validate_password(given, administrator)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if getpass("再输入一次：") == given:
                return given, False
            self.stderr.write("两次输入的密码不一样。")
