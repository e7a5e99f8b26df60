"""The company's own words for levels, criteria and forms of an issue."""

from bihuan.quality.issues.models import Issue

TONES = {1: "grey", 2: "orange", 3: "red"}


def level_name(issue: Issue, scale: str, level: int | None) -> str:
    """Return the name of a level of a scale; programs use the number (D05)."""
    step = issue.policy.level(scale, level)
    return step.name if step else ""


def words_of(issue: Issue) -> dict[str, object]:
    """Grade, spread and criteria in words."""
    rules = issue.policy.issues
    return {
        "grade": level_name(issue, "severity", issue.grade),
        "dispersion": level_name(issue, "dispersion", issue.dispersion),
        "tone": TONES.get(issue.grade or 0, "red" if issue.grade else "grey"),
        "criteria": [item.name for item in rules.grade_criteria if item.code in issue.criteria],
    }
