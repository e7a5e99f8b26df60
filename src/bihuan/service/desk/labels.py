"""The company's own words for codes and levels of a case."""

from bihuan.service.desk.models import Case


def name_of(case: Case, field: str) -> str:
    """Return the name of a code: channel, service type or category."""
    value: str = getattr(case, field)
    rules = case.policy
    rows = {"channel": rules.channels, "service_type": rules.service_types, "category": rules.categories}[field]
    return next((row.name for row in rows if row.code == value), value)


def level_name(case: Case, scale: str) -> str:
    """Return the name of a level: urgency, severity, impact, priority or dispersion."""
    step = case.policy.level(scale, getattr(case, scale))
    return step.name if step else ""
