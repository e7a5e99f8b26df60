"""Doing it: progress, and honesty about delay."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.service.desk.models.case import Case


class WorkEntry(models.Model):
    """One step of the work; what is public stands on the customer's progress page (WO-28, SLA-19)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="work")
    cycle = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what was done"))
    minutes = models.PositiveIntegerField(_("time spent (min)"), default=0)
    is_public = models.BooleanField(_("show to the customer"), default=True)

    class Meta:
        verbose_name = _("work entry")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:40]


class Appointment(models.Model):
    """When who comes, agreed with the customer, who is told in advance who it will be (WO-14, WO-15)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="appointments")
    cycle = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(_("agreed time"))
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("engineer")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    agreed_with = models.CharField(_("agreed with"), max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("appointment")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"


class DelayNotice(models.Model):
    """The customer was told of a possible delay before the limit, with its reason (SLA-18)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="delays")
    deadline_code = models.CharField(max_length=60, blank=True)
    reason = models.SlugField(_("reason"), max_length=60)
    text = models.TextField(_("message to the customer"))
    expected_at = models.DateTimeField(_("expected now"))
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    in_time = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("delay notice")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"
