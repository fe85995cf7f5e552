"""The desk from the office's shell: what waits, what one item still lacks, and the verbs that go past no review.

Reviewing, signing and emergency publishing are left out on purpose: a shell cannot prove which person sits at it.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.chain import record
from audit.models import Event, Result
from publishing import verification, workflow
from publishing.models import Publishable, ReviewStep, State, WithdrawalMode
from publishing.querysets import OPEN
from publishing.workflow import table

# Of an item that waits, the moment since which it does.
SINCE = {State.DRAFT: "updated_at", State.IN_REVIEW: "submitted_at", State.APPROVED: "approved_at"}
# The verbs that a shell may ask for.
LABELS = {one.name: one.label for one in (table.SUBMIT, table.SEND_BACK, table.PUBLISH, table.WITHDRAW)}


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if timezone.is_aware(at) else timezone.make_aware(at)


class Command(BaseCommand):
    help = "采编台：列出等待处理的内容，查看一条还缺什么，送审、退回、发布、撤回，核对公开的是不是批准的。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="列出草稿、审核中、待发布的内容")
        acts.add_parser("verify", help="逐条核对公开的内容和批准的内容；有不同的列出来，退出码为 1")
        self._item(acts.add_parser("show", help="一条内容的状态、审核记录和还缺什么"))
        for name, words in LABELS.items():
            act = acts.add_parser(name, help=words)
            self._item(act)
            act.add_argument("--by", required=True, metavar="USER", help="由谁：用户名，须有相应的权限")
            if name in {"send-back", "withdraw"}:
                act.add_argument("--reason", required=True, help="原因")
            if name == "publish":
                act.add_argument("--at", type=moment, help="定时，北京时间，例如 2026-10-01T08:00")
            if name == "withdraw":
                modes = WithdrawalMode.values
                act.add_argument("--mode", choices=modes, default=modes[0], help="原来的网址怎样处理")
                act.add_argument("--target", default="", help="转到的本站地址，以“/”开头")

    def _item(self, parser: ArgumentParser) -> None:
        kinds = ", ".join(model._meta.label_lower for model in verification.content_models())
        parser.add_argument("kind", help=f"哪一类：{kinds}")
        parser.add_argument("number", type=int, help="编号，后台网址里的数字")

    def handle(self, *args: Any, **options: Any) -> None:
        act = options["act"]
        if act in {"list", "verify"}:
            {"list": self.list, "verify": self.verify}[act]()
        elif act == "show":
            self.show(self.find(options))
        else:
            self.do(VERBS[act], self.find(options), options)

    def find(self, options: dict[str, Any]) -> Any:
        try:
            model: Any = apps.get_model(options["kind"])
        except (LookupError, ValueError):
            model = None
        if model not in verification.content_models():
            raise CommandError(f"没有“{options['kind']}”这一类内容。")
        item = model.objects.filter(pk=options["number"]).first()
        if item is None:
            raise CommandError(f"没有编号是 {options['number']} 的{model._meta.verbose_name}。")
        return item

    # --- Reading -----------------------------------------------------------------------------------------

    def list(self) -> None:
        count = 0
        for model in verification.content_models():
            for item in model.objects.filter(status__in=OPEN).order_by("status", "pk"):
                count += 1
                self.stdout.write(self.line(item))
        self.stdout.write(f"共 {count} 条。")

    def line(self, item: Publishable) -> str:
        state = item.state()
        since = getattr(item, SINCE.get(state, "published_at"))
        day = f" {timezone.localtime(since):%Y-%m-%d %H:%M}" if since else ""
        revision = f"（修订 {item.revision_of_id}）" if item.revision_of_id else ""
        return f"{item._meta.label_lower} {item.pk} {state.label}{day}《{item.audit_name()}》{revision}"

    def show(self, item: Publishable) -> None:
        self.stdout.write(self.line(item))
        self.stdout.write(f"审核级别：{item.level.label}")
        for row in ReviewStep.objects.about(item).select_related("person"):
            said = f"：{row.opinion}" if row.opinion else ""
            self.stdout.write(f"  {timezone.localtime(row.at):%Y-%m-%d %H:%M} {row} {row.person}{said}")
        for reason in workflow.approval_obstacles(item):
            self.stdout.write(f"还缺：{reason}")
        for reason in workflow.content_obstacles(item):
            self.stdout.write(f"内容：{reason}")

    def verify(self) -> None:
        found = list(verification.departures())
        for one in found:
            self.stderr.write(f"{one.words}：{self.line(one.item)}")
        if found:
            raise CommandError(f"公开的内容里有 {len(found)} 条和批准的不一致。")
        self.stdout.write("公开的内容都和批准的一致。")

    # --- Acting ------------------------------------------------------------------------------------------

    def do(
        self, verb: Callable[[Any, User, dict[str, Any]], Any], item: Any, options: dict[str, Any]
    ) -> None:
        by = User.objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"没有用户“{options['by']}”。")
        try:
            done = verb(item, by, options)
        except workflow.Refused as refused:
            label = LABELS[options["act"]]
            record(Event.WORKFLOW, obj=item, by=by, result=Result.REFUSED, detail=label)
            raise CommandError("\n".join(refused.reasons)) from refused
        self.stdout.write(self.line(done or item))


VERBS: dict[str, Callable[[Any, User, dict[str, Any]], Any]] = {
    "submit": lambda item, by, given: workflow.submit(item, by=by),
    "send-back": lambda item, by, given: workflow.send_back(item, by=by, reason=given["reason"]),
    "publish": lambda item, by, given: workflow.publish(item, by=by, at=given["at"]),
    "withdraw": lambda item, by, given: workflow.withdraw(
        item, by=by, reason=given["reason"], mode=given["mode"], target=given["target"]
    ),
}
