"""What the portal knows about an account besides Django's row."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class PasswordRecord(models.Model):
    """A password that an account had or has, as its hash: so that it is not used again, and has an age."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="password_records"
    )
    encoded = models.CharField(max_length=128)
    set_at = models.DateTimeField(default=timezone.now)
    # False for a first password and for one that somebody else set: its owner must change it at the log-in.
    by_owner = models.BooleanField()

    class Meta:
        default_permissions = ()
        ordering = ["-set_at", "-pk"]
        indexes = [models.Index(fields=["user", "-set_at"])]

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"
