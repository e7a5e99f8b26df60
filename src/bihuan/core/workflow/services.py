"""apply(): the only way a state changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.queries import timeline
from bihuan.core.activity.services import record
from bihuan.core.permissions.services import Refused, can
from bihuan.core.workflow.table import Choice, Move, MoveRefused, Workflow

M = TypeVar("M", bound=models.Model)


def apply(
    obj: M,
    move: Move,
    *,
    by: AbstractBaseUser | None,
    data: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
    at: datetime | None = None,
    actor_name: str = "",
    target: str | None = None,
) -> M:
    """Make a move: authorise, check, update on state and version, journal; all or nothing.

    ``by`` None is the system or a customer's link and needs no role. ``fields`` are written with the state.
    ``expected_version`` is the version that the person saw. ``target`` is for moves whose table leaves the
    target open (going on after a pause). Raises Refused or MoveRefused, then nothing changed.
    """
    facts = dict(data or {})
    if by is not None and not can(by, move.permission, obj):
        raise Refused(move.permission)
    check(obj, move, by=by, data=facts, expected_version=expected_version)
    before = str(getattr(obj, "state"))  # noqa: B009 - any model with a state
    after = move.target or target or before
    with transaction.atomic():
        rows = type(obj)._default_manager.filter(pk=obj.pk, state=before, version=getattr(obj, "version"))  # noqa: B009
        changed = rows.update(state=after, version=F("version") + 1, **(fields or {}))
        if not changed:
            raise conflict(obj)
        _take_over(obj, after, fields or {})
        entry = {**facts, "move": move.name, "from": before, "to": after}
        record(subject=obj, verb=move.verb, by=by, data=entry, at=at, actor_name=actor_name)
    return obj


def check(
    obj: models.Model,
    move: Move,
    *,
    by: AbstractBaseUser | None,
    data: Mapping[str, Any],
    expected_version: int | None = None,
) -> None:
    """Raise MoveRefused when the state, the version or a guard forbids the move."""
    if expected_version is not None and expected_version != getattr(obj, "version"):  # noqa: B009
        raise conflict(obj)
    if getattr(obj, "state") not in move.sources:  # noqa: B009
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    if move.needs_reason and not str(data.get("reason", "")).strip():
        raise MoveRefused(_("Please give a reason."), code="reason")
    for guard in move.guards:
        guard(obj, by, data)


def _take_over(obj: models.Model, state: str, fields: Mapping[str, Any]) -> None:
    for name, value in {**fields, "state": state}.items():
        setattr(obj, name, value)
    setattr(obj, "version", getattr(obj, "version") + 1)  # noqa: B009, B010


def conflict(obj: models.Model) -> MoveRefused:
    """Tell the one who came second who was first, and what he did."""
    last = next(iter(timeline(obj, limit=1)), None)
    if last is None:
        return MoveRefused(_("Somebody else has just changed this. Please look again."), code="conflict")
    text = _("%(who)s was faster (%(time)s): %(what)s. Please look at the new state before you go on.")
    values = {
        "who": last.actor_name or _("The system"),
        "time": f"{timezone.localtime(last.at):%m-%d %H:%M}",
        "what": last.label,
    }
    return MoveRefused(text % values, code="conflict")


def choices(obj: models.Model, workflow: Workflow, user: Any) -> list[Choice]:
    """Return the moves that the user may make from here; a guard that refuses gives the reason."""
    found = []
    for move in workflow.from_state(str(getattr(obj, "state"))):  # noqa: B009
        if not move.person or not can(user, move.permission, obj):
            continue
        found.append(Choice(move, _refusal(obj, move, user)))
    return found


def _refusal(obj: models.Model, move: Move, user: Any) -> Any:
    for guard in move.guards:
        try:
            guard(obj, user, {})
        except MoveRefused as refused:
            if refused.code != "data":
                return refused.reason
    return None
