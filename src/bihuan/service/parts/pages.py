"""What the pages of parts show."""

from typing import Any

from bihuan.core.activity.queries import timeline
from bihuan.core.documents.queries import for_subject as documents_of
from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Outcome, acts_context
from bihuan.registry.spares import permissions as spares
from bihuan.registry.spares.queries import successors
from bihuan.service.parts import permissions as perm
from bihuan.service.parts import sheets
from bihuan.service.parts.actions import ACTS
from bihuan.service.parts.listing import TONES
from bihuan.service.parts.models import Level, Stock
from bihuan.service.parts.money import yuan
from bihuan.service.parts.queries import balances_of, moves_for

NEWEST = 15


def part_context(row: Stock, user: Any, wish: str = "", outcome: Outcome | None = None) -> dict[str, Any]:
    """Everything about one part: where it lies, what moved last, what it fits and what replaces it."""
    moves = moves_for(user).filter(part=row.part).select_related("part", "source", "destination", "by")
    return {
        "row": row, "part": row.part, "act_address": "parts:act", "who": str(row.part),
        **acts_context(ACTS, row, user, wish, outcome),
        "moves": list(moves.order_by("-at", "-pk")[:NEWEST]),
        "level": Level(row.state), "tone": TONES[Level(row.state)],
        "successors": successors(row.part), "fits": list(row.part.fits.all()[:50]),
        "value": f"{yuan(row.value):,.2f}" if can(user, perm.PARTS_VALUE) else None,
        "average": yuan(row.value) / row.good if row.good and can(user, perm.PARTS_VALUE) else None,
        "may_edit": can(user, spares.SPARES_EDIT), "timeline": timeline(row.part),
        "papers": documents_of(row.part), "sheet": sheets.of_part(balances_of(row.part)),
    }  # fmt: skip
