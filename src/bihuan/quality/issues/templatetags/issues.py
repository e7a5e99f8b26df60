"""The company's words on the pages of quality issues."""

from django import template

from bihuan.quality.issues.labels import TONES, level_name
from bihuan.quality.issues.models import Issue

register = template.Library()


@register.filter
def grade_step(issue: Issue) -> dict[str, str] | None:
    """The name and the colour of a grade; the name carries the meaning."""
    name = level_name(issue, "severity", issue.grade)
    return {"name": name, "tone": TONES.get(issue.grade or 0, "red")} if name else None
