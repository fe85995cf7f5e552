"""What editors should look into in partnerships and the dual list. Never public.

Each function takes a fixed number of queries.
"""

from __future__ import annotations

from django.utils import timezone

from partnerships.dual_list import reported_totals
from partnerships.dual_list_filters import SIDES, Known
from partnerships.models import Agreement, DualListItem, ReportedTotal
from partnerships.parties import PLACE, all_similar
from publishing.findings import Finding, Group, group


def of_partners() -> list[Group]:
    return [
        group(
            "可能是同一个单位",
            "类别和所在地相同，一个名称包含另一个。是同一个单位的请合并，原来的名称会留作另一个名称。",
            [
                Finding(
                    one, f"{one}、{other}", f"{one.get_kind_display()}，{one.place or '没有所在地'}", other
                )
                for one, other in all_similar()
            ],
        )
    ]


def of_agreements() -> list[Group]:
    today = timezone.localdate()
    rows = Agreement.objects.select_related("source", "counterpart").prefetch_related("partners")
    rows = rows.order_by("pk")
    due = rows.to_reverify(today).order_by("last_verified_on", "pk")
    return [
        group(
            "待再核实",
            "公开的、没有到期的，从未核实或核实过了十一个月。满十二个月，访客看到“待核实”。",
            [Finding(one, str(one), f"{one.parties}，{verified_words(one)}") for one in due],
        ),
        group(
            "来源待补",
            "公开的只有未查明的来源，访客看到“来源待补”。请查明出处。",
            [
                Finding(one, str(one), f"{one.parties}，登记的来源：{one.source}")
                for one in rows.published().without_source()
            ],
        ),
        group(
            "已到期、仍然公开",
            "访客看到“已到期”。已续签的请修改到期日期，不该再公开的请撤回。",
            [
                Finding(one, str(one), f"{one.parties}，{one.ends_on} 到期")
                for one in rows.published().ended(today)
            ],
        ),
    ]


def of_dual_list() -> list[Group]:
    today, known = timezone.localdate(), Known.load()
    overdue = DualListItem.objects.public().overdue(today).order_by("due_on", "pk")
    return [
        group(
            "逾期事项",
            "公开的、过了完成时限还没有办结的，访客看到“逾期”。",
            [Finding(one, str(one), f"{one.office}，{overdue_words(one)}") for one in overdue],
        ),
        group(
            "不印编号的清单",
            "公开的编号只缺一两个，缺的是哪一项一看便知，所以页面、导出都不印这一年这份清单的编号。"
            "公开缺的事项，或撤回时选“显示撤回说明”，编号就会再印出来。",
            [
                Finding(items[0], f"{year}年{label}", gap_words(known, year, side), query=f"year={year}&side={side}")
                for year in known.years
                for side, label in SIDES.items()
                if (items := known.of(year, side)) and not known.prints_numbers(year, side)
            ],
        ),
        group(
            "不显示的公开数目",
            "说的是本站这份清单，只比公开的事项多一两项，差额会指向没有公开的事项，所以页面不显示。",
            [
                Finding(one, str(one), f"{one.year}年{one.get_measure_display()} {one.value} {one.unit}")
                for one in withheld_totals(known)
            ],
        ),
    ]  # fmt: skip


def withheld_totals(known: Known) -> list[ReportedTotal]:
    """Totals of this site's own list that its page does not tell, by the small-number rule."""
    told = {total.pk for total in reported_totals(known)}
    return [one for one in ReportedTotal.objects.select_related(*PLACE).order_by("pk") if one.pk not in told]


def gap_words(known: Known, year: int, side: str) -> str:
    """What an editor has to know about a list whose numbers are withheld."""
    numbers = {item.number for item in known.of(year, side)}
    told = numbers | {item.number for item in known.withdrawn_of(year, side)}
    gaps = [str(number) for number in range(1, max(told) + 1) if number not in told]
    return f"公开 {len(numbers)} 项，缺第 {'、'.join(gaps)} 项"


def verified_words(agreement: Agreement) -> str:
    """When it was verified last, and how long ago that is."""
    if agreement.last_verified_on is None:
        return "从未核实"
    days = (timezone.localdate() - agreement.last_verified_on).days
    ago = f"{days} 天前" if days < 60 else f"{days // 30} 个月前"
    return f"{agreement.last_verified_on}（{ago}）" if days else f"{agreement.last_verified_on}（今天）"


def overdue_words(item: DualListItem) -> str:
    """How far an open item is from its due date; "" for one that is closed or has none."""
    if item.due_on is None or item.stage not in ("planned", "running"):
        return ""
    days = (item.due_on - timezone.localdate()).days
    return f"逾期 {-days} 天" if days < 0 else "今天到期" if days == 0 else f"还有 {days} 天"
