"""What the dated parts of an issue share: they have deadlines of their own under the issue's rules."""

from typing import Any

from django.db import models


class IssuePart(models.Model):
    """A part with a limit that people set (SLA-14, SLA-15); its clock follows the journal of the part itself."""

    issue: Any

    class Meta:
        abstract = True

    @property
    def policy_version_id(self) -> int:
        """The rules of the issue."""
        version: int = self.issue.policy_version_id
        return version

    @property
    def cycle(self) -> int:
        """A part is asked for once; what is asked again is another part."""
        return 1

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more: a part ends with its issue, and its deadline with it."""
        found: bool = self.issue.is_at_rest
        return found

    def deadline_facts(self) -> dict[str, object]:
        """A part is asked nothing else than its issue."""
        facts: dict[str, object] = self.issue.deadline_facts()
        return facts
