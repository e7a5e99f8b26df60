"""Places, the ledger of moves, and what lies where (PRT-01, PRT-02, PRT-03)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PlaceKind(models.TextChoices):
    """Where parts can be: in our hands, or outside of them."""

    STORE = "store", _("Warehouse or bin")
    ENGINEER = "engineer", _("Engineer's stock")
    SUPPLIER = "supplier", _("Suppliers")
    USED = "used", _("Customers")
    SCRAP = "scrap", _("Scrapped")
    COUNT = "count", _("Count difference")


OUTSIDE = frozenset({PlaceKind.SUPPLIER, PlaceKind.USED, PlaceKind.SCRAP, PlaceKind.COUNT})


class Place(models.Model):
    """A warehouse, a bin in one, an engineer's stock, or the one place that stands for an outside.

    What lies outside has no balance: the ledger says what went there, nobody asks what is left.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=PlaceKind.choices, default=PlaceKind.STORE)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="bins", verbose_name=_("warehouse")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="parts_place",
        verbose_name=_("engineer"),
    )  # fmt: skip
    is_secured = models.BooleanField(_("own place for valuable and critical parts"), default=False)
    is_frozen = models.BooleanField(_("stands still for a count"), default=False, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("place of parts")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind__in=["supplier", "used", "scrap", "count"]), name="place_outside_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="engineer", user__isnull=False) | (~Q(kind="engineer") & Q(user__isnull=True)),
                name="place_of_engineer_names_him",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(kind="store"), name="place_only_stores_have_bins"
            ),
        ]

    def __str__(self) -> str:
        return str(PlaceKind(self.kind).label) if self.is_outside else self.name

    @property
    def is_outside(self) -> bool:
        """Whether nothing lies there for us."""
        return self.kind in OUTSIDE


class Condition(models.TextChoices):
    """Good parts have a value; defective ones wait for scrap or a claim and have none."""

    GOOD = "good", _("good")
    DEFECTIVE = "defective", _("defective")


class MoveKind(models.TextChoices):
    """Why a part moved (PRT-03, PRT-16)."""

    OPENING = "opening", _("Opening stock")
    RECEIPT = "receipt", _("Receipt")
    ISSUE = "issue", _("Handed out")
    USE = "use", _("Used at a customer")
    GIVE_BACK = "give_back", _("Given back unused")
    TRANSFER = "transfer", _("Transfer")
    OLD_PART = "old_part", _("Old part taken back")
    DAMAGE = "damage", _("Found damaged")
    SCRAP = "scrap", _("Scrapped")
    CLAIM = "claim", _("Returned to the supplier")
    SURPLUS = "surplus", _("Count surplus")
    SHORTAGE = "shortage", _("Count shortage")


class Level(models.TextChoices):
    """Where a stock lies between its levels (PRT-02)."""

    OUT = "out", _("Nothing free")
    LOW = "low", _("Below the minimum")
    ENOUGH = "enough", _("Enough")
    OVER = "over", _("Above the maximum")


class Stock(models.Model):
    """What we have of a part in all our places, kept with each move (PRT-02).

    ``good`` lies anywhere in our hands, ``stored`` of it in warehouses, ``reserved`` of that for approved
    requisitions. ``value`` are the cents of the good ones by moving average; a move takes its share rounded half up
    to the cent, what is left stays with the rest, the last piece takes all. ``cost`` is the last move's share.
    """

    part = models.OneToOneField(
        "spares.Part", on_delete=models.PROTECT, related_name="stock", verbose_name=_("spare part")
    )
    good = models.BigIntegerField(_("good"), default=0)
    stored = models.BigIntegerField(_("in store"), default=0)
    reserved = models.BigIntegerField(_("reserved"), default=0)
    defective = models.BigIntegerField(_("defective"), default=0)
    value = models.BigIntegerField(_("value in cents"), default=0)
    cost = models.BigIntegerField(default=0)
    minimum = models.PositiveIntegerField(_("minimum stock"), default=0)
    maximum = models.PositiveIntegerField(_("maximum stock"), default=0)
    safety = models.PositiveIntegerField(_("safety stock"), default=0)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("stock")
        indexes = [models.Index(fields=["value", "id"], name="parts_stock_by_value")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0, stored__gte=F("reserved"), good__gte=F("stored"), defective__gte=0),
                name="stock_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0) & (Q(good__gt=0) | Q(value=0)), name="stock_value_belongs_to_something"
            ),
            models.CheckConstraint(
                condition=Q(maximum=0) | Q(maximum__gte=F("minimum"), minimum__gte=F("safety")),
                name="stock_levels_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.part)

    @property
    def free(self) -> int:
        """What may be promised."""
        return self.stored - self.reserved

    def share(self, count: int) -> int:
        """What so many good ones are worth by moving average, in cents, half up."""
        return (2 * self.value * count + self.good) // (2 * self.good) if self.good else 0

    @property
    def number(self) -> str:
        """The number of its page."""
        return self.part.code

    @property
    def state(self) -> str:
        """Where the stock lies between its levels; what is promised to somebody does not count (PRT-02)."""
        if self.free <= 0:
            return Level.OUT
        if self.free < self.minimum:
            return Level.LOW
        return Level.OVER if self.maximum and self.stored > self.maximum else Level.ENOUGH


class Balance(models.Model):
    """What lies of a part in one place, by condition and by batch or serial number; never negative (PRT-03)."""

    # No indexes of their own: an index below begins with each.
    part = models.ForeignKey("spares.Part", on_delete=models.PROTECT, related_name="balances", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="balances", db_index=False)
    condition = models.CharField(_("condition"), max_length=9, choices=Condition.choices)
    lot = models.CharField(_("batch or serial no."), max_length=60, blank=True)
    # A serial number that lies here. It stands in the index instead of the quantity, which changes with every move: an
    # index of what changes is written again each time.
    is_serial = models.BooleanField(default=False)
    quantity = models.BigIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("balance")
        indexes = [models.Index(fields=["place", "part"], name="parts_balance_of_place")]
        constraints = [
            models.UniqueConstraint(fields=["part", "place", "condition", "lot"], name="parts_balance_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="parts_balance_never_negative"),
            models.CheckConstraint(
                condition=Q(is_serial=False) | (Q(quantity__lte=1) & ~Q(lot="")), name="parts_serial_is_one_piece"
            ),
            models.UniqueConstraint(fields=["part", "lot"], condition=Q(is_serial=True), name="parts_serial_is_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}@{self.place_id}: {self.quantity}"


class Move(models.Model):
    """One line of the ledger: so many pieces from a place to a place (配件库存台账, PRT-03, PRT-14).

    Both sides stand in one row, so that nothing leaves without arriving. Rows are never changed or removed: triggers
    of the database refuse it, a wrong move is set right by another one. ``amount`` are the cents it took or brought.
    """

    kind = models.CharField(_("kind"), max_length=9, choices=MoveKind.choices)
    # Part, source and destination: an index below begins with each.
    part = models.ForeignKey(
        "spares.Part", on_delete=models.PROTECT, related_name="moves", verbose_name=_("spare part"), db_index=False
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    source = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"), db_index=False
    )
    source_condition = models.CharField(max_length=9, choices=Condition.choices)
    destination = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", verbose_name=_("to"), db_index=False
    )
    destination_condition = models.CharField(max_length=9, choices=Condition.choices)
    lot = models.CharField(_("batch or serial no."), max_length=60, blank=True)
    amount = models.BigIntegerField(_("amount in cents"))
    reference = models.CharField(_("paper"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("by"),
    )  # fmt: skip
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("move of parts")
        indexes = [
            models.Index(fields=["at", "id"], name="parts_move_by_time"),
            models.Index(fields=["part", "at", "id"], name="parts_move_of_part"),
            models.Index(fields=["source", "at", "id"], name="parts_move_from"),
            models.Index(fields=["destination", "at", "id"], name="parts_move_to"),
            models.Index(fields=["kind", "at", "id"], name="parts_move_by_kind"),
            models.Index(fields=["reference"], name="parts_move_of_paper", condition=~Q(reference="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="parts_move_moves_something"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="parts_move_amount_not_negative"),
            models.CheckConstraint(
                condition=~Q(source=F("destination")) | ~Q(source_condition=F("destination_condition")),
                name="parts_move_goes_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.quantity}"
