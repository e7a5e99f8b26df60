"""What happened on site, and what the customer says to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.service.visits.models.visit import Visit


class Verdict(models.TextChoices):
    """Whether the problem is gone."""

    SOLVED = "solved", _("Problem solved")
    OPEN = "open", _("Not solved yet")
    FOUND = "found", _("Only looked at")
    DONE = "done", _("Carried out as planned")


class FieldReport(models.Model):
    """The report of one visit (WO-09, WO-10, WO-13, WO-21, ACC-02, ACC-03, ACC-07)."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="report")
    phenomenon = models.TextField(_("phenomenon, confirmed with the customer"))
    environment = models.TextField(_("installation environment and working state"), blank=True)
    plan = models.TextField(_("plan"), blank=True)
    agreed_with = models.CharField(_("agreed with"), max_length=60, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    steps = models.TextField(_("key operation steps"), blank=True)
    parts = models.TextField(_("replaced parts: model, specification, quantity"), blank=True)
    same_parts = models.BooleanField(_("same model and specification as the original"), default=False)
    parameters = models.TextField(_("commissioning parameters"), blank=True)
    results = models.JSONField(_("results against the criteria"), default=list, blank=True)
    verdict = models.CharField(_("result"), max_length=6, choices=Verdict.choices, blank=True)
    residual = models.TextField(_("residual problems"), blank=True)
    advice = models.TextField(_("advice for use"), blank=True)
    training = models.TextField(_("training of the customer"), blank=True)
    trained = models.CharField(_("who was trained"), max_length=120, blank=True)
    demonstrated = models.BooleanField(_("result demonstrated and precautions explained"), default=False)
    cleaned = models.BooleanField(_("site cleaned"), default=False)
    reported_at = models.DateTimeField(null=True, blank=True)
    satisfied = models.BooleanField(_("accepted"), null=True, blank=True)
    process_score = models.PositiveSmallIntegerField(_("process"), null=True, blank=True)
    result_score = models.PositiveSmallIntegerField(_("result"), null=True, blank=True)
    attitude_score = models.PositiveSmallIntegerField(_("attitude"), null=True, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)
    signed_by = models.CharField(_("signed by"), max_length=60, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signature = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("field service report")
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | (~Q(signed_by="") & Q(satisfied__isnull=False)),
                name="report_signed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.visit_id)


class PhoneEntry(models.Model):
    """What a telephone without a network handed in: one row for each entry, so that a repeat of it does nothing.

    A key names the entry of one person: the same key from a colleague's telephone is an entry of its own.
    """

    key = models.CharField(max_length=64)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="phone_entries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("entry from a telephone")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="phone_entry_once")]

    def __str__(self) -> str:
        return self.key
