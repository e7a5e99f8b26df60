"""What a person can do on the page of a requisition."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Act, table
from bihuan.registry.spares.queries import successors
from bihuan.service.parts import permissions as perm
from bihuan.service.parts import requisition_forms as f
from bihuan.service.parts.models import Place, Requisition, RequisitionState
from bihuan.service.parts.services import requisitions, using

S = RequisitionState
Data = dict[str, Any]
OPEN = frozenset({S.APPROVED, S.ISSUED})


def some_reserved(row: Requisition, user: Any) -> bool:
    """Something is kept for it."""
    return any(line.reserved for line in row.lines.all())


def some_held(row: Requisition, user: Any) -> bool:
    """The receiver holds something."""
    return any(line.held for line in row.lines.all())


def may_use(row: Requisition, user: Any) -> bool:
    """The receiver himself, or the keeper for him."""
    return some_held(row, user) and (user.pk == row.receiver_id or can(user, perm.PARTS_KEEP, row))


def old_are_out(row: Requisition, user: Any) -> bool:
    """Replaced pieces have not come back yet."""
    return any(line.old_out for line in row.lines.all())


def has_successor(row: Requisition, user: Any) -> bool:
    """Engineering released something in the stead of a part that was not issued."""
    return any(not line.issued and line.backordered and successors(line.wanted) for line in row.lines.all())


def none_held(row: Requisition, user: Any) -> bool:
    """Nothing is in his hands, and something was issued."""
    return any(line.issued for line in row.lines.all()) and not some_held(row, user)


def may_cancel(row: Requisition, user: Any) -> bool:
    """Whoever asked or receives, or the keeper, while nothing is issued."""
    is_own = user.pk in {row.asked_by_id, row.receiver_id} or can(user, perm.PARTS_KEEP, row)
    return is_own and not any(line.issued for line in row.lines.all())


def _issue(row: Requisition, by: Any, data: Data, version: int | None) -> None:
    places = Place.objects.in_bulk([piece["place"] for piece in data["pieces"]])
    pieces = [requisitions.Piece(**{**piece, "place": places[piece["place"]]}) for piece in data["pieces"]]
    requisitions.issue(row=row, by=by, pieces=pieces, scanned=data["scanned"], expected_version=version)


def _with_line(row: Requisition, data: Data) -> Data:
    return {**data, "line": requisitions.line_of(row, data)}


def _use(row: Requisition, by: Any, data: Data, version: int | None) -> None:
    unit = data.pop("serial", None)
    using.use_now(row=row, by=by, unit=unit, expected_version=version, **_with_line(row, data))


ACTS = table(
    Act("issue", _("Issue parts"), perm.PARTS_KEEP, frozenset({S.APPROVED}), _issue, f.IssueForm, "primary",
        ready=some_reserved),
    Act("substitute", _("Issue the successor instead"), perm.PARTS_KEEP, frozenset({S.APPROVED}),
        lambda r, by, d, v: requisitions.substitute(row=r, by=by, expected_version=v, **_with_line(r, d)),
        f.SubstituteForm, ready=has_successor),
    Act("use", _("Record the use"), perm.PARTS_ASK, OPEN, _use, f.UseForm, ready=may_use),
    Act("give_back", _("Take unused parts back"), perm.PARTS_KEEP, OPEN,
        lambda r, by, d, v: requisitions.give_back(row=r, by=by, expected_version=v, **_with_line(r, d)), f.BackForm,
        ready=some_held),
    Act("take_old", _("Take old parts back"), perm.PARTS_KEEP, OPEN | {S.CLOSED},
        lambda r, by, d, v: requisitions.take_old(row=r, by=by, expected_version=v, **_with_line(r, d)), f.OldForm,
        ready=old_are_out),
    Act("close", _("Close"), perm.PARTS_KEEP, OPEN,
        lambda r, by, d, v: requisitions.close(row=r, by=by, expected_version=v), ready=none_held),
    Act("cancel", _("Call off"), "", frozenset({S.ASKED, S.APPROVED}),
        lambda r, by, d, v: requisitions.cancel(row=r, by=by, expected_version=v, **d), f.ReasonForm, "danger",
        ready=may_cancel),
)  # fmt: skip
