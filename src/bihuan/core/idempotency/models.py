"""The answers that were given."""

from django.db import models
from django.utils import timezone


class GivenAnswer(models.Model):
    """The answer to one key of one caller. ``status`` 0 is a claim: the work is being done under ``token``."""

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=80, blank=True)
    body = models.TextField(blank=True)
    token = models.CharField(max_length=32, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
