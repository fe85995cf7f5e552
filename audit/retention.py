"""Removing old events: archived first, never before six months, and a stub of the chain stays."""

import hashlib
import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import acting, verification
from audit.chain import SEALED, record
from audit.models import AuditEvent, AuditStub, Event


class NotRemoved(Exception):
    """Why nothing was removed, in Chinese."""


def prune(*, before: datetime, archive: Path, reason: str) -> AuditStub:
    """Write the events before a moment into a new file, leave a stub for them, remove them.

    Raises ``NotRemoved``; then nothing is changed, though a file may have been begun.
    """
    if before > timezone.now() - timedelta(days=settings.AUDIT_DAYS):
        raise NotRemoved(f"审计记录至少保存 {settings.AUDIT_DAYS} 天，不能清理这个日期以后的记录。")
    if not reason.strip():
        raise NotRemoved("请写明清理原因。")
    with transaction.atomic():
        if wrong := next(verification.findings(), None):
            raise NotRemoved(f"审计链在第 {wrong.number} 条有问题（{wrong.words}），先查清再清理。")
        newer = AuditEvent.objects.filter(at__gte=before).order_by("number").first()
        old = AuditEvent.objects.order_by("number")
        old = old.filter(number__lt=newer.number) if newer else old
        first, last = old.first(), old.last()
        if first is None or last is None:
            raise NotRemoved("没有比这个日期更早的审计记录。")
        stub = AuditStub(
            first=first.number,
            last=last.number,
            last_hash=last.hash,
            archive_sha256=write_archive(archive, first.number, last.number),
            removed_at=timezone.now(),
            removed_by=acting.operator(),
            reason=reason.strip()[:200],
            algorithm=settings.AUDIT_HASH,
        )
        stub.hash = verification.seal_of_stub(stub)
        stub.save(force_insert=True)
        old.delete()
        span = f"第 {stub.first} 至 {stub.last} 条"
        record(Event.RETENTION, name=span, detail=f"{stub.reason}；凭据 {stub.hash}")
    return stub


def write_archive(path: Path, first: int, last: int) -> str:
    """Write events as lines of JSON into a file that did not exist; return the file's SHA-256."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise NotRemoved(f"不能写入 {path}：{error.strerror}。") from error
    total = hashlib.sha256()
    with os.fdopen(handle, "wb") as file:
        for event in AuditEvent.objects.filter(number__range=(first, last)).order_by("number").iterator():
            held = {name: getattr(event, name) for name in (*SEALED, "hash")}
            line = json.dumps(held, ensure_ascii=False, default=str).encode() + b"\n"
            total.update(line)
            file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return total.hexdigest()
