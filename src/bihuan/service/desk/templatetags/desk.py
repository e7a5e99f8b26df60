"""The company's words on the pages of the desk."""

from typing import Any

from django import template

from bihuan.service.desk.labels import level_name
from bihuan.service.desk.models import Case

register = template.Library()
TONES = {1: "grey", 2: "blue", 3: "orange", 4: "red"}


@register.filter
def priority_step(case: Case) -> dict[str, str] | None:
    """The name and the colour of a case's priority; the name carries the meaning."""
    name = level_name(case, "priority")
    return {"name": name, "tone": TONES.get(case.priority or 0, "red")} if name else None


@register.filter
def at(mapping: dict[Any, str], key: Any) -> str:
    """Look a key up."""
    return mapping.get(key, "")
