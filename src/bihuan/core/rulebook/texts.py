"""The rules as text: sections as YAML, and what differs between two states of them."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.policy.schema import Profile
from bihuan.core.policy.services import PolicyError

SECTIONS: Final = {
    "name": gettext_lazy("Name of the profile"), "company": gettext_lazy("Company on the forms"),
    "departments": gettext_lazy("Departments"), "roles": gettext_lazy("Roles and rights"),
    "duties": gettext_lazy("Duties and the roles that do them"), "channels": gettext_lazy("Channels"),
    "service_types": gettext_lazy("Service types"), "categories": gettext_lazy("Categories"),
    "criteria": gettext_lazy("Criteria of a quality problem"),
    "scales": gettext_lazy("Scales and priority matrix"), "deadlines": gettext_lazy("Deadlines and escalation"),
    "procedure": gettext_lazy("Procedure"), "charge_rules": gettext_lazy("Charge rules"),
    "approvals": gettext_lazy("Approval chains"), "questionnaires": gettext_lazy("Questionnaires"),
    "follow_ups": gettext_lazy("Follow-up plans"), "forms": gettext_lazy("Forms"),
    "custom_fields": gettext_lazy("Own fields of product lines"), "delay_reasons": gettext_lazy("Reasons of delay"),
    "replies": gettext_lazy("Texts to customers"), "retention": gettext_lazy("Retention periods"),
    "numbering": gettext_lazy("Numbers"), "monitor": gettext_lazy("Quality monitor"),
    "issues": gettext_lazy("Quality issues"), "nonconformity": gettext_lazy("Nonconforming goods"),
    "recall": gettext_lazy("Recalls"), "visits": gettext_lazy("Field service"),
    "parts": gettext_lazy("Spare parts"), "cost": gettext_lazy("Quality costs"),
    "warranty_rules": gettext_lazy("Warranty rules"), "returns": gettext_lazy("Returns and repair"),
}  # fmt: skip
LINE_WIDTH = 110


def plain(profile: Profile) -> dict[str, Any]:
    """A profile as plain values, without what is only the default."""
    return profile.model_dump(mode="json", exclude_defaults=True)


def dump(value: Any) -> str:
    """Values as YAML that people read."""
    if isinstance(value, str):
        return f"{value}\n"
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=LINE_WIDTH, default_flow_style=False)
    return text


def parse(section: str, text: str) -> Any:
    """YAML of a section as values; raises PolicyError with the line."""
    if section in {"name", "company"}:
        return text.strip()
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = _("line %(line)s") % {"line": mark.line + 1} if mark else ""
        raise PolicyError([f"{where} {getattr(error, 'problem', error)}".strip()]) from error


@dataclass(frozen=True)
class DiffLine:
    """One line of a comparison: ``+`` came, ``-`` went, `` `` stayed, ``@`` names the section."""

    mark: str
    text: str


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[DiffLine]:
    """What differs, section by section."""
    lines: list[DiffLine] = []
    for section, label in SECTIONS.items():
        old, new = before.get(section), after.get(section)
        if old == new:
            continue
        lines.append(DiffLine("@", str(label)))
        old_text = dump(old).splitlines() if old is not None else []
        new_text = dump(new).splitlines() if new is not None else []
        rows = difflib.unified_diff(old_text, new_text, lineterm="", n=2)
        lines += [DiffLine(row[:1] or " ", row[1:]) for row in rows if not row.startswith(("---", "+++", "@@"))]
    return lines
