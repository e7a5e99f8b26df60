"""Cost lines, vouchers that move them, who bears which share, and the ledger (CST-01..11, F02, F04, F17)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.workflow.models import Stateful
from bihuan.quality.cost.fields import MoneyField

ONE_SUBJECT = (
    Q(case__isnull=False, issue__isnull=True, sheet__isnull=True)
    | Q(case__isnull=True, issue__isnull=False, sheet__isnull=True)
    | Q(case__isnull=True, issue__isnull=True, sheet__isnull=False)
)
NO_SUBJECT = Q(case__isnull=True, issue__isnull=True, sheet__isnull=True)


def money(label: Any, **more: Any) -> Any:
    """An amount in CNY with two places."""
    return MoneyField(label, **more)


def who(label: Any, **more: Any) -> Any:
    """A user that is never deleted with what he did."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=label, **more
    )


class About(models.Model):
    """A record about one case, one issue or one nonconformity sheet."""

    case = models.ForeignKey("desk.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issue = models.ForeignKey("issues.Issue", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(
        "nonconformity.Nonconformity", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    @property
    def about(self) -> Any:
        """The case, the issue or the sheet; None for what concerns none of them."""
        return self.case or self.issue or self.sheet

    @property
    def about_number(self) -> str:
        """Its number."""
        return self.about.number if self.about else ""


class Kind(models.TextChoices):
    """What a voucher does."""

    TRANSFER = "transfer", _("Cost transfer")
    DEDUCTION = "deduction", _("Deduction notice")
    CLAIM = "claim", _("Supplier claim")
    COMPENSATION = "compensation", _("Compensation")
    WRITE_OFF = "write_off", _("Write-off declaration")


class VoucherState(models.TextChoices):
    """Where a voucher is."""

    DRAFT = "draft", _("Draft")
    APPROVING = "approving", _("In approval")
    SENT = "sent", _("Sent, waits for answers")
    OBJECTED = "objected", _("Objected to")
    AGREED = "agreed", _("Agreed, waits for finance")
    POSTED = "posted", _("Posted")
    CANCELLED = "cancelled", _("Cancelled")


class Voucher(UnderPolicy, Stateful, About):
    """One paper about money: a transfer, a deduction, a claim, a compensation or a write-off (F02, F04, F17)."""

    number = models.CharField(_("voucher no."), max_length=30, unique=True)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=VoucherState.choices, default=VoucherState.DRAFT)
    cycle = models.PositiveSmallIntegerField(default=1)
    description = models.TextField(_("description"))
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    occurred_on = models.DateField(_("date of the event"), default=timezone.localdate)
    total = money(_("amount"))
    from_department = models.ForeignKey(
        "people.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("transferring unit"),
    )  # fmt: skip
    drafter = who(_("drafter"))
    drafted_at = models.DateTimeField(_("drafted at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    objection_until = models.DateTimeField(_("objections until"), null=True, blank=True)
    decision = models.CharField(_("decision on the objection"), max_length=300, blank=True)
    decided_by = who(_("decided by"), null=True, blank=True)
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)
    posted_by = who(_("posted by"), null=True, blank=True)
    reference = models.CharField(_("finance voucher no."), max_length=40, blank=True)
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    settles = models.ForeignKey(
        "cost.Share", null=True, blank=True, on_delete=models.PROTECT, related_name="deductions",
        verbose_name=_("collects the share"),
    )  # fmt: skip
    way = models.CharField(_("way of deduction"), max_length=60, blank=True)
    month = models.DateField(_("month of deduction"), null=True, blank=True)

    compensation_kind = models.SlugField(_("kind of compensation"), max_length=60, blank=True)
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    supervisor = who(_("supervisor"), null=True, blank=True)
    technician = who(_("technician"), null=True, blank=True)
    appraisal = models.TextField(_("appraisal"), blank=True)
    agreed_with = models.CharField(_("agreed with"), max_length=60, blank=True)
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("voucher")
        indexes = [
            models.Index(fields=["state", "-id"], name="voucher_by_state"),
            models.Index(fields=["kind", "-id"], name="voucher_by_kind"),
            models.Index(fields=["drafted_at", "id"], name="voucher_by_time"),
            models.Index(fields=["total", "id"], name="voucher_by_amount"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="voucher_of_something"),
            models.CheckConstraint(condition=ONE_SUBJECT | NO_SUBJECT, name="voucher_about_one"),
            models.CheckConstraint(
                condition=~Q(state="posted") | Q(posted_at__isnull=False), name="voucher_posted_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more; its deadlines rest with it."""
        return self.state in {VoucherState.POSTED, VoucherState.CANCELLED}

    @property
    def is_large(self) -> bool:
        """Whether a compensation goes to the general manager (CST-03, D20)."""
        return bool(self.total > self.policy.cost.small_compensation)

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules may ask of a voucher."""
        return {"kind": self.kind, "large": self.is_large, "amount": int(self.total)}


class CostLine(About):
    """One cost. It is never changed or deleted: what was wrong is voided with a reason and entered anew."""

    kind = models.SlugField(_("cost class"), max_length=60)
    amount = money(_("amount"))
    occurred_on = models.DateField(_("date"), default=timezone.localdate)
    note = models.CharField(_("note"), max_length=200, blank=True)
    entered_by = who(_("entered by"), null=True)
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    voucher = models.ForeignKey(
        Voucher, null=True, blank=True, on_delete=models.PROTECT, related_name="lines", verbose_name=_("voucher")
    )
    origin = models.ForeignKey(Voucher, null=True, blank=True, on_delete=models.PROTECT, related_name="made_lines")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = who(_("voided by"), null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("cost line")
        indexes = [
            models.Index(fields=["case", "-id"], name="cost_of_case", condition=Q(case__isnull=False)),
            models.Index(fields=["issue", "-id"], name="cost_of_issue", condition=Q(issue__isnull=False)),
            models.Index(fields=["sheet", "-id"], name="cost_of_sheet", condition=Q(sheet__isnull=False)),
            models.Index(fields=["occurred_on", "id"], name="cost_by_day"),
            models.Index(fields=["amount", "id"], name="cost_by_amount"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="cost_of_something"),
            models.CheckConstraint(condition=ONE_SUBJECT, name="cost_about_one"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | Q(voucher__isnull=True), name="cost_void_or_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"

    @property
    def is_open(self) -> bool:
        """Whether nobody bears it yet."""
        return self.voided_at is None and self.voucher_id is None


class Answer(models.TextChoices):
    """What the bearer of a share says."""

    OPEN = "open", _("Not yet answered")
    ACCEPTED = "accepted", _("Share accepted")
    OBJECTED = "objected", _("Share objected to")
    RULED = "ruled", _("Set by the decision")
    SILENT = "silent", _("No objection in time")


class Share(models.Model):
    """What one unit, supplier or person bears. The shares of a voucher are its total, to the cent."""

    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="shares")
    department = models.ForeignKey(
        "people.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    supplier_name = models.CharField(_("supplier"), max_length=120, blank=True)
    person = who(_("person"), null=True, blank=True)
    weight = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2)
    amount = money(_("amount"))
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, default=Answer.OPEN)
    answered_by = who(_("answered by"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("share")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0) & Q(weight__gte=0), name="share_not_negative"),
            models.CheckConstraint(
                condition=Q(department__isnull=False, supplier_name="", person__isnull=True)
                | (Q(department__isnull=True, person__isnull=True) & ~Q(supplier_name=""))
                | Q(department__isnull=True, supplier_name="", person__isnull=False),
                name="share_of_one_bearer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bearer} {self.amount}"

    @property
    def bearer(self) -> str:
        """Who bears it."""
        return str(self.department or self.person or self.supplier_name)


class Item(models.Model):
    """A row of the calculation of a deduction: quantity × price × rate."""

    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="items")
    text = models.CharField(_("item"), max_length=120)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=Decimal(1))
    price = money(_("price"))
    rate = models.DecimalField(_("rate in per cent"), max_digits=6, decimal_places=2, default=Decimal(100))
    amount = money(_("amount"))

    class Meta:
        verbose_name = _("item")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="item_not_negative")]

    def __str__(self) -> str:
        return self.text


class Account(models.TextChoices):
    """The accounts of the ledger of quality costs."""

    INCURRED = "incurred", _("Incurred")
    LOSS = "loss", _("Loss that nobody bears yet")
    BEARER = "bearer", _("Borne by units, suppliers, persons")
    RECOVERED = "recovered", _("Deducted or received")
    FINED = "fined", _("Penalties")
    WRITTEN_OFF = "written_off", _("Written off")


class Posting(models.Model):
    """One row of the ledger, never changed. Debit is positive, credit negative; each booking adds up to zero."""

    booking = models.PositiveBigIntegerField(_("booking"))
    account = models.CharField(_("account"), max_length=12, choices=Account.choices)
    department = models.ForeignKey(
        "people.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    supplier_name = models.CharField(_("supplier"), max_length=120, blank=True)
    person = who(_("person"), null=True, blank=True)
    amount = money(_("amount"))
    line = models.ForeignKey(CostLine, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    voucher = models.ForeignKey(Voucher, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    text = models.CharField(_("text"), max_length=120, blank=True)
    posted_on = models.DateField(_("posted on"), default=timezone.localdate)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("posting")
        indexes = [
            models.Index(fields=["account", "posted_on"], name="posting_by_account"),
            models.Index(fields=["booking"], name="posting_by_booking"),
            models.Index(fields=["posted_on", "id"], name="posting_by_day"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_of_something")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"

    @property
    def bearer(self) -> str:
        """Whose account it is, for the account of bearers."""
        return str(self.department or self.person or self.supplier_name)


def first_of_month(day: date) -> date:
    """Months are kept by their first day."""
    return day.replace(day=1)
