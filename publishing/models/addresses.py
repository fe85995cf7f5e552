"""Old addresses of the site, and the number that every change of anything public raises."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from publishing.links import own_href


class Generation(models.Model):
    """One row: a number that rises with every change of anything public, in the same transaction.

    Database triggers raise it (``publishing.generation``), so bulk and shell edits count too.
    """

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="publishing_generation_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)


class RedirectManager(models.Manager["Redirect"]):
    def for_path(self, path: str) -> "Redirect | None":
        # PostgreSQL refuses to be asked for NUL; no stored path has one.
        return None if "\0" in path else self.filter(old_path=path).first()

    def lead_on(self, old_path: str, new_path: str) -> None:
        """Let a path that a page has left lead to where it stands now; nothing leads away from there."""
        self.filter(old_path=new_path).delete()
        self.update_or_create(old_path=old_path, defaults={"new_path": new_path})


def validate_own_path(value: str) -> None:
    if not value.startswith("/") or value.startswith("//") or any(c.isspace() or c in "\\\0" for c in value):
        raise ValidationError("请填写本站地址，以一条“/”开头，例如 /news/tongzhi/。")


class Redirect(models.Model):
    """An old address of the site and where it leads now; without a new address it is gone (410)."""

    old_path = models.CharField(
        "旧地址",
        max_length=500,
        unique=True,
        validators=[validate_own_path],
        help_text="以“/”开头，不含域名。",
    )
    new_path = models.CharField(
        "新地址",
        max_length=500,
        blank=True,
        validators=[validate_own_path],
        help_text="以“/”开头。不填表示内容已移除，访客会看到说明（410）。",
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = RedirectManager()

    class Meta:
        verbose_name = "地址转向"
        verbose_name_plural = "地址转向"
        ordering = ["old_path"]
        constraints = [
            # A path that leads to itself would never end.
            models.CheckConstraint(
                condition=~Q(old_path=F("new_path")),
                name="publishing_redirect_leads_elsewhere",
                violation_error_message="新旧地址不能相同。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_path} → {self.new_path or '已移除'}"

    @property
    def is_gone(self) -> bool:
        return not self.new_path

    @property
    def href(self) -> str:
        return own_href(self.new_path)
