"""Acts: what a person can do on the page of a record. Listed once; buttons, forms and posts read the list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bihuan.core.files.services import FileRefused
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.workflow.services import conflict
from bihuan.core.workflow.table import MoveRefused

Run = Callable[[Any, Any, dict[str, Any], int | None], Any]
Ready = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Act:
    """One act: ``run(row, by, data, version)`` is one service. ``permission`` empty means that the service asks whose
    turn it is; ``ready(row, user)`` says whether there is anything to do."""

    name: str
    label: str | Promise
    permission: str
    states: frozenset[str]
    run: Run
    form: Callable[..., Any] | None = None
    tone: str = "normal"
    has_files: bool = False
    ready: Ready | None = None

    @property
    def has_form(self) -> bool:
        """Whether something is asked first; a template that named the form itself would call its class."""
        return self.form is not None


Acts = Mapping[str, Act]


def table(*acts: Act) -> dict[str, Act]:
    """Acts by their names."""
    return {act.name: act for act in acts}


def available(acts: Acts, row: Any, user: Any) -> list[Act]:
    """The acts that this person may take in this state."""
    return [
        act
        for act in acts.values()
        if row.state in act.states and (not act.permission or can(user, act.permission, row))
        and (act.ready is None or act.ready(row, user))
    ]  # fmt: skip


def chosen(acts: list[Act], wish: str, *, opens: bool = True) -> Act | None:
    """The one form that stands open: the wished one, else, where one ``opens`` by itself, the next step's."""
    forms = [act for act in acts if act.form]
    named = next((act for act in forms if act.name == wish), None)
    return named or next((act for act in forms if opens and act.tone == "primary"), None)


@dataclass
class Outcome:
    """What became of a post: done, or the form with what was typed and the reason. ``refusal`` is what no form tells:
    the page says it at its top, what has a form says it there alone."""

    act: Act
    form: Any = None
    refusal: str = ""
    status: int = 303

    @property
    def is_done(self) -> bool:
        """Whether the service has run."""
        return self.status == 303


def take(request: HttpRequest, acts: Acts, row: Any, name: str) -> Outcome:
    """Run the act that was posted. What is refused about one field is told beside that field; what was typed is kept,
    also where the state has left the act behind."""
    act = found(acts.get(name))
    if act.permission:
        require(request.user, act.permission, row)
    version = int(request.POST["version"]) if request.POST.get("version", "").isdigit() else None
    form = act.form(request.POST, request.FILES, row=row) if act.form else None
    is_possible = row.state in act.states
    if is_possible and form is not None and not form.is_valid():
        return Outcome(act, form, status=422)
    try:
        with transaction.atomic():
            if not is_possible:
                raise _out_of_state(row, version)
            act.run(row, person(request), dict(form.cleaned_data) if form is not None else {}, version)
    except MoveRefused as refused:
        return _refused(act, form, refused.code, str(refused.reason), 409)
    except FileRefused as refused:
        return _refused(act, form, "uploads", str(refused.reason), 422)
    return Outcome(act, form)


def _refused(act: Act, form: Any, field: str, reason: str, status: int) -> Outcome:
    """The reason stands once: beside its field, else above its form, else at the top of the page."""
    if form is None:
        return Outcome(act, refusal=reason, status=status)
    form.add_error(field if field in form.fields else None, reason)
    return Outcome(act, form, status=status)


def _out_of_state(row: Any, version: int | None) -> MoveRefused:
    """Who looked at an older version is told who was faster."""
    if version is not None and version != row.version:
        return conflict(row)
    return MoveRefused(_("This is not possible in the present state."), code="state")


def acts_context(
    acts: Acts, row: Any, user: Any, wish: str = "", outcome: Outcome | None = None, *, opens: bool = True
) -> dict[str, Any]:  # fmt: skip
    """What ``workflow/act.html`` and ``workflow/bar.html`` show."""
    possible = available(acts, row, user)
    opened = outcome.act if outcome and outcome.form is not None else chosen(possible, wish, opens=opens)
    form = outcome.form if outcome and outcome.form is not None else None
    return {
        "opened": opened,
        "form": form if form is not None else opened.form(row=row) if opened and opened.form else None,
        "is_gone": form is not None and opened not in possible,
        "refusal": outcome.refusal if outcome else "",
        "bar": [act for act in possible if act.tone == "primary"],
        "more": [act for act in possible if act.tone != "primary"],
    }


def steps_of(state: str, stations: tuple[Any, ...], *, over: bool | None = None) -> list[dict[str, Any]]:
    """The stations with the one where the record stands; at the last one, or where it is ``over``, that one is done
    too. A state that is no station, such as a cancelled one, stands nowhere."""
    here = next((place for place, station in enumerate(stations) if station == state), -1)
    ended = here == len(stations) - 1 if over is None else over
    return [
        {
            "label": station.label, "number": place + 1,
            "state": "done" if place < here or (ended and place == here) else "now" if place == here else "todo",
        }
        for place, station in enumerate(stations)
    ]  # fmt: skip
