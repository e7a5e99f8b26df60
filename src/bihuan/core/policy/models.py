"""Profiles and their versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.schema import Profile as ProfileData


class PolicyProfile(models.Model):
    """A company's or a division's way of working; one of them is the installation's default."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(default=False)
    current = models.ForeignKey(
        "policy.PolicyVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("profile")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="policy_one_default_profile"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """One state of a profile; never changed, so that a case can keep the rules it started under."""

    profile = models.ForeignKey(PolicyProfile, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("profile version")
        constraints = [models.UniqueConstraint(fields=["profile", "number"], name="policy_version_number_once")]

    def __str__(self) -> str:
        return f"{self.profile_id}/{self.number}"

    @property
    def content(self) -> ProfileData:
        """The checked profile; parsed once per process, versions never change."""
        from bihuan.core.policy.queries import parsed

        return parsed(self)
