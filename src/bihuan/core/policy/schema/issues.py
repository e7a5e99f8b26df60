"""Quality issues: how grave, which papers, who rules, when a remedy counts as proven (D05, D21-D23, D27, D33)."""

from typing import Literal

from pydantic import Field

from bihuan.core.policy.schema.base import Code, Condition, FormCode, Named, Part


class GradeCriterion(Named):
    """A fact that puts an issue at a level of the scale of severity; the highest that holds decides (TRI-09)."""

    level: int = Field(ge=1, le=9)
    product_lines: tuple[Code, ...] = ()
    flags: tuple[Literal["serious", "safety"], ...] = ()


class FormRule(Part):
    """Which paper an issue needs; several rules may ask for several papers of one issue (D21, D23)."""

    form: FormCode
    when: Condition = Condition()


class Publicity(Part):
    """Whether the result of an issue is put up for the departments, and how long (D27, SLA-17)."""

    enabled: bool = True
    days: int = Field(default=7, ge=1, le=90)


class DisciplineRule(Named):
    """A discipline of the 8D: what it needs and which ones must stand before it."""

    due_hours: int = Field(default=72, ge=1)
    needs: tuple[Code, ...] = ()
    evidence: bool = False


class Proof(Part):
    """When a remedy counts as effective: the rate that must not be exceeded, and how sure one wants to be.

    ``min_days`` is how long a unit must have been out to speak for the remedy. From grade ``evaluation_from`` on,
    customers, a sample or an audit must speak for it as well (CAP-09).
    """

    numerator: int = Field(default=3, ge=1)
    denominator: int = Field(default=1000, ge=2)
    confidence: float = Field(default=0.9, gt=0.5, lt=1)
    min_exposure: int = Field(default=0, ge=0)
    min_days: int = Field(default=0, ge=0, le=3650)
    evaluation_from: int = Field(default=9, ge=1)
    close_undecided: bool = False


class IssueRules(Part):
    """How this company works on quality issues.

    ``standards`` are the clauses that the procedure refers to, as the papers print them (QIS-14). With ``superior``
    the reporter's superior, who holds one of ``superior_roles`` in the same department, hears of a report first and
    passes it on; danger and stopped work reach everybody at once (NCR-12, NCR-14). From grade ``adopt_from`` on what
    prevents the problem is taken into the quality management system before the issue closes (CAP-11).
    ``review_months`` is how often the system is audited and reviewed, by kind of review (CAP-22).
    """

    standards: tuple[str, ...] = ()
    report_to: Literal["quality", "superior"] = "quality"
    superior_roles: tuple[Code, ...] = ()
    adopt_from: int = Field(default=9, ge=1)
    grade_criteria: tuple[GradeCriterion, ...] = ()
    default_grade: int = Field(default=1, ge=1, le=9)
    forms: tuple[FormRule, ...] = ()
    report_replaces_sheet: bool = False
    open_from_channels: tuple[Code, ...] = ("delivery",)
    full_cause_from: int = Field(default=2, ge=1)
    containment_from: int = Field(default=2, ge=1)
    expert_review_from: int = Field(default=2, ge=1)
    publicity: Publicity = Publicity()
    eight_d: tuple[DisciplineRule, ...] = ()
    recurrence: Literal["reopen", "review", "report"] = "reopen"
    recurrence_roles: tuple[Code, ...] = ()
    review_months: dict[str, int] = {"audit": 12, "management": 12}
    proof: Proof = Proof()
    file_with: tuple[Code, ...] = ()
    copies: tuple[Code, ...] = ()
