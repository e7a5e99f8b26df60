"""What is arranged around visits: the time that a customer wishes, and the issued duty roster (WO-17, WO-18)."""

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class TimeWish(models.Model):
    """When the customer of a case wishes the visit; a proposed day keeps to it (WO-18).

    ``begins`` and ``until`` bound the time at which the visit begins, on ``day`` or, without one, on any day.
    """

    case = models.OneToOneField("desk.Case", on_delete=models.CASCADE, related_name="time_wish")
    day = models.DateField(_("day"), null=True, blank=True)
    begins = models.TimeField(_("not before"), null=True, blank=True)
    until = models.TimeField(_("not after"), null=True, blank=True)
    words = models.CharField(_("in the customer's words"), max_length=300, blank=True)
    person = models.CharField(_("wished by"), max_length=60, blank=True)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("wished time")
        constraints = [
            models.CheckConstraint(
                condition=Q(begins__isnull=True) | Q(until__isnull=True) | Q(begins__lte=F("until")),
                name="time_wish_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.day:%Y-%m-%d}" if self.day else "", self.hours, self.words)))

    @property
    def hours(self) -> str:
        """The bounds in words."""
        if self.begins and self.until:
            return f"{self.begins:%H:%M}–{self.until:%H:%M}"
        if self.begins:
            return _now("not before %(time)s") % {"time": f"{self.begins:%H:%M}"}
        return _now("not after %(time)s") % {"time": f"{self.until:%H:%M}"} if self.until else ""

    @property
    def is_over(self) -> bool:
        """Whether its day has passed."""
        return self.day is not None and self.day < timezone.localdate()

    def bounds(self) -> tuple[int, int]:
        """The bounds in minutes of the day."""
        return minutes_of(self.begins or time.min), minutes_of(self.until or time.max)


def minutes_of(moment: time) -> int:
    """Minutes since midnight."""
    return moment.hour * 60 + moment.minute


class DutyRoster(models.Model):
    """The duty roster of some days as its planner issued it; issued anew it is a revision of its paper (WO-17)."""

    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn up by")
    )
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("people"))
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("duty roster")
        ordering = ["-first_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["first_on", "last_on", "drawn_by"], name="roster_once_a_planner"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="roster_has_days"),
        ]

    def __str__(self) -> str:
        if self.first_on == self.last_on:
            return f"{self.first_on:%Y-%m-%d}"
        return f"{self.first_on:%Y-%m-%d} – {self.last_on:%Y-%m-%d}"
