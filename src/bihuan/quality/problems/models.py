"""Read-across: the question to another product line whether a problem occurs there too (CAP-19)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.models import Stateful
from bihuan.quality.issues.models import Issue


class ReadAcrossState(models.TextChoices):
    """Open, or what was found."""

    OPEN = "open", _("Answer still open")
    ABSENT = "absent", _("Does not occur here")
    PREVENTED = "prevented", _("Could occur, prevented")
    OCCURS = "occurs", _("Occurs here too")


class ReadAcross(Stateful):
    """One product line's answer about one problem, with its evidence; a line is asked once about an issue."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="read_across")
    line = models.ForeignKey(
        "products.ProductLine", on_delete=models.PROTECT, related_name="+", verbose_name=_("product line")
    )
    state = models.CharField(_("answer"), max_length=10, choices=ReadAcrossState.choices, default=ReadAcrossState.OPEN)
    question = models.CharField(_("question"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("answers")
    )
    due_at = models.DateTimeField(_("due"))
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finding = models.TextField(_("what was found"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    raised = models.ForeignKey(
        Issue, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("issue of the line")
    )

    class Meta:
        verbose_name = _("read-across")
        indexes = [
            models.Index(fields=["state", "-id"], name="read_across_by_state"),
            models.Index(fields=["due_at", "id"], name="read_across_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issue", "line"], name="read_across_once"),
            models.CheckConstraint(
                condition=Q(state="open") | (~Q(finding="") & Q(answered_at__isnull=False)),
                name="read_across_answer_has_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue} → {self.line}"

    @property
    def policy_version_id(self) -> int:
        """The rules of the issue."""
        return self.issue.policy_version_id

    @property
    def cycle(self) -> int:
        """A line is asked once."""
        return 1

    def deadline_facts(self) -> dict[str, object]:
        """A question is asked nothing else than its issue."""
        return self.issue.deadline_facts()
