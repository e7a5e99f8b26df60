"""The forms of visits."""

from collections.abc import Sequence
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.service.desk.models import Case
from bihuan.service.desk.public_forms import SignedForm
from bihuan.service.parts.requisition_forms import LinesForm
from bihuan.service.parts.used_forms import UsedPartsForm
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.models import CARE, Purpose, TimeWish, Verdict, Visit, VisitState
from bihuan.service.visits.services.parting import on_hand
from bihuan.service.visits.services.planning import is_authorised, purposes_of
from bihuan.ui.inputs import BLANK, DayInput, MomentInput, TimeOfDayInput, area

PHOTOS = {"image", "video"}
SCORES = [(str(score), str(score)) for score in range(5, 0, -1)]
SAID = [("yes", _("The problem is solved, I accept")), ("no", _("Not yet right"))]
LOOKED_AT = [("yes", _("I have read the report")), ("no", _("Not yet right"))]
HALVES = [("", _("any time")), ("morning", _("morning")), ("afternoon", _("afternoon"))]
HALF_HOURS = {"morning": (None, time(12)), "afternoon": (time(12), None)}
LONGEST = 20_000
NOT_ASKED: dict[str, tuple[str, ...]] = {
    Purpose.SURVEY: (
        "parts",
        "parts_reason",
        "same_parts",
        "parameters",
        "training",
        "trained",
        "demonstrated",
        "cleaned",
    ),
    Purpose.SERVICE: ("phenomenon", "environment"),
}
VERDICTS: dict[str, tuple[Verdict, ...]] = {
    Purpose.SURVEY: (Verdict.FOUND,),
    Purpose.SERVICE: (Verdict.SOLVED, Verdict.OPEN),
}


class VisitForm(forms.Form):
    """A form about one visit."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, row: Visit, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices and what is known."""


def team_fields(fields: dict[str, Any], subject: Any) -> None:
    """Whoever goes on visits can be chosen."""
    ids = [user.pk for user in with_permission(perm.VISITS_WORK, subject)]
    for name in ("engineer", "helpers"):
        fields[name].queryset = User.objects.filter(pk__in=ids)


class PlanForm(forms.Form):
    """Who goes when, where to, and what for (WO-08)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("purpose", "helpers", "task", "supplies", "place", "onsite_reason")
    purpose = forms.ChoiceField(label=_("Purpose"), widget=forms.RadioSelect)
    starts_at = forms.DateTimeField(label=_("Begins at"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=_("Ends at"), widget=MomentInput())
    engineer = forms.ModelChoiceField(User.objects.none(), label=_("Engineer"))
    helpers = forms.ModelMultipleChoiceField(User.objects.none(), label=_("Accompanied by"), required=False,
                                             widget=forms.CheckboxSelectMultiple)  # fmt: skip
    place = forms.CharField(label=_("Place"), max_length=200)
    contact_name = forms.CharField(label=_("Contact person"), max_length=60)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    task = forms.CharField(label=_("What is to be done"), widget=area(), max_length=LONGEST)
    supplies = forms.CharField(
        label=_("Tools, spare parts and papers to bring"), widget=area(2), required=False, max_length=LONGEST
    )
    onsite_reason = forms.CharField(label=_("Why remote help is not enough"), max_length=200, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        purposes = purposes_of(case)
        fields["purpose"].choices = [(item.value, item.label) for item in purposes]
        team_fields(fields, case)
        if all(is_authorised(case, purpose) for purpose in purposes):
            del fields["onsite_reason"]


class RescheduleForm(VisitForm):
    """Another time or another engineer."""

    wide_fields = ("helpers", "reason")
    starts_at = forms.DateTimeField(label=_("Begins at"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=_("Ends at"), widget=MomentInput())
    engineer = forms.ModelChoiceField(User.objects.none(), label=_("Engineer"))
    helpers = forms.ModelMultipleChoiceField(User.objects.none(), label=_("Accompanied by"), required=False,
                                             widget=forms.CheckboxSelectMultiple)  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))

    def prepare(self) -> None:
        row, initial = self.row, self.initial
        team_fields(self.fields, row)
        for name in ("starts_at", "ends_at", "engineer"):
            initial.setdefault(name, getattr(row, name))
        initial.setdefault("helpers", [user.pk for user in row.helpers.all()])


class WishForm(forms.Form):
    """When the customer wishes the visit; everything empty takes the wish back (WO-18)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("words",)
    day = forms.DateField(label=_("Day"), widget=DayInput(), required=False,
                          help_text=_("Empty: any day, within the hours below."))  # fmt: skip
    person = forms.CharField(label=_("Wished by"), max_length=60, required=False)
    begins = forms.TimeField(label=_("Not before"), widget=TimeOfDayInput(), required=False)
    until = forms.TimeField(label=_("Not after"), widget=TimeOfDayInput(), required=False)
    words = forms.CharField(label=_("In the customer's words"), widget=area(2), required=False, max_length=300)

    def __init__(self, *args: Any, kept: TimeWish | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kept is not None:
            self.initial = {**self.initial, **{name: getattr(kept, name) for name in self.fields}}


class ConfirmForm(VisitForm):
    """Who agreed to the time, by telephone or in any other way."""

    person = forms.CharField(label=_("Agreed with"), max_length=60)

    def prepare(self) -> None:
        self.initial.setdefault("person", self.row.contact_name)


class ReasonForm(VisitForm):
    """Why."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=area(2))


class PrepareForm(VisitForm):
    """What is ready (WO-08)."""

    wide_fields = ("ticked", "supplies")
    ticked = forms.MultipleChoiceField(label=_("Ready"), widget=forms.CheckboxSelectMultiple, required=False)
    supplies = forms.CharField(
        label=_("Tools, spare parts and papers to bring"), widget=area(2), required=False, max_length=LONGEST
    )

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["ticked"].choices = [(item.code, item.name) for item in self.row.policy.visits.preparation]
        self.initial = {"ticked": self.row.prepared, "supplies": self.row.supplies, **self.initial}


def meant_early(visit: Visit) -> forms.BooleanField:
    """The question to somebody who checks in before the agreed day; it names the agreed time (WO-16)."""
    at = f"{timezone.localtime(visit.starts_at):%Y-%m-%d %H:%M}"
    label = _("The agreed time is %(at)s. We are there already, and the customer knows it.") % {"at": at}
    return forms.BooleanField(label=label, required=False)


class EarlyForm(VisitForm):
    """Checking in before the agreed day (WO-14, WO-16)."""

    wide_fields = ("early",)

    def prepare(self) -> None:
        self.fields["early"] = meant_early(self.row)


class AgreeForm(VisitForm):
    """What was found on arrival, and the plan to which the customer agreed (WO-09)."""

    wide_fields = ("phenomenon", "environment", "plan")
    phenomenon = forms.CharField(label=_("Phenomenon, confirmed with the customer"), widget=area(2), max_length=LONGEST)
    environment = forms.CharField(
        label=_("Installation environment and working state"), widget=area(2), required=False, max_length=LONGEST
    )
    plan = forms.CharField(label=_("Plan"), widget=area(), max_length=LONGEST)
    agreed_with = forms.CharField(label=_("Agreed with"), max_length=60)

    def prepare(self) -> None:
        report = getattr(self.row, "report", None)
        known = {name: getattr(report, name) for name in self.fields} if report else {}
        self.initial = {"plan": self.row.task, "agreed_with": self.row.contact_name, **known, **self.initial}


class PartsForm(LinesForm, VisitForm):
    """Which parts the visit needs; those that fit its product are proposed (PRT-12)."""

    wide_fields = ("purpose",)
    purpose = forms.CharField(label=_("Used for"), max_length=300)

    def prepare(self) -> None:
        self.initial.setdefault("purpose", self.row.case.summary)
        self.add_lines(self.row.case.model)


class ReportForm(UsedPartsForm, VisitForm):
    """What was done and what came of it (WO-10, WO-13, WO-21); each criterion of the company has its own line."""

    wide_fields = (
        "phenomenon", "environment", "steps", "parts", "parts_reason", "parameters", "verdict", "residual", "advice",
        "training", "uploads",
    )  # fmt: skip
    phenomenon = forms.CharField(label=_("Phenomenon, confirmed with the customer"), widget=area(2), max_length=LONGEST)
    environment = forms.CharField(
        label=_("Installation environment and working state"), widget=area(2), required=False, max_length=LONGEST
    )
    steps = forms.CharField(label=_("Key operation steps"), widget=area(), required=False, max_length=LONGEST)
    parameters = forms.CharField(label=_("Commissioning parameters"), widget=area(2), required=False,
                                 max_length=LONGEST)  # fmt: skip
    verdict = forms.ChoiceField(label=_("Result"), choices=Verdict.choices, widget=forms.RadioSelect)
    residual = forms.CharField(label=_("Residual problems"), widget=area(2), required=False, max_length=LONGEST)
    advice = forms.CharField(label=_("Advice for use"), widget=area(2), required=False, max_length=LONGEST)
    training = forms.CharField(label=_("Training of the customer"), widget=area(2), required=False,
                               max_length=LONGEST)  # fmt: skip
    trained = forms.CharField(label=_("Who was trained"), max_length=120, required=False)
    demonstrated = forms.BooleanField(label=_("Result demonstrated and precautions explained"), required=False)
    cleaned = forms.BooleanField(label=_("Site cleaned"), required=False)
    uploads = FilesField(label=_("Photos or video"), required=False, allow=PHOTOS)

    def prepare(self) -> None:
        report, is_survey = getattr(self.row, "report", None), self.row.purpose == Purpose.SURVEY
        for name in NOT_ASKED.get(self.row.purpose, ()):
            del self.fields[name]
        fields: dict[str, Any] = self.fields
        verdicts = VERDICTS.get(self.row.purpose, (Verdict.DONE, Verdict.OPEN))
        fields["verdict"].choices = [(item.value, item.label) for item in verdicts]
        if self.row.purpose != Purpose.SERVICE:
            self.initial.setdefault("verdict", verdicts[0])
        if is_survey:
            fields["steps"].label = _("What was looked at and measured")
        if self.row.purpose in CARE:
            fields["phenomenon"].required = False
            fields["phenomenon"].label = _("State in which it was found")
        known = {row["code"]: row for row in report.results} if report else {}
        for rule in () if is_survey else self.row.criteria:
            self._criterion(rule, known.get(rule.code, {}))
        text, unissued = report.parts if report else "", self.row.policy.parts.unissued
        used = [] if is_survey else self.add_used(on_hand(self.row), unissued, text)
        tests = [name for name in fields if name[:2] in {"r_", "p_"}]
        self.order_fields(["phenomenon", "environment", "steps", *used, "parameters", *tests])
        if report is not None:
            self.initial = {**{name: getattr(report, name) for name in fields if hasattr(report, name)},
                            **self.initial}  # fmt: skip

    def _criterion(self, rule: Any, known: dict[str, Any]) -> None:
        wanted = f"{rule.name}（{rule.required}）" if rule.required else rule.name
        passed = {True: "yes", False: "no"}.get(known.get("passed"), "")  # type: ignore[arg-type]
        self.fields[f"r_{rule.code}"] = forms.CharField(
            label=wanted, max_length=200, required=False, initial=known.get("value", "")
        )
        self.fields[f"p_{rule.code}"] = forms.ChoiceField(
            label=_("%(what)s: met?") % {"what": rule.name}, required=False, initial=passed,
            choices=[*BLANK, ("yes", _("met")), ("no", _("not met"))],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The criteria as rows."""
        data = super().clean() or {}
        met = {"yes": True, "no": False}
        codes = [name[2:] for name in self.fields if name.startswith("r_")]
        results = [
            {"code": code, "value": data.pop(f"r_{code}", ""), "passed": met.get(data.pop(f"p_{code}", ""))}
            for code in codes
        ]
        return {**data, "results": results}


class PhotosForm(VisitForm):
    """Photos and video as they are taken, ahead of the report (WO-13)."""

    wide_fields = ("uploads",)
    uploads = FilesField(label=_("Photos or video"), allow=PHOTOS)


class ToolForm(forms.Form):
    """The daily check of tools and equipment (WO-27)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("good", "faults")
    good = forms.MultipleChoiceField(label=_("In order"), widget=forms.CheckboxSelectMultiple, required=False)
    faults = forms.CharField(label=_("Defects and what was done"), widget=area(2), required=False, max_length=LONGEST)

    def __init__(self, *args: Any, tools: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["good"].choices = [(item.code, item.name) for item in tools]


class AppointmentForm(SignedForm):
    """The customer agrees to the time, or says which one suits him: a day, a half of it, words (WO-14, WO-18)."""

    day = forms.DateField(label=_("Day that suits you"), widget=DayInput(), required=False,
                          help_text=_("Only where you would rather have another time."))  # fmt: skip
    half = forms.ChoiceField(label=_("Time of day"), choices=HALVES, required=False)
    field_order: ClassVar[tuple[str, ...]] = ("decision", "day", "half", "opinion", "person")  # type: ignore[misc]

    def __init__(self, *args: Any, row: Visit, **kwargs: Any) -> None:
        choices = [("yes", _("The time suits me")), ("no", _("I would rather have another time"))]
        agreed = row.state == VisitState.CONFIRMED
        super().__init__(*args, choices=choices[1:] if agreed else choices, **kwargs)
        self.initial.setdefault("person", row.contact_name)
        self.fields["opinion"].label = _("Remark, or the time that suits you")
        del self.fields["signature"]

    def wished(self) -> dict[str, Any]:
        """The wish as the service wants it."""
        begins, until = HALF_HOURS.get(self.cleaned_data["half"], (None, None))
        return {"wish": self.cleaned_data["opinion"], "day": self.cleaned_data["day"], "begins": begins,
                "until": until}  # fmt: skip


def _score(label: Any) -> forms.TypedChoiceField:
    """Five down to one, a finger's breadth each; left open where the customer does not say."""
    return forms.TypedChoiceField(
        label=label, choices=SCORES, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )


class SignForm(SignedForm):
    """The customer's rating and signature, on the engineer's screen or on his own (ACC-07)."""

    process_score = _score(_("Process (5 is best)"))
    result_score = _score(_("Result (5 is best)"))
    attitude_score = _score(_("Attitude (5 is best)"))
    field_order: ClassVar[tuple[str, ...]] = (  # type: ignore[misc]
        "decision", "process_score", "result_score", "attitude_score", "person", "opinion", "signature",
    )  # fmt: skip

    def __init__(self, *args: Any, row: Visit, **kwargs: Any) -> None:
        found = row.purpose == Purpose.SERVICE
        super().__init__(*args, choices=SAID if found else LOOKED_AT, **kwargs)
        if row.purpose == Purpose.SURVEY:
            del self.fields["result_score"]
        self.initial.setdefault("person", row.contact_name)


def signed_values(data: dict[str, Any]) -> dict[str, Any]:
    """The customer's word as the service wants it."""
    rest = {name: value for name, value in data.items() if name not in {"decision", "signature"}}
    return {**rest, "satisfied": data["decision"] == "yes", "picture": data["signature"]}
