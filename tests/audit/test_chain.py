"""The chain of the audit trail: what is written, what the database refuses, what verifying finds."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import chain, guards, retention, verification
from audit.models import AuditEvent, AuditHead, AuditStub, Event, Result

pytestmark = pytest.mark.django_db


def write(number: int = 3, days_ago: int = 0) -> None:
    for each in range(number):
        at = timezone.now() - timedelta(days=days_ago)
        chain.record(Event.VIEW, name=f"第{each}件", person="reader", at=at)


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("audit", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def behind_the_guards(statement: str) -> None:
    """What somebody does who owns the database: the triggers off, the change, the triggers on again."""
    guards.lift("default")
    sql(statement)
    guards.install("default")


# --- writing ----------------------------------------------------------------------------------------------


def test_events_follow_each_other_from_one() -> None:
    write(3)
    rows = list(AuditEvent.objects.order_by("number"))
    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == ["", rows[0].hash, rows[1].hash]
    assert str(verification.head()) == f"3:{rows[2].hash}"
    assert list(verification.findings()) == []


def test_the_hash_covers_every_field_and_reads_the_same_from_the_database() -> None:
    write(1)
    row = AuditEvent.objects.get()
    assert chain.seal(row) == row.hash
    for field in chain.SEALED:
        if field == "algorithm":
            continue
        changed = AuditEvent.objects.get()
        new = {"number": 2, "at": row.at + timedelta(microseconds=1)}.get(field, "anders")
        setattr(changed, field, new)
        assert chain.seal(changed) != row.hash, field


def test_every_field_but_the_hash_is_sealed() -> None:
    assert {field.name for field in AuditEvent._meta.fields} - set(chain.SEALED) == {"hash"}


@pytest.mark.parametrize("algorithm", chain.ALGORITHMS)
def test_the_hash_function_is_the_offices_choice(settings: Any, algorithm: str) -> None:
    if algorithm not in hashlib.algorithms_available:
        pytest.skip(f"this OpenSSL has no {algorithm}")
    write(1)
    settings.AUDIT_HASH = algorithm
    write(1)
    assert AuditEvent.objects.get(number=2).algorithm == algorithm
    assert "完整" in command("verify")


def test_an_act_that_fails_leaves_no_event_and_the_next_one_fits() -> None:
    write(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        chain.record(Event.CHANGE, name="不会发生")
        raise RuntimeError
    write(1)
    assert AuditEvent.objects.count() == 2 and list(verification.findings()) == []


def test_long_texts_are_cut_and_lines_joined() -> None:
    row = chain.record(Event.CHANGE, name="长" * 300, detail="一\n二\0三")
    assert len(row.object_name) == 200 and row.object_name.endswith("…") and row.detail == "一 二三"


def test_an_object_is_named_by_type_number_and_name() -> None:
    user = User.objects.create_user("someone")
    row = chain.record(Event.ACCOUNT, obj=user)
    assert (row.object_type, row.object_id, row.object_name) == ("auth.user", str(user.pk), "someone")


def test_who_runs_a_command_is_named() -> None:
    row = chain.record(Event.CHANGE)
    assert row.person.startswith("命令行") and row.address == "命令行"


def test_nothing_is_written_without_a_head() -> None:
    write(2)
    behind_the_guards("DELETE FROM audit_audithead")
    with pytest.raises(chain.ChainBroken), transaction.atomic():
        write(1)
    assert [each.words for each in verification.findings()] == ["链头丢失"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="tests/portal/test_lock_out.py does it with a real file"
)
def test_writers_at_the_same_moment_wait_for_each_other() -> None:
    together = Barrier(4)

    def several(name: int) -> None:
        together.wait()
        try:
            for _ in range(10):
                chain.record(Event.VIEW, person=str(name))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(several, range(4)))
    assert list(AuditEvent.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 41))
    assert list(verification.findings()) == []


# --- what the database refuses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET person = 'nobody' WHERE number = 2",
        "UPDATE audit_auditevent SET detail = detail",
        "DELETE FROM audit_auditevent WHERE number = 3",
        "DELETE FROM audit_auditevent",
        "UPDATE audit_audithead SET number = 2",
        "UPDATE audit_audithead SET hash = 'x'",
        "DELETE FROM audit_audithead",
    ],
)
def test_no_update_and_no_delete(statement: str) -> None:
    write(3)
    with pytest.raises(DatabaseError, match="append-only"):
        sql(statement)
    assert AuditEvent.objects.count() == 3 and list(verification.findings()) == []


def test_no_update_and_no_delete_through_the_models() -> None:
    write(1)
    row = AuditEvent.objects.get()
    row.person = "nobody"
    for act in (row.save, row.delete, AuditEvent.objects.all().delete, AuditHead.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


@pytest.mark.skipif(connection.vendor == "postgresql", reason="only SQLite has REPLACE")
def test_no_replace_on_sqlite() -> None:
    """It deletes the old row without asking the trigger on DELETE."""
    write(2)
    columns = ", ".join(f'"{field.column}"' for field in AuditEvent._meta.fields)
    chosen = columns.replace('"person"', "'nobody'")
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"INSERT OR REPLACE INTO audit_auditevent ({columns}) SELECT {chosen} FROM audit_auditevent")
    with pytest.raises(DatabaseError, match="append-only"):
        sql("INSERT OR REPLACE INTO audit_audithead (id, number, hash) VALUES (1, 1, 'x')")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
def test_no_truncate_on_postgresql() -> None:
    write(1)
    for table in ("audit_auditevent", "audit_audithead", "audit_auditstub"):
        with pytest.raises(DatabaseError, match="append-only"):
            sql(f"TRUNCATE {table}")


def test_a_fork_is_refused() -> None:
    write(2)
    second = AuditEvent.objects.get(number=2)
    second.number, second.hash = 3, "0" * 64
    with pytest.raises(DatabaseError), transaction.atomic():
        second.save(force_insert=True)


# --- what verifying finds ---------------------------------------------------------------------------------


def test_a_whole_chain_and_an_empty_one_are_whole() -> None:
    assert "0 条" in command("verify") and command("head") == ""
    write(2)
    assert "2 条，到第 2 条" in command("verify")
    assert re.match(r"2:[0-9a-f]{64} \d{4}-", command("head"))


@pytest.mark.parametrize(
    ("statement", "number", "words"),
    [
        ("UPDATE audit_auditevent SET person = 'nobody' WHERE number = 2", 2, "内容被改动"),
        ("UPDATE audit_auditevent SET at = '2020-01-01 00:00:00+00:00' WHERE number = 1", 1, "内容被改动"),
        ("UPDATE audit_auditevent SET result = 'refused' WHERE number = 4", 4, "内容被改动"),
        ("UPDATE audit_auditevent SET previous = 'x' WHERE number = 3", 3, "与上一条接不上"),
        ("DELETE FROM audit_auditevent WHERE number = 1", 1, "缺少第 1 至 1 条"),
        ("DELETE FROM audit_auditevent WHERE number IN (2, 3)", 2, "缺少第 2 至 3 条"),
        ("DELETE FROM audit_auditevent WHERE number >= 3", 3, "末尾被截断：第 3 至 4 条不见了"),
        ("DELETE FROM audit_auditevent", 1, "末尾被截断：第 1 至 4 条不见了"),
        ("UPDATE audit_audithead SET hash = 'x'", 4, "与链头不一致"),
        ("DELETE FROM audit_audithead", 4, "链头丢失"),
    ],
)
def test_every_change_gap_and_cut_end_is_found_with_its_row(statement: str, number: int, words: str) -> None:
    write(4)
    behind_the_guards(statement)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("audit", "verify", stdout=out, stderr=out)
    assert f"第 {number} 条：{words}。" in out.getvalue()


def test_a_row_sealed_anew_no_longer_fits_the_next() -> None:
    write(3)
    row = AuditEvent.objects.get(number=2)
    row.person = "nobody"
    behind_the_guards(
        f"UPDATE audit_auditevent SET person = 'nobody', hash = '{chain.seal(row)}' WHERE number = 2"
    )
    assert [each.number for each in verification.findings()] == [3]


def forge_the_whole_chain(last: int) -> None:
    """What only the owner of the database can do: seal everything anew, the head included."""
    guards.lift("default")
    rows, previous = list(AuditEvent.objects.order_by("number")), ""
    AuditEvent.objects.all().delete()
    for row in rows[:last]:
        row.person, row.previous = "nobody", previous
        row.hash = previous = chain.seal(row)
        row.save(force_insert=True)
    AuditHead.objects.update(number=last, hash=previous)
    guards.install("default")


@pytest.mark.parametrize("last", [2, 4])
def test_a_forged_chain_is_found_by_the_head_that_was_noted_elsewhere(tmp_path: Path, last: int) -> None:
    write(4)
    noted = tmp_path / "heads.txt"
    noted.write_text(command("head"))
    assert "完整" in command("verify", "--heads", str(noted))
    write(1)
    assert "完整" in command("verify", "--heads", str(noted))
    forge_the_whole_chain(last)
    assert "完整" in command("verify")
    with pytest.raises(CommandError):
        command("verify", "--heads", str(noted))
    with pytest.raises(CommandError):
        command("verify", "--head", noted.read_text())


@pytest.mark.parametrize("noted", ["nonsense", "1:short", "x:" + "0" * 64])
def test_a_head_that_is_none_is_refused(noted: str) -> None:
    with pytest.raises(CommandError, match="不是链头"):
        command("verify", "--head", noted)


def test_a_file_of_heads_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="不能读取"):
        command("verify", "--heads", str(tmp_path / "none"))


# --- retention ----------------------------------------------------------------------------------------------

Prune = Callable[..., AuditStub]


@pytest.fixture
def prune(tmp_path: Path) -> Prune:
    def act(days_ago: int = 200, archive: str = "old.jsonl", reason: str = "到期清理") -> AuditStub:
        before = timezone.now() - timedelta(days=days_ago)
        return retention.prune(before=before, archive=tmp_path / archive, reason=reason)

    return act


def test_old_events_go_into_a_file_and_a_stub_goes_on(prune: Prune, tmp_path: Path) -> None:
    write(3, days_ago=300)
    write(2)
    last_hash = AuditEvent.objects.get(number=3).hash
    stub = prune()
    assert (stub.first, stub.last, stub.last_hash) == (1, 3, last_hash)
    archive = tmp_path / "old.jsonl"
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == stub.archive_sha256
    lines = [json.loads(line) for line in archive.read_text(encoding="utf-8").splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3] and lines[2]["hash"] == last_hash
    told = AuditEvent.objects.order_by("number").last()
    assert told is not None and told.event == Event.RETENTION and stub.hash in told.detail
    assert list(AuditEvent.objects.order_by("number").values_list("number", flat=True)) == [4, 5, 6]
    assert "完整" in command("verify")


def test_a_second_time_goes_on_where_the_first_ended(prune: Prune) -> None:
    write(2, days_ago=400)
    write(2, days_ago=300)
    write(1)
    prune(days_ago=350)
    prune(days_ago=250, archive="more.jsonl")
    assert [(stub.first, stub.last) for stub in AuditStub.objects.all()] == [(1, 2), (3, 4)]
    assert "完整" in command("verify")


def test_the_head_noted_before_a_removal_is_still_good(prune: Prune) -> None:
    write(3, days_ago=300)
    noted = command("head")
    write(1)
    prune()
    assert "完整" in command("verify", "--head", noted)
    with pytest.raises(CommandError):
        command("verify", "--head", f"3:{'0' * 64}")


def test_nothing_younger_than_six_months_is_removed(prune: Prune) -> None:
    write(2, days_ago=100)
    with pytest.raises(retention.NotRemoved, match="至少保存"):
        prune(days_ago=90)
    assert AuditEvent.objects.count() == 2


def test_a_young_event_stops_the_removal_of_what_follows(prune: Prune) -> None:
    write(1, days_ago=300)
    write(1)
    write(1, days_ago=300)
    assert prune().last == 1


def test_nothing_is_removed_from_a_broken_chain(prune: Prune) -> None:
    write(3, days_ago=300)
    behind_the_guards("DELETE FROM audit_auditevent WHERE number = 2")
    with pytest.raises(retention.NotRemoved, match="第 2 条"):
        prune()
    assert AuditEvent.objects.count() == 2


@pytest.mark.parametrize("given", [{"reason": " "}, {"days_ago": 500}])
def test_a_removal_without_reason_or_rows_is_refused(prune: Prune, given: dict[str, Any]) -> None:
    write(1, days_ago=300)
    with pytest.raises(retention.NotRemoved):
        prune(**given)
    assert AuditEvent.objects.count() == 1


def test_an_archive_is_never_written_over(prune: Prune, tmp_path: Path) -> None:
    write(1, days_ago=300)
    (tmp_path / "old.jsonl").write_text("kept")
    with pytest.raises(retention.NotRemoved, match="不能写入"):
        prune()
    assert (tmp_path / "old.jsonl").read_text() == "kept" and AuditEvent.objects.count() == 1


def make_stub(first: int, last: int, last_hash: str) -> AuditStub:
    stub = AuditStub(
        first=first, last=last, last_hash=last_hash, archive_sha256="0" * 64, removed_at=timezone.now(),
        removed_by="nobody", reason="-", algorithm="sha256",
    )  # fmt: skip
    stub.hash = verification.seal_of_stub(stub)
    stub.save(force_insert=True)
    return stub


def test_a_stub_alone_opens_no_door_to_young_events() -> None:
    write(2)
    make_stub(1, 1, AuditEvent.objects.get(number=1).hash)
    with pytest.raises(DatabaseError, match="append-only"):
        sql("DELETE FROM audit_auditevent WHERE number = 1")


def test_a_removal_around_the_command_is_found() -> None:
    write(2, days_ago=300)
    write(1)
    make_stub(1, 2, AuditEvent.objects.get(number=2).hash)
    sql("DELETE FROM audit_auditevent WHERE number <= 2")
    assert [each.words for each in verification.findings()] == ["清理凭据在后面的记录里没有登记"]


def test_a_stub_is_never_changed_and_a_changed_one_is_found(prune: Prune) -> None:
    write(2, days_ago=300)
    write(1)
    prune()
    for statement in ("UPDATE audit_auditstub SET reason = 'x'", "DELETE FROM audit_auditstub"):
        with pytest.raises(DatabaseError, match="append-only"):
            sql(statement)
    behind_the_guards("UPDATE audit_auditstub SET archive_sha256 = 'x'")
    assert "清理凭据被改动" in next(verification.findings()).words


def test_a_lost_stub_is_found(prune: Prune) -> None:
    write(2, days_ago=300)
    write(1)
    prune()
    behind_the_guards("DELETE FROM audit_auditstub")
    assert [each.words for each in verification.findings()][0] == "缺少第 1 至 2 条"


def test_the_command_removes_and_refuses(tmp_path: Path) -> None:
    write(2, days_ago=400)
    write(1)
    day = f"{timezone.now() - timedelta(days=300):%Y-%m-%d}"
    young = f"{timezone.now():%Y-%m-%d}"
    archive = tmp_path / "a.jsonl"
    for before in ("yesterday", young):
        with pytest.raises(CommandError):
            command("prune", "--before", before, "--archive", str(archive), "--reason", "到期")
    told = command("prune", "--before", day, "--archive", str(archive), "--reason", "到期")
    assert "已清理第 1 至 2 条" in told and archive.stat().st_mode & 0o777 == 0o600


def test_results_are_kept_as_given() -> None:
    assert chain.record(Event.LOGIN_FAILED, result=Result.REFUSED).result == "refused"
