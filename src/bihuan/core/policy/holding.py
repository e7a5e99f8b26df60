"""Records that keep the version of the rules under which they began."""

from django.db import models

from bihuan.core.policy.queries import content
from bihuan.core.policy.schema import Profile


class UnderPolicy(models.Model):
    """A record with its ``policy_version``: what changes in the rules afterwards does not touch it."""

    policy_version_id: int

    class Meta:
        abstract = True

    @property
    def policy(self) -> Profile:
        """The rules that it began under."""
        return content(self.policy_version_id)
