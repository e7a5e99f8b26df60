"""What a keeper can do on the page of a part."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.documents.services import issue
from bihuan.core.workflow.acting import Act, table
from bihuan.service.parts import forms as f
from bihuan.service.parts import permissions as perm
from bihuan.service.parts.models import Level, MoveKind, Stock
from bihuan.service.parts.paper_forms import LevelsForm, ScrapForm
from bihuan.service.parts.services import keeping, purchasing, scrapping

ANY = frozenset(Level.values)


def is_new(row: Stock, user: Any) -> bool:
    """Nothing has moved but its opening stock."""
    return not row.part.moves.exclude(kind=MoveKind.OPENING).exists()


def has_good(row: Stock, user: Any) -> bool:
    """Some are there."""
    return row.good > 0


def has_any(row: Stock, user: Any) -> bool:
    """Something lies with us."""
    return row.good + row.defective > 0


def has_defective(row: Stock, user: Any) -> bool:
    """Some wait for scrap or a claim."""
    return row.defective > 0


ACTS = table(
    Act("open", _("Enter opening stock"), perm.PARTS_KEEP, ANY,
        lambda r, by, d, v: keeping.open_stock(part=r.part, by=by, **d), f.OpenForm, "primary", ready=is_new),
    Act("transfer", _("Transfer"), perm.PARTS_KEEP, ANY,
        lambda r, by, d, v: keeping.transfer(part=r.part, by=by, **d), f.TransferForm, ready=has_any),
    Act("damage", _("Found damaged"), perm.PARTS_KEEP, ANY,
        lambda r, by, d, v: keeping.found_damaged(part=r.part, by=by, **d), f.DamageForm, ready=has_good),
    Act("claim", _("Return to the supplier"), perm.PARTS_KEEP, ANY,
        lambda r, by, d, v: keeping.return_to_supplier(part=r.part, by=by, **d), f.DamageForm, ready=has_defective),
    Act("scrap", _("Ask to scrap"), perm.PARTS_KEEP, ANY,
        lambda r, by, d, v: scrapping.ask_scrap(part=r.part, by=by, **d), ScrapForm, ready=has_any),
    Act("levels", _("Set the stock levels"), perm.PARTS_PLAN, ANY,
        lambda r, by, d, v: purchasing.set_levels(stock=r, by=by, **d), LevelsForm),
    Act("card", _("Issue the ledger of this part"), "documents.issue", ANY,
        lambda r, by, d, v: issue(form_code="F26", subject=r.part, by=by)),
)  # fmt: skip
