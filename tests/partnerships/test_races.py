"""Two people at the same moment, in threads with connections of their own: nobody's work is lost or done twice."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from partnerships.agreements import reverify
from partnerships.importers import import_agreements, import_dual_list
from partnerships.models import Agreement, DualListItem, Partner, Verification
from partnerships.parties import merge
from publishing.workflow import Refused
from tests.honors.rolls import make_place
from tests.partnerships.pacts import make_pact, make_partner

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time by itself"),
]

HEADS = "共建单位,单位类别,类别,地方,内容\n"
WAIT = 0.7  # long enough for the other thread to come to the lock


def together(act: Callable[[int], Any]) -> list[Any]:
    """What two calls at one moment return, or the reasons for which they were refused."""
    barrier = Barrier(2)

    def run(number: int) -> Any:
        barrier.wait()
        try:
            return act(number)
        except Refused as refused:
            return refused.reasons
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, [0, 1]))


def one_after_the_other(
    first: Callable[[], Any], second: Callable[[], Any]
) -> tuple[Future[Any], Future[Any]]:
    """`first` in a transaction that ends only when `second` has begun and come to what it must wait for."""
    done, began = Event(), Event()

    def run_first() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                began.wait(10)
                Event().wait(WAIT)
        finally:
            done.set()
            connection.close()

    def run_second() -> None:
        try:
            done.wait(10)
            began.set()
            second()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return pool.submit(run_first), pool.submit(run_second)


@pytest.fixture
def clerk() -> User:
    return User.objects.create_superuser("clerk")


def table(*partners: str) -> bytes:
    rows = "".join(f"{name},企业,拥军门店,乌海市,为军人开设专柜\n" for name in partners)
    return (HEADS + rows).encode()


def test_of_two_verifications_of_one_day_one_is_entered(clerk: User) -> None:
    pact = make_pact()
    found = together(lambda number: reverify(Agreement.objects.get(), by=clerk, how=f"致电{number}"))
    [refused] = [one for one in found if not isinstance(one, Verification)]
    assert "已经核实过" in refused[0]
    assert [one.how for one in pact.verifications.all()] == [
        one.how for one in found if isinstance(one, Verification)
    ]


def test_of_two_imports_of_one_file_one_enters_its_rows(clerk: User) -> None:
    make_place()
    found = together(lambda _: import_agreements(table("甲公司", "乙公司"), by=clerk))
    assert sorted((len(one.new), len(one.known)) for one in found) == [(0, 2), (2, 0)]
    assert Agreement.objects.count() == Partner.objects.count() == 2
    items = "年度,清单,编号,公开内容\n2026,部队需求,1,演示：修路\n".encode()
    found = together(lambda _: import_dual_list(items, by=clerk))
    assert sorted((len(one.new), len(one.known)) for one in found) == [(0, 1), (1, 0)]
    assert DualListItem.objects.count() == 1


def test_an_import_that_names_a_partner_which_is_being_merged_writes_nothing(clerk: User) -> None:
    keep, other = make_partner("甲公司"), make_partner("乙商店")
    merged, imported = one_after_the_other(
        lambda: merge(keep, other, by=clerk), lambda: import_agreements(table("乙商店"), by=clerk)
    )
    assert merged.exception() is None
    with pytest.raises(Refused, match="刚才有人合并或删除了其中的共建单位"):
        imported.result()
    assert not Agreement.objects.exists()
    # The next one finds it by the name that was kept.
    import_agreements(table("乙商店"), by=clerk)
    assert list(Agreement.objects.get().partners.all()) == [keep]


def test_a_merge_waits_for_an_import_and_takes_its_rows_along(clerk: User) -> None:
    keep, other = make_partner("甲公司"), make_partner("乙商店")
    imported, merged = one_after_the_other(
        lambda: import_agreements(table("乙商店"), by=clerk), lambda: merge(keep, other, by=clerk)
    )
    assert (imported.exception(), merged.exception()) == (None, None)
    assert list(Agreement.objects.get().partners.all()) == [keep]
    assert not Partner.objects.filter(pk=other.pk).exists()


def test_a_merge_waits_for_who_saves_an_agreement_of_both(clerk: User) -> None:
    keep, other = make_partner("甲公司"), make_partner("乙商店")
    pact = make_pact(other)

    def save() -> None:
        Agreement.objects.select_for_update().get(pk=pact.pk).partners.add(keep)

    saved, merged = one_after_the_other(save, lambda: merge(keep, other, by=clerk))
    assert (saved.exception(), merged.exception()) == (None, None)
    assert list(pact.partners.all()) == [keep]


def test_of_two_merges_that_cross_one_is_done(clerk: User) -> None:
    one, other = make_partner("甲公司"), make_partner("乙商店")
    pact = make_pact(one)
    pairs = [(one.pk, other.pk), (other.pk, one.pk)]

    def join(number: int) -> None:
        keep, gone = (Partner.objects.get(pk=pk) for pk in pairs[number])
        merge(keep, gone, by=clerk)

    found = together(join)
    assert found.count(None) == 1 and ["其中一个单位已经不在了，可能刚被合并或删除。"] in found
    [left] = Partner.objects.all()
    assert list(pact.partners.all()) == [left] and left.other_names.count() == 1
