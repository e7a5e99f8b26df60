"""What was said: the conversation of a case, and what the system suggests from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.service.desk.models.case import Case


class Direction(models.TextChoices):
    """Who speaks to whom; a note never leaves the house."""

    IN = "in", _("From the customer")
    OUT = "out", _("To the customer")
    NOTE = "note", _("Internal note")


class CaseMessage(models.Model):
    """One message of the conversation."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction.choices)
    channel = models.SlugField(max_length=60, blank=True)
    inbound = models.OneToOneField(
        "intake.InboundMessage", null=True, blank=True, on_delete=models.PROTECT, related_name="case_message"
    )
    outbound = models.OneToOneField(
        "notify.OutboundMail", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_name = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("case message")
        indexes = [models.Index(fields=["case", "at"], name="case_talk")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.direction} {self.at:%Y-%m-%d %H:%M}"


class Suggestion(models.Model):
    """What the system thinks a field should be; it becomes true only when a person accepts it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="suggestions")
    field = models.CharField(max_length=40)
    value = models.CharField(max_length=80)
    label = models.CharField(max_length=160)
    reason = models.CharField(max_length=200)
    confidence = models.FloatField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("suggestion")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "field"],
                condition=Q(decided_at__isnull=True),
                name="suggestion_one_open_per_field",
            )
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.label}"

    @property
    def field_label(self) -> str:
        """The name of the field in the reader's language."""
        return str(Case._meta.get_field(self.field).verbose_name)  # type: ignore[union-attr]

    @property
    def percent(self) -> int:
        """The confidence in percent."""
        return round(self.confidence * 100)
