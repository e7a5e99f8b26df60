"""The nonconformity sheet, what is done with the goods, and objections to it (NCR-02, NCR-06, NCR-18, F07)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.workflow.models import Stateful
from bihuan.quality.issues.models import RULED_ON_SECOND, DepartmentObjection


class SheetState(models.TextChoices):
    """Where a sheet is."""

    REPORTED = "reported", _("Reported")
    REVIEWING = "reviewing", _("In review")
    APPROVING = "approving", _("In approval")
    DISPOSING = "disposing", _("In disposal")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("No nonconformity")


class Origin(models.TextChoices):
    """Where the goods were found."""

    INCOMING = "incoming", _("Incoming inspection")
    PROCESS = "process", _("In production")
    FINAL = "final", _("Final inspection")
    STORE = "store", _("Store and shipping")
    CASE = "case", _("After-sales case")
    ISSUE = "issue", _("Quality issue")
    SUPPLIER = "supplier", _("Supplier")


class Ending(models.TextChoices):
    """What is done with goods that do not conform (NCR-18)."""

    RETURN = "return", _("Return to the supplier")
    REWORK = "rework", _("Rework")
    REPAIR = "repair", _("Repair (usable, not conforming)")
    CONCESSION = "concession", _("Concession (use as is)")
    REGRADE = "regrade", _("Regrade")
    SORT = "sort", _("Sort out")
    SCRAP = "scrap", _("Scrap")


class Nonconformity(UnderPolicy, Stateful):
    """One sheet 《不合格品处置和评审单》; keeps the version of the policy that it started under."""

    number = models.CharField(_("sheet no."), max_length=30, unique=True)
    client_key = models.CharField(max_length=64, null=True, blank=True, unique=True)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=SheetState.choices, default=SheetState.REPORTED)
    cycle = models.PositiveSmallIntegerField(default=1)
    origin = models.CharField(_("found at"), max_length=10, choices=Origin.choices)

    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("nonconformity"))
    requirement = models.CharField(_("requirement"), max_length=300, blank=True)
    actual = models.CharField(_("actual"), max_length=300, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    part_name = models.CharField(_("part"), max_length=120, blank=True)
    drawing_no = models.CharField(_("drawing no."), max_length=60, blank=True)
    supplier_name = models.CharField(_("supplier"), max_length=120, blank=True)
    lot_size = models.PositiveIntegerField(_("lot size"), null=True, blank=True)
    sample_size = models.PositiveIntegerField(_("sample size"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("nonconforming quantity"))
    defect_class = models.PositiveSmallIntegerField(_("defect class"), null=True, blank=True)
    occurred_at = models.DateTimeField(_("time of occurrence"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported at"), default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    label_no = models.CharField(_("label no."), max_length=40, blank=True)
    isolated_at = models.DateTimeField(_("isolated at"), null=True, blank=True)
    isolation_place = models.CharField(_("isolation place"), max_length=120, blank=True)

    cause = models.TextField(_("cause"), blank=True)
    corrective = models.TextField(_("corrective measure"), blank=True)
    preventive = models.TextField(_("measure against recurrence"), blank=True)
    due_at = models.DateTimeField(_("required completion"), null=True, blank=True)
    measures_done_at = models.DateTimeField(null=True, blank=True)
    measures_result = models.TextField(blank=True)
    verification = models.TextField(_("verification"), blank=True)
    objection_until = models.DateTimeField(_("objections until"), null=True, blank=True)

    model = models.ForeignKey(
        "products.ProductModel", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product model"),
    )  # fmt: skip
    batch = models.ForeignKey(
        "products.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("batch")
    )
    case = models.ForeignKey(
        "desk.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="nonconformities"
    )
    issue = models.ForeignKey(
        "issues.Issue", null=True, blank=True, on_delete=models.PROTECT, related_name="nonconformities"
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposer")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="nonconformities",
        verbose_name=_("handled by"),
    )  # fmt: skip
    department = models.ForeignKey(
        "people.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("responsible unit"),
    )  # fmt: skip
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("responsible person"),
    )  # fmt: skip
    superior = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("superior"),
    )  # fmt: skip
    superior_opinion = models.CharField(max_length=300, blank=True)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")

    class Meta:
        verbose_name = _("nonconformity")
        indexes = [
            models.Index(fields=["state", "-id"], name="nonconformity_by_state"),
            models.Index(fields=["owner", "-id"], name="nonconformity_by_owner"),
            models.Index(fields=["department", "-id"], name="nonconformity_by_department"),
            models.Index(fields=["model", "part_name"], name="nonconformity_by_part"),
            models.Index(fields=["next_due_at", "id"], name="nonconformity_by_deadline"),
            models.Index(fields=["reported_at", "id"], name="nonconformity_by_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="nonconformity_something_found"),
            models.CheckConstraint(
                condition=Q(lot_size__isnull=True) | Q(lot_size__gte=F("quantity")), name="nonconformity_within_lot"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more; its deadlines rest with it."""
        return self.state in {SheetState.CLOSED, SheetState.CANCELLED}

    @property
    def is_isolated(self) -> bool:
        """Whether the goods stand apart under a label (NCR-18)."""
        return self.isolated_at is not None

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules and form rules may ask of a sheet; levels and flags, never words (D05)."""
        return {
            "origin": self.origin,
            "defect_class": self.defect_class,
            "isolated": self.is_isolated,
            "from_supplier": self.origin in {Origin.INCOMING, Origin.SUPPLIER},
        }


class Disposition(models.Model):
    """A number of pieces and what is done with them. What fails the check after it needs another disposition.

    The pieces of a sheet are the same at every moment: those of the first dispositions together are all that were
    found, and those that follow a failed check together are all that failed.
    """

    sheet = models.ForeignKey(Nonconformity, on_delete=models.CASCADE, related_name="dispositions")
    after = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="following")
    kind = models.CharField(_("disposition"), max_length=10, choices=Ending.choices)
    quantity = models.PositiveIntegerField(_("quantity"))
    instruction = models.CharField(_("instruction"), max_length=300, blank=True)
    permit = models.CharField(_("permitted by"), max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("carried out by")
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(_("what was done"), max_length=300, blank=True)
    passed = models.PositiveIntegerField(_("conforming"), null=True, blank=True)
    failed = models.PositiveIntegerField(_("still nonconforming"), null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("disposition")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="disposition_of_something"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(quantity=F("passed") + F("failed")),
                name="disposition_check_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(done_at__isnull=False), name="disposition_done_before_check"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} × {self.quantity}"

    @property
    def needs_check(self) -> bool:
        """Whether the goods are inspected again after it; the policy says for which kinds."""
        return self.kind in self.sheet.policy.nonconformity.reverify

    @property
    def state(self) -> str:
        """Open, done and waiting for its check, or over."""
        if self.done_at is None:
            return "open"
        return "done" if self.needs_check and self.verified_at is None else "over"

    @property
    def state_words(self) -> str:
        """The same in words."""
        return str({"open": _("Open"), "done": _("Waits for re-verification"), "over": _("Finished")}[self.state])


class SheetObjection(DepartmentObjection):
    """A department's objection to an approved sheet: the first leads to a second review, the second to the final
    ruling of the chief engineer (NCR-06)."""

    sheet = models.ForeignKey(Nonconformity, on_delete=models.CASCADE, related_name="objections")

    class Meta(DepartmentObjection.Meta):
        constraints = [
            models.UniqueConstraint(fields=["sheet", "round"], name="sheet_objection_once"),
            models.CheckConstraint(condition=RULED_ON_SECOND, name="sheet_ruling_on_second"),
        ]
