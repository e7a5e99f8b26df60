"""The quality problem database as a list, and the list of read-across questions (F32, CAP-12)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.core.listing.spec import Card, Choices, Column, Filter, Listing, Reader, Tabs, register
from bihuan.core.search.queries import narrowed
from bihuan.quality.issues.labels import level_name
from bihuan.quality.issues.models import Issue, Result
from bihuan.quality.issues.queries import causes_of, measures_of, visible_to
from bihuan.quality.issues.templatetags.issues import grade_step
from bihuan.quality.problems import permissions as perm
from bihuan.quality.problems.models import ReadAcross, ReadAcrossState
from bihuan.quality.problems.queries import questions_for
from bihuan.registry.faults.models import CauseCategory, FailureMechanism
from bihuan.registry.products.models import ProductLine, ProductModel
from bihuan.ui.templatetags.bihuan import remaining, tag

MOST_CHOICES = 300
TONES = {"open": "orange", "absent": "green", "prevented": "blue", "occurs": "red"}
EFFECTS = {Result.EFFECTIVE: "green", Result.INEFFECTIVE: "red", Result.NOT_ENOUGH: "orange"}


def rows(user: Any, values: Mapping[str, str]) -> QuerySet[Issue]:
    """Problems by mechanism, product, batch, supplier, cause, grade and words."""
    found = visible_to(user).prefetch_related("causes", "measures")
    for name in ("mechanism", "line", "model", "grade", "cause_category"):
        if values[name]:
            found = found.filter(**{name: int(values[name])})
    if values["batch"]:
        found = found.filter(batch__number__istartswith=values["batch"])
    if values["supplier"]:
        found = found.filter(supplier_name__icontains=values["supplier"])
    if words := values["words"]:
        found = narrowed(found, words, "issues.issue")
    return found


def _lines(user: Any) -> Choices:
    return [(str(row.pk), row.name) for row in ProductLine.objects.all()]


def _models(user: Any) -> Choices:
    return [(str(row.pk), str(row)) for row in ProductModel.objects.all()[:MOST_CHOICES]]


def _mechanisms(user: Any) -> Choices:
    return [(str(row.pk), row.name) for row in FailureMechanism.objects.order_by("name")[:MOST_CHOICES]]


def _causes(user: Any) -> Choices:
    return [(str(row.pk), row.name) for row in CauseCategory.objects.order_by("name")]


def _grades(user: Any) -> Choices:
    from bihuan.core.policy import queries as policy

    return [(str(step.level), step.name) for step in policy.default().scales.severity]


def _grade(row: Issue, reader: Reader) -> SafeString | str:
    step = grade_step(row)
    return tag(step["name"], step["tone"]) if step else ""


def _effect(row: Issue, reader: Reader) -> SafeString | str:
    return tag(str(row.get_result_display()), EFFECTS[Result(row.result)]) if row.result in EFFECTS else ""


def _remedies(row: Issue, reader: Reader) -> str:
    measures = measures_of(row)
    return gettext("Measures: %(measures)s") % {"measures": measures} if measures else ""


def _state(row: Issue, reader: Reader) -> SafeString:
    return format_html('<span class="st {}">{}</span>', row.state, row.get_state_display())


PROBLEMS = register(
    Listing(
        "problems", _("Quality problem database"), perm.PROBLEMS_VIEW, "problems:list", rows,
        columns=(
            Column("number", _("Issue no."), lambda row, reader: row.number, style="one", width=18),
            Column("title", _("Title"), lambda row, reader: row.title, style="cut", width=40,
                   below=lambda row, reader: " · ".join(filter(None, (
                       row.model.code if row.model else "", row.batch.number if row.batch else ""))),
                   needs=("model", "batch")),
            Column("mechanism", _("Failure mechanism"), lambda row, reader: row.mechanism and row.mechanism.name,
                   needs=("mechanism",), style="cut", width=24),
            Column("causes", _("Confirmed causes"), lambda row, reader: causes_of(row), style="cut", width=60,
                   below=_remedies),
            Column("measures", _("Measures"), lambda row, reader: measures_of(row), style="cut", width=60, shown=False),
            Column("grade", _("Grade"), lambda row, reader: level_name(row, "severity", row.grade), _grade),
            Column("effect", _("Effect"), lambda row, reader: row.get_result_display(), _effect, style="one"),
            Column("state", _("State"), lambda row, reader: row.get_state_display(), _state, style="one"),
            Column("line", _("Product line"), lambda row, reader: row.line and row.line.name, needs=("line",),
                   shown=False),
            Column("model", _("Product model"), lambda row, reader: row.model and row.model.code, needs=("model",),
                   shown=False, style="one"),
            Column("batch", _("Batch"), lambda row, reader: row.batch and row.batch.number, needs=("batch",),
                   shown=False, style="one"),
            Column("supplier", _("Supplier"), lambda row, reader: row.supplier_name, shown=False),
            Column("cause", _("Cause category"), lambda row, reader: row.cause_category and row.cause_category.name,
                   needs=("cause_category",), shown=False),
            Column("unit", _("Responsible unit"), lambda row, reader: row.department and row.department.name,
                   needs=("department",), shown=False),
            Column("source", _("Source"), lambda row, reader: row.get_source_display(), shown=False),
            Column("registered", _("Registered at"), lambda row, reader: row.registered_at, shown=False, style="one"),
            Column("closed", _("Closed at"), lambda row, reader: row.closed_at, shown=False, style="one"),
        ),
        link=lambda row: reverse("problems:problem", args=[row.number]),
        card=Card("title", "grade", (("number", "mechanism"), ("state", "effect"))),
        filters=(
            Filter("words", _("Keywords"), hint=_("Number, product, mechanism, text")),
            Filter("mechanism", _("Failure mechanism"), _mechanisms), Filter("line", _("Product line"), _lines),
            Filter("model", _("Product model"), _models), Filter("batch", _("Batch"), longest=60),
            Filter("supplier", _("Supplier"), longest=60), Filter("cause_category", _("Cause category"), _causes),
            Filter("grade", _("Grade"), _grades),
        ),
        tabs=Tabs(_("Effect"), lambda: Result.choices, field="result"),
    )
)  # fmt: skip


def questions(user: Any, values: Mapping[str, str]) -> QuerySet[ReadAcross]:
    """Read-across questions, of a line, of one's own."""
    found = questions_for(user)
    if values["line"]:
        found = found.filter(line=int(values["line"]))
    if values["mine"]:
        found = found.filter(owner=user.pk)
    return found


def _mine(user: Any) -> Choices:
    return [("1", _("Mine"))]


def _due(row: ReadAcross, reader: Reader) -> SafeString | str:
    return remaining(row.due_at) if row.state == ReadAcrossState.OPEN else ""


READ_ACROSS = register(
    Listing(
        "read_across", _("Read-across"), perm.PROBLEMS_VIEW, "problems:read_across", questions,
        columns=(
            Column("issue", _("Issue no."), lambda row, reader: row.issue.number, needs=("issue",), style="one",
                   width=18),
            Column("question", _("Question"), lambda row, reader: row.question, style="wide-cut", width=60),
            Column("line", _("Product line"), lambda row, reader: row.line.name, needs=("line",), style="one"),
            Column("state", _("Answer"), lambda row, reader: row.get_state_display(),
                   lambda row, reader: tag(str(row.get_state_display()), TONES[row.state]), style="one"),
            Column("finding", _("What was found"), lambda row, reader: row.finding, style="cut", width=60),
            Column("owner", _("Who answers"), lambda row, reader: str(row.owner), needs=("owner",), style="one"),
            Column("due", _("Due"), lambda row, reader: row.due_at, _due, sort="due_at", style="one"),
            Column("answered", _("Answered at"), lambda row, reader: row.answered_at, style="one", shown=False),
        ),
        link=lambda row: reverse("problems:question", args=[row.pk]),
        card=Card("question", "state", (("issue", "line"), ("owner", "due"))),
        filters=(Filter("line", _("Product line"), _lines), Filter("mine", _("Who answers"), _mine)),
        tabs=Tabs(_("Answer"), lambda: ReadAcrossState.choices),
    )
)  # fmt: skip
