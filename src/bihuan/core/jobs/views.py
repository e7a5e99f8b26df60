"""The pages of jobs: what waits, runs, failed; what comes again and again."""

from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.jobs import permissions as perm
from bihuan.core.jobs.models import Job, JobState, Schedule
from bihuan.core.jobs.services import retry, switch_schedule
from bihuan.core.listing.paging import capped, page_of
from bihuan.core.permissions.services import found, person, require

FIRST = (JobState.FAILED, JobState.RUNNING, JobState.WAITING, JobState.DONE)


def job_list(request: HttpRequest) -> HttpResponse:
    """First what failed, runs or waits; the rest by state; the schedules apart, those whose last turn failed on top."""
    require(request.user, perm.JOBS_MANAGE)
    rows = Job.objects.select_related("created_by")
    state = request.GET.get("state", "")
    views = {"": rows.exclude(state=JobState.DONE), **{s.value: rows.filter(state=s) for s in FIRST}, "all": rows}
    words = {"": _("To watch"), **{s.value: s.label for s in FIRST}, "all": _("All")}
    tabs = [(code, words[code], capped(some)) for code, some in views.items()]
    shown = views.get(state, views[""])
    context = {
        "page": page_of(shown, request.GET), "tabs": tabs, "state": state, "now": timezone.now(),
        "schedules": list(Schedule.objects.order_by(Case(When(last_state=JobState.FAILED, then=0), default=1), "kind")),
    }  # fmt: skip
    return render(request, "jobs/list.html", context)


@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a failed job be tried again at once."""
    require(request.user, perm.JOBS_MANAGE)
    job = found(Job.objects.filter(pk=pk).first())
    if retry(job=job, by=person(request)):
        messages.success(request, _("The job is tried again."))
    else:
        messages.error(request, _("Only failed jobs can be tried again."))
    return redirect("jobs:list")


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a schedule on or off."""
    require(request.user, perm.JOBS_MANAGE)
    schedule = found(Schedule.objects.filter(pk=pk).first())
    switch_schedule(schedule=schedule, enabled=request.POST.get("enabled") == "1", by=person(request))
    return redirect("jobs:list")
