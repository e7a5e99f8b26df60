"""The page of the working calendar: a year at a glance, days and hours to set."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.activity.queries import timeline
from bihuan.core.calendar import permissions as perm
from bihuan.core.calendar.forms import FOLLOW, WEEKDAYS, DayForm, HoursForm
from bihuan.core.calendar.models import WorkCalendar
from bihuan.core.calendar.months import months_of
from bihuan.core.calendar.queries import data_for, official_years
from bihuan.core.calendar.services import clear_days, set_days, set_windows
from bihuan.core.permissions.services import can, found, person, require

YEARS = range(2015, 2101)


def _calendar() -> WorkCalendar:
    return found(WorkCalendar.objects.filter(is_default=True).first())


def year_page(request: HttpRequest) -> HttpResponse:
    """A year; without official data for it the page warns."""
    require(request.user, perm.CALENDAR_VIEW)
    return _page(request)


def _page(request: HttpRequest, day_form: Any = None, hours_form: Any = None, status: int = 200) -> HttpResponse:
    calendar = _calendar()
    given = request.GET.get("year", "")
    year = int(given) if given.isdigit() and int(given) in YEARS else timezone.localdate().year
    windows: dict[str, list[tuple[int, int]]] = {}
    for row in calendar.windows.all():
        windows.setdefault(f"d{row.weekday}", []).append((row.start, row.end))
    special = {row.date: row for row in calendar.days.filter(date__year=year)}
    context = {
        "calendar": calendar, "year": year, "today": timezone.localdate(),
        "months": months_of(year, data_for(calendar), special),
        "weekdays": [str(day)[-1] if str(day).startswith("星") else str(day)[:2] for day in WEEKDAYS],
        "is_official": year in official_years(calendar), "may_edit": can(request.user, perm.CALENDAR_EDIT),
        "day_form": day_form or DayForm(initial={"first": request.GET.get("day", "")}),
        "hours_form": hours_form or HoursForm(initial=windows), "hours_open": hours_form is not None,
        "timeline": timeline(calendar, limit=10),
    }  # fmt: skip
    return render(request, "calendar/year.html", context, status=status)


@require_POST
def days(request: HttpRequest) -> HttpResponse:
    """Set days, or let them follow their weekday again."""
    require(request.user, perm.CALENDAR_EDIT)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, day_form=form, status=422)
    chosen, kind = form.days(), form.cleaned_data["kind"]
    if kind == FOLLOW:
        clear_days(calendar=_calendar(), days=chosen, by=person(request))
    else:
        set_days(calendar=_calendar(), days=chosen, kind=kind, name=form.cleaned_data["name"], by=person(request))
    messages.success(request, _("The calendar is changed; open deadlines are computed again."))
    return redirect(f"/calendar/?year={chosen[0].year}")


@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    """Set the working hours of the weekdays."""
    require(request.user, perm.CALENDAR_EDIT)
    form, calendar = HoursForm(request.POST), _calendar()
    if form.is_valid():
        try:
            windows = {number: form.cleaned_data[f"d{number}"] for number in range(7)}
            set_windows(calendar=calendar, windows=windows, by=person(request))
        except ValueError:
            form.add_error(None, _("The hours of a day overlap."))
        else:
            messages.success(request, _("The calendar is changed; open deadlines are computed again."))
            return redirect("calendar:year")
    return _page(request, hours_form=form, status=422)
