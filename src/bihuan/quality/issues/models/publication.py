"""What hangs on the notice board for the departments, their receipts and objections."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.models.issue import Issue


class Publication(models.Model):
    """What hangs on the notice board, frozen and without the customers' data (NCR-05, SLA-17).

    The kind says what it is about: the result of an issue, which is named beside, or a paper of a leaf above.
    """

    kind = models.CharField(max_length=20, default="result")
    issue = models.ForeignKey(Issue, null=True, blank=True, on_delete=models.CASCADE, related_name="publications")
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    number = models.CharField(max_length=30)
    round = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    paper = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("publication")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id", "round"], name="issue_publication_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> models.Model:
        """What it is about."""
        found: models.Model = apps.get_model(self.subject_type)._default_manager.get(pk=self.subject_id)
        return found

    @property
    def is_open(self) -> bool:
        """Whether objections are still heard."""
        return self.withdrawn_at is None and timezone.now() < self.until


class Receipt(models.Model):
    """A department that was told, and whether it has read."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="receipts")
    department = models.ForeignKey("people.Department", on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("receipt")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["publication", "department"], name="issue_receipt_once")]

    def __str__(self) -> str:
        return str(self.department)


class Ruling(models.TextChoices):
    """The last word on a second objection (NCR-06)."""

    NONE = "", _("Not needed")
    UPHELD = "upheld", _("Objection upheld")
    DISMISSED = "dismissed", _("Objection dismissed")


class DepartmentObjection(models.Model):
    """A department's objection to what was approved, and the chief engineer's ruling on the second one (NCR-06)."""

    round = models.PositiveSmallIntegerField()
    department = models.ForeignKey("people.Department", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(default=timezone.now)
    ruling = models.CharField(_("final ruling"), max_length=10, choices=Ruling.choices, blank=True)
    ruling_reason = models.TextField(blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("objection")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.reason[:60]

    @property
    def waits(self) -> bool:
        """Whether the chief engineer has to rule."""
        return self.round > 1 and self.ruling == Ruling.NONE


RULED_ON_SECOND = Q(ruling="") | (Q(round__gte=2) & Q(ruled_at__isnull=False))
"""A ruling stands only on a second objection, with its time."""


class Objection(DepartmentObjection):
    """A department's objection: the first leads to a second investigation, the second to the final ruling (NCR-06)."""

    publication = models.OneToOneField(Publication, on_delete=models.CASCADE, related_name="objection")

    class Meta(DepartmentObjection.Meta):
        constraints = [models.CheckConstraint(condition=RULED_ON_SECOND, name="issue_ruling_on_second")]
