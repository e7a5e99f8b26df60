"""Calendars, their windows of work, and their special days."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class WorkCalendar(models.Model):
    """A calendar; the version moves with every change, so that what was computed from it can be kept safely."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("working calendar")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="calendar_one_default")
        ]

    def __str__(self) -> str:
        return self.name


class WorkWindow(models.Model):
    """Hours of work on a weekday, in minutes from midnight; several a day are usual."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField()
    start = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")) & Q(end__lte=1440), name="window_forward"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="window_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.start}-{self.end}"


class DayKind(models.TextChoices):
    """What a special day is."""

    WORKDAY = "workday", _("Working day")
    HOLIDAY = "holiday", _("Day off")
    MAKEUP = "makeup", _("Make-up working day")


class CalendarDay(models.Model):
    """A day that differs from its weekday (调休 included)."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=8, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=60, blank=True)
    source = models.CharField(max_length=10, default="manual")

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"
