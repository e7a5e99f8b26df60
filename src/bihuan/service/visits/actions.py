"""What a person can do on the page of a visit: each act has its form, its right, its states and one service call."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Act, table
from bihuan.service.parts import permissions as parts
from bihuan.service.visits import forms as f
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import Visit, VisitState
from bihuan.service.visits.services import parting, planning, signing, working
from bihuan.service.visits.workflow import AHEAD

S = VisitState
Data = dict[str, Any]


def on_it(visit: Visit, user: Any) -> bool:
    """Whether he goes on this visit; read from what the page has fetched."""
    return user.pk == visit.engineer_id or any(helper.pk == user.pk for helper in visit.helpers.all())


def on_it_or_planner(visit: Visit, user: Any) -> bool:
    """Whoever goes, and whoever plans."""
    return on_it(visit, user) or can(user, perm.VISITS_PLAN, visit)


def to_sign(visit: Visit, user: Any) -> bool:
    """Still there."""
    return visit.left_at is None and on_it(visit, user)


def needs_a_plan(visit: Visit, user: Any) -> bool:
    """What is only looked at needs no plan."""
    return visit.purpose == "service" and on_it(visit, user)


def _sign(visit: Visit, by: Any, data: Data, version: int | None) -> None:
    signing.sign(visit=visit, by=by, expected_version=version, **f.signed_values(data))


def _report(visit: Visit, by: Any, data: Data, version: int | None) -> None:
    uploads = data.pop("uploads")
    working.write_report(visit=visit, by=by, values=data, uploads=uploads, expected_version=version)


def at(*values: str) -> frozenset[str]:
    """Some states."""
    return frozenset(values)


ACTS = table(
    Act("confirm", _("Time agreed with the customer"), "", at(S.PLANNED),
        lambda r, by, d, v: planning.confirm(visit=r, by=by, expected_version=v, **d), f.ConfirmForm, "primary",
        ready=on_it_or_planner),
    Act("prepare", _("Prepare the visit"), "", AHEAD,
        lambda r, by, d, v: working.prepare(visit=r, by=by, expected_version=v, **d), f.PrepareForm,
        ready=on_it_or_planner),
    Act("arrive", _("Check in"), perm.VISITS_WORK, AHEAD,
        lambda r, by, d, v: working.arrive(visit=r, by=by, expected_version=v), None, "primary", ready=on_it),
    Act("agree", _("Agree the plan on site"), perm.VISITS_WORK, at(S.ON_SITE),
        lambda r, by, d, v: working.agree_plan(visit=r, by=by, expected_version=v, **d), f.AgreeForm,
        ready=needs_a_plan),
    Act("report", _("Write the report"), perm.VISITS_WORK, at(S.ON_SITE), _report, f.ReportForm, "primary", True,
        ready=on_it),
    Act("sign", _("Let the customer sign"), perm.VISITS_WORK, at(S.REPORTED), _sign, f.SignForm, "primary",
        ready=on_it),
    Act("take_back", _("Correct the report"), perm.VISITS_WORK, at(S.REPORTED),
        lambda r, by, d, v: working.take_back(visit=r, by=by, expected_version=v), ready=on_it),
    Act("leave", _("Check out"), perm.VISITS_WORK, at(S.REPORTED),
        lambda r, by, d, v: working.leave(visit=r, by=by, expected_version=v), ready=to_sign),
    Act("parts", _("Ask for spare parts"), parts.PARTS_ASK, AHEAD | {S.ON_SITE},
        lambda r, by, d, v: parting.ask_parts(visit=r, by=by, **d), f.PartsForm, ready=on_it_or_planner),
    Act("reschedule", _("Reschedule"), perm.VISITS_PLAN, AHEAD,
        lambda r, by, d, v: planning.reschedule(visit=r, by=by, expected_version=v, **d), f.RescheduleForm),
    Act("cancel", _("Call off"), perm.VISITS_PLAN, at(S.ASKED, S.PLANNED, S.CONFIRMED),
        lambda r, by, d, v: planning.call_off(visit=r, by=by, expected_version=v, **d), f.ReasonForm, "danger"),
)  # fmt: skip
