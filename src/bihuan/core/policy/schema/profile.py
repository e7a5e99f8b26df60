"""One whole profile and the questions that code asks of it."""

from functools import cached_property
from typing import Self

from django.utils.translation import gettext as _
from pydantic import model_validator

from bihuan.core.policy.schema.base import Code, Level, Name, Named, Part, twice, unknown
from bihuan.core.policy.schema.cost import CostRules
from bihuan.core.policy.schema.field import PartsRules, VisitRules
from bihuan.core.policy.schema.issues import IssueRules
from bihuan.core.policy.schema.monitor import Monitor
from bihuan.core.policy.schema.nonconformity import NonconformityRules
from bihuan.core.policy.schema.organisation import Department, Role
from bihuan.core.policy.schema.papers import CustomField, Form, Reply, Retention
from bihuan.core.policy.schema.recall import RecallRules
from bihuan.core.policy.schema.returns import ReturnRules
from bihuan.core.policy.schema.service import (
    ApprovalChain,
    Category,
    Channel,
    ChannelKind,
    ChargeRule,
    Criterion,
    DeadlineRule,
    FollowUpPlan,
    Procedure,
    Questionnaire,
    Scales,
    ServiceType,
)
from bihuan.core.policy.schema.warranty import WarrantyRule


class Profile(Part):
    """All that differs between companies. Loaded from YAML into versioned rows; cases keep their version."""

    code: Code
    name: Name
    company: Name
    numbering: dict[Code, str]
    departments: tuple[Department, ...]
    roles: tuple[Role, ...]
    duties: dict[Code, tuple[Code, ...]]
    channels: tuple[Channel, ...]
    service_types: tuple[ServiceType, ...]
    categories: tuple[Category, ...]
    criteria: tuple[Criterion, ...] = ()
    scales: Scales
    deadlines: tuple[DeadlineRule, ...]
    procedure: Procedure
    charge_rules: tuple[ChargeRule, ...]
    approvals: tuple[ApprovalChain, ...]
    questionnaires: tuple[Questionnaire, ...]
    follow_ups: tuple[FollowUpPlan, ...]
    forms: tuple[Form, ...]
    custom_fields: tuple[CustomField, ...] = ()
    delay_reasons: tuple[Named, ...]
    replies: tuple[Reply, ...]
    retention: tuple[Retention, ...]
    visits: VisitRules = VisitRules()
    returns: ReturnRules = ReturnRules()
    warranty_rules: tuple[WarrantyRule, ...] = ()
    parts: PartsRules = PartsRules()
    monitor: Monitor = Monitor()
    issues: IssueRules = IssueRules()
    nonconformity: NonconformityRules = NonconformityRules()
    recall: RecallRules = RecallRules()
    cost: CostRules = CostRules()

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        """Every role, questionnaire and level that a rule names must exist; codes are unique in their list."""
        problems = [*self._doubles(), *self._unknown_roles(), *self._unknown_others()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _doubles(self) -> list[str]:
        lists: dict[str, list[str]] = {
            "roles": [item.code for item in self.roles],
            "departments": [item.code for item in self.departments],
            "channels": [item.code for item in self.channels],
            "service_types": [item.code for item in self.service_types],
            "categories": [item.code for item in self.categories],
            "deadlines": [item.code for item in self.deadlines],
            "forms": [item.code for item in self.forms],
            "replies": [item.code for item in self.replies],
            "recall.regimes": [item.code for item in self.recall.regimes],
            "warranty_rules": [item.code for item in self.warranty_rules],
        }
        return [twice(name) for name, codes in lists.items() if len(codes) != len(set(codes))]

    def _unknown_roles(self) -> list[str]:
        known = {role.code for role in self.roles}
        used = {code: f"duties.{duty}" for duty, codes in self.duties.items() for code in codes}
        for rule in self.deadlines:
            used |= {code: f"deadlines.{rule.code}" for step in rule.escalations for code in step.roles}
        for chain in self.approvals:
            used |= {code: f"approvals.{chain.subject}" for step in chain.steps for code in step.roles}
        for charge in self.charge_rules:
            used |= dict.fromkeys(charge.report_to, f"charge_rules.{charge.name}")
        for watch in self.monitor.rules:
            used |= dict.fromkeys(watch.tell, f"monitor.rules.{watch.code}")
        told = (*self.issues.recurrence_roles, *self.issues.file_with, *self.issues.superior_roles)
        used |= dict.fromkeys(told, "issues")
        return [unknown(where, code) for code, where in used.items() if code not in known]

    def _unknown_others(self) -> list[str]:
        sheets = {sheet.code for sheet in self.questionnaires}
        problems = [
            unknown(f"follow_ups.{plan.code}", plan.questionnaire)
            for plan in self.follow_ups
            if plan.questionnaire not in sheets
        ]
        problems += self._unknown_of_issues()
        known = {item.code for item in self.departments}
        problems += [unknown("recall.copies", code) for code in self.recall.copies if code not in known]
        classes = {item.code for item in self.cost.classes}
        problems += [
            unknown("returns.cost_classes", code)
            for code in self.returns.cost_classes.values() if code not in classes
        ]  # fmt: skip
        cells = {(cell.severity, cell.impact) for cell in self.scales.matrix}
        wanted = {(s.level, i.level) for s in self.scales.severity for i in self.scales.impact}
        for severity, impact in sorted(wanted - cells):
            cell = _("no priority for severity %(severity)s and impact %(impact)s")
            problems.append(f"scales.matrix: {cell % {'severity': severity, 'impact': impact}}")
        return problems

    def _unknown_of_issues(self) -> list[str]:
        """Levels, departments and disciplines that the rules of quality issues name."""
        levels = {step.level for step in self.scales.severity}
        departments = {item.code for item in self.departments}
        disciplines = {item.code for item in self.issues.eight_d}
        criteria = [str(item.level) for item in self.issues.grade_criteria if item.level not in levels]
        copies = [code for code in self.issues.copies if code not in departments]
        needs = [code for rule in self.issues.eight_d for code in rule.needs if code not in disciplines]
        found = {"issues.grade_criteria": criteria, "issues.copies": copies, "issues.eight_d": needs}
        return [unknown(where, code) for where, codes in found.items() for code in codes]

    @cached_property
    def roles_by_permission(self) -> dict[str, frozenset[str]]:
        """Which roles hold which permission pattern."""
        found: dict[str, set[str]] = {}
        for role in self.roles:
            for pattern in role.permissions:
                found.setdefault(pattern, set()).add(role.code)
        return {pattern: frozenset(codes) for pattern, codes in found.items()}

    def roles_with(self, permission: str) -> frozenset[str]:
        """Return the roles that hold a permission, directly or by ``leaf.*`` or ``*``."""
        leaf = permission.split(".", 1)[0]
        held = self.roles_by_permission
        empty: frozenset[str] = frozenset()
        return held.get(permission, empty) | held.get(f"{leaf}.*", empty) | held.get("*", empty)

    @cached_property
    def deadline_rules(self) -> dict[str, DeadlineRule]:
        """The deadline rules by their code."""
        return {rule.code: rule for rule in self.deadlines}

    @cached_property
    def deadline_verbs(self) -> frozenset[str]:
        """The verbs that start or stop a clock."""
        return frozenset(verb for rule in self.deadlines for verb in (rule.start, *rule.asked_again, *rule.stop))

    def role(self, code: str) -> Role | None:
        """Return a role by its code."""
        return next((role for role in self.roles if role.code == code), None)

    def priority_of(self, severity: int, impact: int) -> int:
        """Return the priority level that the matrix gives (TRI-05)."""
        return next(cell.priority for cell in self.scales.matrix if (cell.severity, cell.impact) == (severity, impact))

    def channel(self, code: str) -> Channel | None:
        """Return a channel by its code."""
        return next((channel for channel in self.channels if channel.code == code), None)

    def open_channel(self, kind: ChannelKind) -> Channel | None:
        """Return the first channel of a kind that is switched on."""
        return next((row for row in self.channels if row.enabled and row.kind == kind), None)

    def service_type(self, code: str) -> ServiceType | None:
        """Return a service type by its code."""
        return next((kind for kind in self.service_types if kind.code == code), None)

    def form(self, code: str) -> Form | None:
        """Return a form by its register code, such as F24."""
        return next((form for form in self.forms if form.code == code), None)

    def reply(self, code: str) -> Reply | None:
        """Return a customer text by its code."""
        return next((reply for reply in self.replies if reply.code == code), None)

    def warranty_rule(self, code: str) -> WarrantyRule | None:
        """Return a warranty rule by its code."""
        return next((rule for rule in self.warranty_rules if rule.code == code), None)

    def questionnaire(self, code: str) -> Questionnaire | None:
        """Return a questionnaire by its code."""
        return next((sheet for sheet in self.questionnaires if sheet.code == code), None)

    def level(self, scale: str, level: int | None) -> Level | None:
        """Return one step of a scale by its number."""
        steps: tuple[Level, ...] = getattr(self.scales, scale)
        return next((step for step in steps if step.level == level), None)
