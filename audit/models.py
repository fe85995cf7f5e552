"""The audit trail: who did what, when, from where and with what result; a chain of rows that only grows.

Written by ``audit.chain.record`` alone. Triggers refuse every UPDATE and DELETE (``audit.guards``), and each row's
hash covers its content and the hash before it, so that a change behind the triggers is found by ``audit.verification``.
"""

from django.db import models
from django.db.models import Q

HASH_LENGTH = 64


class Event(models.TextChoices):
    LOGIN = "login", "登录"
    LOGIN_FAILED = "login_failed", "登录失败"
    LOCKED = "locked", "锁定"
    LOGOUT = "logout", "退出"
    PASSWORD = "password", "密码"
    SECOND_FACTOR = "second_factor", "两步验证"
    VIEW = "view", "查看"
    ADD = "add", "新建"
    CHANGE = "change", "修改"
    DELETE = "delete", "删除"
    WORKFLOW = "workflow", "发布流程"
    IMPORT = "import", "导入"
    EXPORT = "export", "导出"
    ACCOUNT = "account", "账户与权限"
    REFUSED = "refused", "越权访问"
    BREAK_GLASS = "break_glass", "应急处置"
    RETENTION = "retention", "清理审计记录"


class Result(models.TextChoices):
    DONE = "done", "成功"
    REFUSED = "refused", "未通过"


class AuditEvent(models.Model):
    """One row of the chain. Names are kept as text: the account or the object may be gone when it is read."""

    number = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间", db_index=True)
    event = models.CharField("事件", max_length=20, choices=Event, db_index=True)
    person = models.CharField("人员", max_length=150, blank=True, db_index=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    object_type = models.CharField("对象类型", max_length=100, blank=True)
    object_id = models.CharField("对象编号", max_length=64, blank=True)
    object_name = models.CharField("对象", max_length=200, blank=True)
    result = models.CharField("结果", max_length=10, choices=Result)
    detail = models.CharField("说明", max_length=500, blank=True)
    algorithm = models.CharField("摘要算法", max_length=20)
    previous = models.CharField("上一条摘要", max_length=HASH_LENGTH, blank=True)
    hash = models.CharField("摘要", max_length=HASH_LENGTH, unique=True)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-number"]
        # Read and exported by its holders. There is no right to add, change or delete, for nobody may.
        default_permissions = ()
        permissions = [("view_auditevent", "查看和导出审计记录")]
        constraints = [
            # Two rows after the same one would be a fork: the second of two forgers is stopped here.
            models.UniqueConstraint(fields=["previous"], name="audit_event_follows_one"),
            models.CheckConstraint(condition=Q(number__gte=1), name="audit_event_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}条 {self.get_event_display()}"


class AuditHead(models.Model):
    """One row: the newest event. Writers wait for each other on it, and a chain cut at its end no longer fits it."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=HASH_LENGTH, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="audit_head_is_one_row")]

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class AuditStub(models.Model):
    """What is left of events that were archived and removed: which, the hash that goes on, and the archive's digest."""

    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField(unique=True)
    last_hash = models.CharField(max_length=HASH_LENGTH)
    archive_sha256 = models.CharField(max_length=64)
    removed_at = models.DateTimeField()
    removed_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=200)
    algorithm = models.CharField(max_length=20)
    hash = models.CharField(max_length=HASH_LENGTH, unique=True)

    class Meta:
        default_permissions = ()
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first")), name="audit_stub_ends_after_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"
