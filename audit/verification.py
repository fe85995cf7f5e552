"""Reading the chain: every change, gap or cut end is a finding."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.chain import digest, seal
from audit.models import AuditEvent, AuditHead, AuditStub, Event

AT_ONCE = 2000
STUB_SEALED = (
    "first",
    "last",
    "last_hash",
    "archive_sha256",
    "removed_at",
    "removed_by",
    "reason",
    "algorithm",
)


@dataclass(frozen=True)
class Finding:
    """Something wrong at an event's number."""

    number: int
    words: str


@dataclass(frozen=True)
class Noted:
    """A head that was noted elsewhere: the event of this number had this hash."""

    number: int
    hash: str


def head() -> AuditHead:
    """The newest event's number and hash; number 0 before the first one."""
    return AuditHead.objects.filter(pk=1).first() or AuditHead(pk=1)


def read_noted(text: str) -> Noted:
    """A noted head such as ``1234:9f86…``. Raises ``ValueError`` for anything else."""
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.split()[0] if text.split() else "")
    if found is None:
        raise ValueError(text)
    return Noted(int(found[1]), found[2])


def seal_of_stub(stub: AuditStub) -> str:
    return digest(stub.algorithm, [getattr(stub, name) for name in STUB_SEALED])


def findings(noted: Iterable[Noted] = ()) -> Iterator[Finding]:
    """Everything that is wrong with the chain, from its beginning; nothing for a whole one."""
    expected = {one.number: one.hash for one in noted}
    number, last_hash, latest_stub = 0, "", None
    for stub in AuditStub.objects.order_by("first"):
        yield from _wrong_stub(stub, number)
        number, last_hash, latest_stub = stub.last, stub.last_hash, stub
        if stub.last in expected and expected.pop(stub.last) != stub.last_hash:
            yield Finding(stub.last, "与另处记下的摘要不一致")
    covered = number
    stub_is_told = latest_stub is None
    for event in AuditEvent.objects.order_by("number").iterator(chunk_size=AT_ONCE):
        if event.number <= covered:
            yield Finding(event.number, "已有清理凭据，记录却还在")
            continue
        if event.number != number + 1:
            yield Finding(number + 1, f"缺少第 {number + 1} 至 {event.number - 1} 条")
        elif event.previous != last_hash:
            yield Finding(event.number, "与上一条接不上")
        if seal(event) != event.hash:
            yield Finding(event.number, "内容被改动")
        if event.number in expected and expected.pop(event.number) != event.hash:
            yield Finding(event.number, "与另处记下的摘要不一致")
        if latest_stub is not None and event.event == Event.RETENTION and latest_stub.hash in event.detail:
            stub_is_told = True
        number, last_hash = event.number, event.hash
    if not stub_is_told and latest_stub is not None:
        yield Finding(latest_stub.last, "清理凭据在后面的记录里没有登记")
    yield from _wrong_end(number, last_hash)
    for missing in sorted(set(expected) - set(range(1, covered + 1))):
        yield Finding(missing, "另处记下过这一条，现在没有")


def _wrong_stub(stub: AuditStub, number: int) -> Iterator[Finding]:
    if stub.first != number + 1:
        yield Finding(number + 1, f"第 {number + 1} 至 {stub.first - 1} 条没有清理凭据")
    if seal_of_stub(stub) != stub.hash:
        yield Finding(stub.first, f"第 {stub.first} 至 {stub.last} 条的清理凭据被改动")


def _wrong_end(number: int, last_hash: str) -> Iterator[Finding]:
    newest = AuditHead.objects.filter(pk=1).first()
    if newest is None:
        if number:
            yield Finding(number, "链头丢失")
    elif newest.number > number:
        yield Finding(number + 1, f"末尾被截断：第 {number + 1} 至 {newest.number} 条不见了")
    elif (newest.number, newest.hash) != (number, last_hash):
        yield Finding(number, "与链头不一致")
