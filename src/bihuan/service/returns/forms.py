"""The forms of returns."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.files.forms import FilesField
from bihuan.registry.faults.models import CauseCategory, FailureMechanism
from bihuan.registry.faults.queries import usable
from bihuan.registry.people.models import User
from bihuan.registry.people.queries import with_permission
from bihuan.registry.products.forms import UnitField
from bihuan.registry.products.queries import policy_of, rule_of
from bihuan.service.desk.models import Payer
from bihuan.service.parts.requisition_forms import LinesForm
from bihuan.service.parts.used_forms import UsedPartsForm
from bihuan.service.returns import permissions as perm
from bihuan.service.returns.models import Degree, Fault, Means, PriceItem, Remedy, ReturnOrder
from bihuan.service.returns.money import owed
from bihuan.service.returns.queries import in_our_hands
from bihuan.service.returns.services.offering import Position, suggested_payer
from bihuan.service.returns.services.parting import on_hand
from bihuan.service.returns.services.requesting import WISHES
from bihuan.ui.inputs import BLANK, DayInput, KnownInput, MomentInput, area

PHOTOS = {"image", "video"}
PROOF = {"image", "audio", "video", "pdf", "mail", "document"}
LONGEST = 20_000
POSITIONS = (1, 2, 3, 4)
WISH_CHOICES = [(item.value, item.label) for item in Remedy if item in WISHES]
PAYERS = [item for item in Payer.choices if item[0] != Payer.UNDECIDED]


class RequestForm(forms.Form):
    """What comes back, what is wrong, whom to reach (RET-01)."""

    wide_fields: ClassVar[tuple[str, ...]] = ("problem", "address", "packed")
    problem = forms.CharField(label=_("Problem"), widget=area(), max_length=LONGEST)
    wish = forms.ChoiceField(label=_("The customer's wish"), choices=WISH_CHOICES)
    packed = forms.CharField(label=_("Sent with it"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("Contact person"), max_length=60)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    address = forms.CharField(label=_("Address for the way back"), max_length=200, required=False)


class SalesForm(RequestForm):
    """Sales name the unit; its case is opened with the request."""

    unit = UnitField(label=_("Serial no."), max_length=60)
    field_order: ClassVar[tuple[str, ...]] = ("unit", "problem")  # type: ignore[misc]


class ReturnForm(forms.Form):
    """A form about one return."""

    wide_fields: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, row: ReturnOrder, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices and what is known."""


class ApproveForm(ReturnForm):
    """The review (RET-02)."""

    wide_fields = ("note", "problem_confirmed", "conditions_checked")
    problem_confirmed = forms.BooleanField(label=_("The quality problem is confirmed"), required=False)
    conditions_checked = forms.BooleanField(label=_("It can be repaired or taken back here"), required=False)
    degree = forms.ChoiceField(label=_("Degree"), choices=Degree.choices)
    route = forms.ChoiceField(label=_("Repair done by"), required=False)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def prepare(self) -> None:
        routes = [(item.code, item.name) for item in self.row.policy.returns.routes]
        fields: dict[str, Any] = self.fields
        fields["route"].choices = [*BLANK, *routes]


class ReasonForm(ReturnForm):
    """A reason."""

    wide_fields = ("reason",)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class WayForm(ReturnForm):
    """With whom the goods travel."""

    carrier = forms.CharField(label=_("Carrier"), max_length=60)
    tracking = forms.CharField(label=_("Waybill no."), max_length=60, required=False)


class ReceiveForm(ReturnForm):
    """The goods as they arrived."""

    wide_fields = ("condition", "accessories", "uploads")
    condition = forms.CharField(label=_("Packing and condition"), widget=area(2), max_length=LONGEST)
    accessories = forms.CharField(label=_("Accessories"), max_length=200, required=False)
    meter = forms.IntegerField(label=_("Meter reading (km or h)"), min_value=0, max_value=100_000_000, required=False)
    uploads = FilesField(label=_("Photos or video"), required=False, allow=PHOTOS)

    def prepare(self) -> None:
        self.initial.setdefault("accessories", self.row.packed)


class InspectForm(ReturnForm):
    """What was found."""

    wide_fields = ("finding", "cause", "uploads", "exclusion")
    fault = forms.ChoiceField(label=_("Fault"), choices=[*BLANK, *Fault.choices])
    degree = forms.ChoiceField(label=_("Degree"), choices=Degree.choices)
    finding = forms.CharField(label=_("Inspection result"), widget=area(3), max_length=LONGEST)
    cause = forms.CharField(label=_("Cause of the fault"), widget=area(2), max_length=LONGEST, required=False)
    user_caused = forms.BooleanField(label=_("Caused by the user"), required=False)
    exclusion = forms.ChoiceField(label=_("Not covered because"), required=False)
    uploads = FilesField(label=_("Photos or video"), required=False, allow=PHOTOS)

    def prepare(self) -> None:
        row, fields = self.row, dict(self.fields)
        rule = rule_of(policy_of(row.unit)) if row.unit else None
        reasons = [(item.code, item.name) for item in rule.exclusions] if rule else []
        choices: Any = fields["exclusion"]
        choices.choices = [*BLANK, *reasons]
        known = {name: getattr(row, name) for name in ("fault", "degree", "finding", "cause", "user_caused",
                                                       "exclusion")}  # fmt: skip
        self.initial = {**known, **self.initial}


class CodeForm(ReturnForm):
    """Cause and mechanism, for those who code faults (TRI-13)."""

    cause_category = forms.ModelChoiceField(CauseCategory.objects.none(), label=_("Cause category"))
    mechanism = forms.ModelChoiceField(FailureMechanism.objects.none(), label=_("Failure mechanism"), required=False)

    def prepare(self) -> None:
        case, fields = self.row.case, dict[str, Any](self.fields)
        fields["cause_category"].queryset = usable(CauseCategory, case.line)
        fields["mechanism"].queryset = usable(FailureMechanism, case.line)
        self.initial = {"cause_category": case.cause_category_id, "mechanism": case.mechanism_id, **self.initial}


class OfferForm(ReturnForm):
    """The remedy with its prices."""

    wide_fields = ("text", "reason")
    remedy = forms.ChoiceField(label=_("Remedy"))
    payer = forms.ChoiceField(label=_("Cost borne by"), choices=PAYERS)
    reason = forms.CharField(label=_("Reason, where it differs from the rule"), max_length=200, required=False)
    text = forms.CharField(label=_("Words to the customer"), widget=area(2), max_length=LONGEST, required=False)
    price_paid = forms.DecimalField(
        label=_("Price on the invoice (refund, exchange)"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    customer_share = forms.IntegerField(
        label=_("The customer's share % (where both bear it)"), min_value=1, max_value=99, required=False
    )

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["remedy"].choices = [item for item in Remedy.choices if self._makes_sense(item[0])]
        self.initial.setdefault("payer", suggested_payer(self.row)[0])
        self.initial.setdefault("remedy", Remedy.GIVE_BACK if self.row.fault == Fault.NONE else self.row.wish)
        items = [
            ("", "—"),
            *((str(item.pk), f"{item.name} ¥{item.price}（{item.priced_on}）") for item in self.prices()),
        ]
        for place in POSITIONS:
            self.fields[f"item_{place}"] = forms.ChoiceField(
                label=_("Position %(n)s") % {"n": place}, choices=items, required=False
            )
            self.fields[f"quantity_{place}"] = forms.DecimalField(
                label=_("Quantity"), max_digits=8, decimal_places=2, min_value=Decimal("0.01"), required=False
            )

    def prices(self) -> list[PriceItem]:
        """What the list knows for this model, and what is for all."""
        rows = PriceItem.objects.filter(is_active=True)
        return [item for item in rows if item.model_id in {None, self.row.model_id}]

    def _makes_sense(self, remedy: str) -> bool:
        return not (self.row.fault == Fault.NONE and remedy == Remedy.REPAIR)

    def clean(self) -> dict[str, Any]:
        """The positions as pairs of price and quantity."""
        data = super().clean() or {}
        known = {str(item.pk): item for item in self.prices()}
        positions = []
        for place in POSITIONS:
            item, quantity = data.pop(f"item_{place}", ""), data.pop(f"quantity_{place}", None)
            if item:
                positions.append(Position(known[item], quantity or Decimal(1)))
        return {**data, "positions": positions, "price_paid": data.get("price_paid") or Decimal(0)}


class ConsentForm(ReturnForm):
    """The customer's word as one of us heard it."""

    wide_fields = ("opinion", "uploads")
    agreed = forms.ChoiceField(label=_("Decision"), choices=[("yes", _("Agreed")), ("no", _("Objected"))])
    means = forms.ChoiceField(label=_("Means"), choices=[item for item in Means.choices if item[0] != Means.LINK])
    person = forms.CharField(label=_("Name"), max_length=60)
    opinion = forms.CharField(label=_("Opinion"), widget=area(2), max_length=5000, required=False)
    uploads = FilesField(label=_("Recording or message"), required=False, allow=PROOF)

    def prepare(self) -> None:
        self.initial.setdefault("person", self.row.contact_name)


class ArrangeForm(ReturnForm):
    """Who repairs when with what (RET-03)."""

    wide_fields = ("tools",)
    technician = forms.ModelChoiceField(User.objects.none(), label=_("Technician"))
    planned_for = forms.DateTimeField(label=_("Planned for"), widget=MomentInput())
    tools = forms.CharField(label=_("Tools and equipment"), max_length=300, required=False)

    def prepare(self) -> None:
        ids = [user.pk for user in with_permission(perm.RETURNS_WORK, self.row)]
        fields: dict[str, Any] = self.fields
        fields["technician"].queryset = User.objects.filter(pk__in=ids)


class PartsForm(LinesForm, ReturnForm):
    """Which parts the repair needs; those that fit its product are proposed (PRT-12)."""

    wide_fields = ("purpose",)
    purpose = forms.CharField(label=_("Used for"), max_length=300)

    def prepare(self) -> None:
        self.initial.setdefault("purpose", self.row.finding or self.row.case.summary)
        self.add_lines(self.row.model)


class RecordForm(UsedPartsForm, ReturnForm):
    """The repair record (domain facts B1); replaced parts come from their issue (PRT-18)."""

    wide_fields = ("work", "parts", "parts_reason", "same_parts", "uploads")
    work = forms.CharField(label=_("What was repaired"), widget=area(3), max_length=LONGEST)
    main_part = forms.CharField(label=_("Main part replaced"), max_length=60, required=False)
    material_cost = forms.DecimalField(
        label=_("Other material (CNY)"), max_digits=12, decimal_places=2, min_value=0,
        help_text=_("Parts from stock are added by the ledger."),
    )  # fmt: skip
    labour_hours = forms.DecimalField(label=_("Working hours"), max_digits=7, decimal_places=1, min_value=0)
    labour_cost = forms.DecimalField(label=_("Labour (CNY)"), max_digits=12, decimal_places=2, min_value=0)
    freight_cost = forms.DecimalField(label=_("Freight (CNY)"), max_digits=12, decimal_places=2, min_value=0)
    waited_from = forms.DateField(label=_("Waiting for parts from"), widget=DayInput(), required=False)
    waited_to = forms.DateField(label=_("Waiting for parts to"), widget=DayInput(), required=False)
    delay_days = forms.IntegerField(label=_("Days lost by our own fault"), min_value=0, max_value=999)
    uploads = FilesField(label=_("Photos or video"), required=False, allow=PHOTOS)

    def prepare(self) -> None:
        row = getattr(self.row, "repair", None)
        if row is None:
            return
        used = self.add_used(on_hand(self.row), self.row.policy.parts.unissued, row.parts)
        self.order_fields(["work", *used])
        known = {name: getattr(row, name) for name in self.fields if hasattr(row, name)}
        self.initial = {**known, **self.initial}


class EvaluateForm(ReturnForm):
    """The judgement of the repaired goods (RET-05)."""

    wide_fields = ("remark",)
    passed = forms.ChoiceField(label=_("Result"), choices=[("yes", _("Passed")), ("no", _("Not passed"))],
                               widget=forms.RadioSelect)  # fmt: skip
    remark = forms.CharField(label=_("Remark"), widget=area(2), max_length=LONGEST, required=False)

    def prepare(self) -> None:
        for rule in self.row.policy.returns.criteria:
            wanted = f"{rule.name}（{rule.required}）" if rule.required else rule.name
            self.fields[f"r_{rule.code}"] = forms.CharField(label=wanted, max_length=200, required=False)
            self.fields[f"p_{rule.code}"] = forms.ChoiceField(
                label=_("%(what)s: met?") % {"what": rule.name}, required=False,
                choices=[*BLANK, ("yes", _("met")), ("no", _("not met"))],
            )  # fmt: skip
        self.order_fields([name for name in self.fields if name not in {"passed", "remark"}])

    def clean(self) -> dict[str, Any]:
        """The criteria as rows."""
        data = super().clean() or {}
        met = {"yes": True, "no": False}
        results = [
            {"code": rule.code, "value": data.pop(f"r_{rule.code}", ""),
             "passed": met.get(data.pop(f"p_{rule.code}", ""))}
            for rule in self.row.policy.returns.criteria
        ]  # fmt: skip
        return {**data, "results": results, "passed": data.get("passed") == "yes"}


class UnitChoiceForm(ReturnForm):
    """The unit that is given; those of the same model that nobody has are proposed (WO-20)."""

    unit = UnitField(label=_("Serial no."), max_length=60)

    def prepare(self) -> None:
        self.fields["unit"].widget = KnownInput(self._ours)

    def _ours(self) -> list[tuple[str, str]]:
        return [(row.serial, str(row.model)) for row in in_our_hands(self.row.model_id)]


class LendForm(UnitChoiceForm):
    """The unit that is lent, and how it looks."""

    condition = forms.CharField(label=_("Condition"), max_length=200)


class ConditionForm(ReturnForm):
    """How it looks."""

    condition = forms.CharField(label=_("Condition"), max_length=200)


class RemarkForm(ReturnForm):
    """A remark."""

    wide_fields = ("remark",)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)


class ScrapForm(ReturnForm):
    """How the goods were disposed of."""

    wide_fields = ("remark", "uploads")
    remark = forms.CharField(label=_("How they were disposed of"), max_length=300)
    uploads = FilesField(label=_("Photos or video"), required=False, allow=PHOTOS)


class RefundForm(ReturnForm):
    """The payment."""

    reference = forms.CharField(label=_("Number of the payment"), max_length=60)
    paid_on = forms.DateField(label=_("Paid on"), widget=DayInput())

    def prepare(self) -> None:
        self.initial.setdefault("paid_on", timezone.localdate())


class PaymentForm(RefundForm):
    """What the customer paid."""

    amount = forms.DecimalField(label=_("Amount (CNY)"), max_digits=12, decimal_places=2, min_value=Decimal("0.01"))
    field_order: ClassVar[tuple[str, ...]] = ("amount", "reference")  # type: ignore[misc]

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("amount", owed(self.row))


class CloseForm(ReturnForm):
    """Who has the goods now."""

    taken_by = forms.CharField(label=_("Taken over by"), max_length=60)

    def prepare(self) -> None:
        self.initial.setdefault("taken_by", self.row.contact_name)
