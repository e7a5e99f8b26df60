"""The pages of the monitor: parse, authorise, read or call one service, render."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.queries import timeline
from bihuan.core.deadlines.services import of_subject
from bihuan.core.exporting.small import download
from bihuan.core.listing.paging import capped, page_of
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.policy import queries as policy
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.monitor import alarm_panels, pages
from bihuan.quality.monitor import permissions as perm
from bihuan.quality.monitor.estimates import remark
from bihuan.quality.monitor.forms import CloseForm, WhatIfForm
from bihuan.quality.monitor.models import Alarm, AlarmState, Level
from bihuan.quality.monitor.queries import alarms_for, cells_for, findings_for
from bihuan.quality.monitor.services import close_alarm
from bihuan.quality.monitor.whatif import crossings
from bihuan.quality.monitor.windows import bounds, in_words
from bihuan.registry.products.models import ProductLine, ProductModel
from bihuan.ui.charts import bars

MOST = 200
RISING = 30


def _ranked(request: HttpRequest) -> tuple[Any, str]:
    params = request.GET
    level = params.get("level", "")
    level = level if level in Level.values else Level.MODEL.value
    words = params.get("words", "").strip()[:60]
    rows = pages.ranked(
        cells_for(request.user), level, params.get("line", ""), words, above=params.get("above") == "1"
    )  # fmt: skip
    return rows, level


def board(request: HttpRequest) -> HttpResponse:
    """Cells by their rate, with what the rules say, and what rises below the lines."""
    require(request.user, perm.QUALITY_VIEW)
    rows, level = _ranked(request)
    rules = policy.default().monitor
    findings = findings_for(request.user)
    context = {
        "rows": pages.rows_of(list(rows[: pages.TOP])), "level": level, "levels": Level.choices,
        "lines": ProductLine.objects.all(), "findings": list(findings[:RISING]), "top": pages.TOP,
        "discovery_rate": rules.warning.discovery_rate,
        "figures": pages.figures(cells_for(request.user), level, alarms_for(request.user), findings),
        "window": in_words(rules, bounds(rules.window, timezone.localdate())),
        "may_export": can(request.user, perm.QUALITY_EXPORT), "may_try": can(request.user, perm.QUALITY_WHAT_IF),
    }  # fmt: skip
    return render(request, "monitor/board.html", context)


def export_board(request: HttpRequest) -> HttpResponse:
    """The ranked cells as a table to take away."""
    require(request.user, perm.QUALITY_EXPORT)
    rows, _level = _ranked(request)
    heading = (_("Product"), _("Fault"), _("Defective units"), _("Units (base)"), "‰", _("Lower limit ‰"),
               _("Upper limit ‰"), _("Rules that fire"), _("Remark"))  # fmt: skip
    table = (
        (row.cell.where, row.cell.fault, row.cell.count, row.cell.exposure, _number(row.per_mille), _number(row.low),
         _number(row.high), "、".join(row.rules), row.remark)
        for row in pages.rows_of(list(rows[:5000]))
    )  # fmt: skip
    return download(title=_("Quality monitor"), heads=heading, rows=table)


def _number(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)


def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """One cell: its figures, its months, its alarms, its cases."""
    require(request.user, perm.QUALITY_VIEW)
    item = found(cells_for(request.user).filter(pk=pk).first())
    months = pages.months_of(item)
    rules = pages.rules_of(item)
    context = {
        "row": pages.rows_of([item])[0], "months": months[::-1], "judged_on": pages.holds_until(item),
        "chart": bars([(f"{row.month:%y-%m}", row.reported) for row in months]),
        "some": any(row.reported for row in months),
        "window": in_words(rules, bounds(rules.window, timezone.localdate())),
        "alarms": list(alarms_for(request.user).filter(cell=item).order_by("-pk")[:20]),
        "past": list(item.findings.order_by("-pk")[:5]),
        "page": page_of(pages.cases_of(item, request.user), request.GET, size=20),
        "may_export": can(request.user, perm.QUALITY_EXPORT),
    }  # fmt: skip
    return render(request, "monitor/cell.html", context)


def export_cell(request: HttpRequest, pk: int) -> HttpResponse:
    """The months of a cell as a table to take away."""
    require(request.user, perm.QUALITY_EXPORT)
    item = found(cells_for(request.user).filter(pk=pk).first())
    heading = (_("Month"), _("Failures reported"), _("Units shipped"), _("Failed of those"), "‰")
    rows = (
        (f"{row.month:%Y-%m}", row.reported, row.shipped, row.failed, _number(row.per_mille))
        for row in pages.months_of(item)
    )
    return download(title=str(item), heads=heading, rows=rows)


def shipments(request: HttpRequest) -> HttpResponse:
    """What was shipped and installed by month: the denominators."""
    require(request.user, perm.QUALITY_VIEW)
    lines = list(ProductLine.objects.all())
    line, model = request.GET.get("line", ""), request.GET.get("model", "")
    scope = f"model:{int(model)}" if model.isdigit() else f"line:{int(line)}" if line.isdigit() else ""
    months = pages.shipment_months(scope, [row.pk for row in lines])
    models = ProductModel.objects.filter(line=int(line)) if line.isdigit() else ProductModel.objects.all()
    context = {
        "months": months[::-1], "lines": lines, "models": models[:500], "line": line, "model": model,
        "chart": bars([(f"{row.month:%y-%m}", row.shipped) for row in months]),
        "total": sum(row.shipped for row in months),
        "some": any(row.shipped or row.installed or row.inspected for row in months),
    }  # fmt: skip
    return render(request, "monitor/shipments.html", context)


def alarms(request: HttpRequest) -> HttpResponse:
    """Alarms by state, the newest first."""
    require(request.user, perm.QUALITY_VIEW)
    rows = alarms_for(request.user)
    state = request.GET.get("state", "")
    tabs = [("", _("All"), capped(rows))] + [(s.value, s.label, capped(rows.filter(state=s))) for s in AlarmState]
    shown = rows.filter(state=state) if state in AlarmState.values else rows
    context = {"page": page_of(shown, request.GET), "tabs": tabs, "state": state}
    return render(request, "monitor/alarms.html", context)


def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """One alarm with its numbers, its clock and its story; closing it wants a reason."""
    require(request.user, perm.QUALITY_VIEW)
    item = found(alarms_for(request.user).filter(pk=pk).first())
    form, status = CloseForm(request.POST or None), 200
    if request.method == "POST":
        require(request.user, perm.ALARM_CLOSE)
        status = 422
        if form.is_valid():
            refused = _close(request, item, form)
            if refused is None:
                messages.success(request, _("The alarm is closed."))
                return redirect("monitor:alarm", pk=pk)
            form.add_error(None, str(refused.reason))
            status = 409
    context = {
        "alarm": item, "form": form, "story": timeline(item), "deadlines": of_subject(item).order_by("due_at"),
        "may_close": can(request.user, perm.ALARM_CLOSE) and item.state != AlarmState.CLOSED,
        "low": None if item.low is None else item.low * 1000, "high": None if item.high is None else item.high * 1000,
        "per_mille": None if item.rate is None else float(item.rate * 1000),
        "parts": [render_to_string(*panel(request.user, item), request) for panel in alarm_panels.panels],
        "remark": remark(item.count, item.exposure, item.low, item.policy.monitor),
    }  # fmt: skip
    return render(request, "monitor/alarm.html", context, status=status)


def _close(request: HttpRequest, item: Alarm, form: CloseForm) -> MoveRefused | None:
    version = request.POST.get("version", "")
    try:
        close_alarm(
            alarm=item, by=person(request), reason=form.cleaned_data["reason"],
            expected_version=int(version) if version.isdigit() else None,
        )  # fmt: skip
    except MoveRefused as refused:
        return refused
    return None


def what_if(request: HttpRequest) -> HttpResponse:
    """Try another line, window or denominator over the past two years; nothing is written."""
    require(request.user, perm.QUALITY_WHAT_IF)
    base = policy.default().monitor
    form = WhatIfForm(request.GET if "numerator" in request.GET else WhatIfForm.starting(base))
    context: dict[str, Any] = {"form": form, "most": MOST}
    if form.is_valid():
        data, today = form.cleaned_data, timezone.localdate()
        cells = cells_for(request.user).filter(level=data["level"])
        if data["line"]:
            cells = cells.filter(line=data["line"])
        rules = form.rules(base)
        hits = crossings(cells, rules, (data["numerator"], data["per"]), today)
        raised = alarms_for(request.user).filter(cell__level=data["level"], at__date__gte=pages.recent(today))
        context |= {
            "hits": hits[:MOST], "total": len(hits), "cells": len({hit.cell.pk for hit in hits}),
            "raised": capped(raised), "window": in_words(rules, bounds(rules.window, today)),
        }  # fmt: skip
    return render(request, "monitor/what_if.html", context, status=200 if form.is_valid() else 422)
