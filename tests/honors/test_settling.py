"""Many changes of the record in one transaction: what follows from them is derived once, and the same."""

from typing import Any

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from honors import records, standings
from honors.models import Award, Evidence, Round, Standing
from publishing import workflow
from publishing.workflow import Refused
from tests.honors.rolls import clerk, make_place, make_province, make_round, make_sheet, make_source, verifier
from tests.makers import chief

pytestmark = pytest.mark.django_db


def record_something() -> None:
    """Two rounds, a complete list that leaves a place out, a proposal, and a conflict."""
    wuhai, baotou, alxa = make_place(), make_place("150200", "包头市"), make_place("152900", "阿拉善盟")
    make_sheet(make_round(11, 9, 2020), wuhai, alxa, basis="report")
    make_sheet(make_round(11, 9, 2020), baotou, basis="notice")
    make_sheet(make_round(), wuhai, baotou, complete=True, declared_count=2, scope=make_province())
    make_sheet(make_round(), alxa, basis="report")


def derived() -> list[Any]:
    lines = Standing.objects.order_by("place__code").values_list(
        "place__code", "line", "lower", "upper", "total", "conflicts"
    )
    states = Award.objects.order_by("round__ordinal", "place__code").values_list(
        "round__ordinal", "place__code", "state", "basis", "shown__sheet__basis"
    )
    return [list(lines), list(states)]


class Undone(Exception):
    """Ends a transaction that only looked at its result."""


def test_the_end_is_the_same_as_after_each_change() -> None:
    with pytest.raises(Undone), transaction.atomic():
        record_something()
        one_by_one = derived()
        raise Undone
    with standings.settled_once():
        record_something()
        assert not Standing.objects.exists()
        assert set(Award.objects.values_list("state", flat=True)) == {"waiting"}
    assert derived() == one_by_one
    assert [row[1] for row in one_by_one[0]] == ["????????PY", "????????YY", "????????Y!"]


def test_standings_are_derived_once_however_many_sheets_are_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    rebuild = standings.rebuild
    monkeypatch.setattr(standings, "rebuild", lambda *given: (runs.append(given), rebuild(*given))[1])
    with standings.settled_once():
        record_something()
        assert runs == []
    assert runs == [()]


def test_an_inner_block_leaves_the_settling_to_the_outer_one() -> None:
    with standings.settled_once():
        with standings.settled_once():
            make_sheet(make_round(), make_place())
        assert not Standing.objects.exists()
    assert Standing.objects.count() == 1


def test_an_error_undoes_everything_and_the_next_change_is_settled_at_once() -> None:
    with pytest.raises(ZeroDivisionError), standings.settled_once():
        make_sheet(make_round(), make_place())
        raise ZeroDivisionError
    assert not Evidence.objects.exists() and not Standing.objects.exists()
    make_sheet(make_round(), make_place())
    assert Standing.objects.get().total == 1


def test_a_refusal_inside_does_not_lose_what_was_accepted() -> None:
    with standings.settled_once():
        sheet = make_sheet(make_round(), make_place(), verified=False)
        with pytest.raises(Refused):
            records.verify(sheet, by=clerk())
        records.verify(sheet, by=verifier())
    assert Standing.objects.get().total == 1


def test_a_round_that_becomes_public_inside_lengthens_the_lines_at_the_end() -> None:
    make_sheet(make_round(11, 9, 2020), make_place())
    assert Standing.objects.get().line == "????????Y"
    with standings.settled_once():
        make_round()
        assert Standing.objects.get().line == "????????Y"
    assert Standing.objects.get().line == "????????Y?"
    with standings.settled_once():
        workflow.withdraw(Round.objects.get(ordinal=12), by=chief(), reason="测试撤回")
    assert Standing.objects.get().line == "????????Y"


def test_a_block_without_changes_derives_nothing(django_assert_num_queries: Any) -> None:
    make_sheet(make_round(), make_place())
    with django_assert_num_queries(2) as queries, standings.settled_once():
        pass
    assert isinstance(queries, CaptureQueriesContext)
    assert all("SAVEPOINT" in query["sql"] for query in queries.captured_queries)


def test_a_report_may_tell_only_how_many_and_is_verified_like_a_list() -> None:
    only_a_number = make_sheet(
        make_round(), basis="report", declared_count=12, scope=make_province(), verified=False
    )
    with pytest.raises(Refused, match="没有核验名单的权限"):
        records.verify(only_a_number, by=clerk("无权限"))
    assert records.verify(only_a_number, by=verifier()) == 0
    only_a_number.refresh_from_db()
    assert only_a_number.is_verified and not Standing.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"basis": "report"},
        {"basis": "list", "declared_count": 12},
        {"basis": "notice", "declared_count": 12},
    ],
    ids=str,
)
def test_any_other_sheet_without_entries_cannot_be_verified(fields: dict[str, Any]) -> None:
    sheet = make_sheet(make_round(), source=make_source(), verified=False, **fields)
    with pytest.raises(Refused, match="还没有条目"):
        records.verify(sheet, by=verifier())


def test_a_place_that_moves_leaves_the_complete_lists_of_its_old_province() -> None:
    place, other = make_place(), make_place("150400", "赤峰市")
    make_sheet(make_round(11, 1, 2020), place)
    make_sheet(make_round(12, 2, 2025), other, complete=True, declared_count=1, scope=make_province())
    assert Standing.objects.get(place=place).line == "YN"
    place.parent = make_province("640000", "宁夏回族自治区")
    place.save()
    assert Standing.objects.get(place=place).line == "Y?"
