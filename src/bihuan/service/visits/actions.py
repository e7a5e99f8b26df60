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


def is_prepared(visit: Visit) -> bool:
    """Whether everything on the company's list is ready."""
    return not visit.policy.visits.missing(visit.prepared)


def has_plan(visit: Visit) -> bool:
    """Whether the work may begin: what is only looked at needs no plan."""
    report = getattr(visit, "report", None)
    return visit.purpose != "service" or (report is not None and report.agreed_at is not None)


def may_arrive(visit: Visit, user: Any) -> bool:
    """Agreed and prepared: what is missing is the next step before it."""
    is_agreed = visit.state == S.CONFIRMED or not visit.policy.visits.customer_confirms
    return on_it(visit, user) and is_agreed and is_prepared(visit)


def _prepare(visit: Visit, by: Any, data: Data, version: int | None) -> None:
    working.prepare(visit=visit, by=by, expected_version=version, **data)


def _agree(visit: Visit, by: Any, data: Data, version: int | None) -> None:
    working.agree_plan(visit=visit, by=by, expected_version=version, **data)


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
    Act("prepare", _("Prepare the visit"), "", AHEAD, _prepare, f.PrepareForm, "primary",
        ready=lambda visit, user: on_it_or_planner(visit, user) and not is_prepared(visit)),
    Act("prepare_again", _("Correct the preparation"), "", AHEAD, _prepare, f.PrepareForm,
        ready=lambda visit, user: on_it_or_planner(visit, user) and is_prepared(visit)),
    Act("arrive", _("Check in"), perm.VISITS_WORK, AHEAD,
        lambda r, by, d, v: working.arrive(visit=r, by=by, expected_version=v), None, "primary",
        ready=lambda visit, user: may_arrive(visit, user) and not visit.is_before_its_day()),
    Act("arrive_early", _("Check in before the agreed day"), perm.VISITS_WORK, AHEAD,
        lambda r, by, d, v: working.arrive(visit=r, by=by, expected_version=v, **d), f.EarlyForm,
        ready=lambda visit, user: may_arrive(visit, user) and visit.is_before_its_day()),
    Act("agree", _("Agree the plan on site"), perm.VISITS_WORK, at(S.ON_SITE), _agree, f.AgreeForm, "primary",
        ready=lambda visit, user: on_it(visit, user) and not has_plan(visit)),
    Act("agree_again", _("Agree another plan"), perm.VISITS_WORK, at(S.ON_SITE), _agree, f.AgreeForm,
        ready=lambda visit, user: on_it(visit, user) and has_plan(visit) and visit.purpose == "service"),
    Act("report", _("Write the report"), perm.VISITS_WORK, at(S.ON_SITE), _report, f.ReportForm, "primary", True,
        ready=lambda visit, user: on_it(visit, user) and has_plan(visit)),
    Act("photos", _("Add photos or video"), perm.VISITS_WORK, at(S.ON_SITE, S.REPORTED),
        lambda r, by, d, v: working.add_photos(visit=r, by=by, **d), f.PhotosForm, has_files=True, ready=on_it),
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
