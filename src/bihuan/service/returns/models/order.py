"""The return order: one product on its way to us and back."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.calendar.arithmetic import Unit
from bihuan.core.calendar.queries import default_data
from bihuan.core.policy.holding import UnderPolicy
from bihuan.core.workflow.models import Stateful
from bihuan.service.returns.models.choices import Degree, Fault, Remedy, ReturnState, Source

HOURS_A_DAY = 24


def _token() -> str:
    return secrets.token_urlsafe(18)


class ReturnOrder(UnderPolicy, Stateful):
    """One returned product of a case; keeps the version of the policy of its case (RET-01..06)."""

    number = models.CharField(_("return no."), max_length=30, unique=True)
    token = models.CharField(max_length=32, unique=True, default=_token, editable=False)
    policy_version = models.ForeignKey("policy.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=ReturnState.choices, default=ReturnState.REQUESTED)
    degree = models.CharField(_("degree"), max_length=10, choices=Degree.choices, default=Degree.SIMPLE)
    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="returns", verbose_name=_("case"))
    source = models.CharField(_("requested by way of"), max_length=8, choices=Source.choices)
    unit = models.ForeignKey(
        "products.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="returns",
        verbose_name=_("unit"),
    )  # fmt: skip
    model = models.ForeignKey(
        "products.ProductModel", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("product model"),
    )  # fmt: skip
    serial_text = models.CharField(_("serial no. as told"), max_length=60, blank=True)
    region = models.ForeignKey(
        "people.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    problem = models.TextField(_("problem as the customer tells it"))
    wish = models.CharField(_("the customer's wish"), max_length=9, choices=Remedy.choices, default=Remedy.REPAIR)
    packed = models.CharField(_("sent with it"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=60)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address for the way back"), max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("requested by"),
    )  # fmt: skip
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now)
    route = models.SlugField(_("repair done by"), max_length=60, blank=True)
    carrier_in = models.CharField(_("carrier of the way here"), max_length=60, blank=True)
    tracking_in = models.CharField(_("waybill of the way here"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    condition = models.TextField(_("condition at receipt"), blank=True)
    accessories = models.CharField(_("accessories at receipt"), max_length=200, blank=True)
    meter = models.PositiveIntegerField(_("meter reading"), null=True, blank=True)
    fault = models.CharField(_("fault found"), max_length=9, choices=Fault.choices, blank=True)
    finding = models.TextField(_("finding"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    user_caused = models.BooleanField(_("caused by the user"), default=False)
    exclusion = models.SlugField(_("reason why it is not covered"), max_length=60, blank=True)
    warranty = models.JSONField(_("warranty answer"), default=dict, blank=True)
    limits = models.JSONField(_("time limits by law"), default=dict, blank=True)
    inspected_at = models.DateTimeField(null=True, blank=True)
    replacement = models.ForeignKey(
        "products.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("unit given in exchange"),
    )  # fmt: skip
    result = models.CharField(_("outcome"), max_length=200, blank=True)
    carrier_out = models.CharField(_("carrier of the way back"), max_length=60, blank=True)
    tracking_out = models.CharField(_("waybill of the way back"), max_length=60, blank=True)
    shipped_at = models.DateTimeField(_("sent back at"), null=True, blank=True)
    taken_by = models.CharField(_("taken over by"), max_length=60, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("technician"),
    )  # fmt: skip
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    class Meta:
        verbose_name = _("return order")
        indexes = [
            models.Index(fields=["state", "-id"], name="return_by_state"),
            models.Index(fields=["requested_at", "id"], name="return_by_time"),
            models.Index(fields=["next_due_at", "id"], name="return_by_due"),
            models.Index(fields=["unit", "-id"], name="return_by_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], name="return_one_open_of_a_unit",
                condition=Q(unit__isnull=False) & ~Q(state__in=["closed", "refused", "cancelled"]),
            ),
            models.CheckConstraint(
                condition=Q(inspected_at__isnull=True) | (~Q(finding="") & ~Q(fault="")), name="return_inspected_says"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(result=""), name="return_closed_says_what_became"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def cycle(self) -> int:
        """A return is settled once; what comes back again is another one."""
        return 1

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody works on it any more."""
        return self.state in {ReturnState.CLOSED, ReturnState.REFUSED, ReturnState.CANCELLED}

    @property
    def product(self) -> str:
        """What it is, in a few words."""
        return f"{self.model or ''} {self.serial_text}".strip() or "—"

    def deadline_facts(self) -> dict[str, object]:
        """What deadline rules may ask."""
        return {"degree": self.degree, "wish": self.wish, "severity": self.case.severity, **self.limits}

    @property
    def answer_due_at(self) -> datetime | None:
        """Until when the law wants the customer answered, in working days of the company (RET-07)."""
        return self._limit("answer_days", Unit.WORKING_DAYS)

    @property
    def finish_due_at(self) -> datetime | None:
        """Until when the exchange or the refund is done, in working days of the company (RET-07)."""
        return self._limit("finish_days", Unit.WORKING_DAYS)

    @property
    def busy_due_at(self) -> datetime | None:
        """Until when the fault is removed in a busy season (RET-07)."""
        return self._limit("busy_days", Unit.HOURS, HOURS_A_DAY)

    def _limit(self, name: str, unit: Unit, factor: int = 1) -> datetime | None:
        days = self.limits.get(name)
        return default_data().due_at(unit, days * factor, self.requested_at) if days else None
