"""The counters."""

from django.db import models


class Counter(models.Model):
    """The last number given for a kind in a period."""

    kind = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "period"], name="numbering_one_counter")]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}: {self.last}"
