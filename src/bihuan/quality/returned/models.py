"""A hand-over of returned defectives from sales to engineering (RET-08)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.workflow.models import Stateful
from bihuan.service.returns.models import Degree


class ReturnedState(models.TextChoices):
    """From the hand-over to the answer."""

    HANDED = "handed", _("Handed over")
    RECEIVED = "received", _("With engineering")
    ANALYSED = "analysed", _("Analysed")
    FINISHED = "finished", _("Finished")
    REFUSED = "refused", _("Sent back")


class Outcome(models.TextChoices):
    """What became of the goods."""

    REPAIRED = "repaired", _("Repaired")
    NO_FAULT = "no_fault", _("No fault found")
    REPLACED = "replaced", _("Replaced")
    SCRAPPED = "scrapped", _("Scrapped")


class Returned(UnderPolicy, Stateful):
    """So many defectives of one product that came back to sales, and what engineering found and did."""

    number = models.CharField(_("hand-over no."), max_length=30, unique=True)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=ReturnedState.choices, default=ReturnedState.HANDED)
    degree = models.CharField(_("degree"), max_length=10, choices=Degree.choices)
    case = models.ForeignKey(
        "desk.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("case")
    )
    model = models.ForeignKey(
        "products.ProductModel", on_delete=models.PROTECT, related_name="+", verbose_name=_("product model")
    )
    serials = models.CharField(_("serials"), max_length=300, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    problem = models.TextField(_("defect as sales saw it"))
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(default=timezone.now)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("engineer"),
    )  # fmt: skip
    received_at = models.DateTimeField(null=True, blank=True)
    mechanism = models.ForeignKey(
        "faults.FailureMechanism", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("failure mechanism"),
    )  # fmt: skip
    finding = models.TextField(_("analysis"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    class Meta:
        verbose_name = _("returned defectives")
        indexes = [
            models.Index(fields=["state", "-id"], name="returned_by_state"),
            models.Index(fields=["next_due_at", "id"], name="returned_by_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="returned_some"),
            models.CheckConstraint(
                condition=~Q(state="finished") | (~Q(finding="") & ~Q(outcome="")), name="returned_end_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def cycle(self) -> int:
        """A hand-over is answered once; what comes back again is another one."""
        return 1

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more."""
        return self.state in {ReturnedState.FINISHED, ReturnedState.REFUSED}

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules may ask."""
        return {"degree": self.degree, "quantity": self.quantity}
