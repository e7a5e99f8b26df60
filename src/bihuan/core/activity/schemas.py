"""The journal as a program sees it."""

from datetime import datetime
from typing import Any

from ninja import Schema

from bihuan.core.activity.models import Activity


class EventOut(Schema):
    """One thing that happened; ``hash`` follows from the row and from the hash before it."""

    seq: int
    verb: str
    label: str
    actor: str
    at: datetime
    data: dict[str, Any]
    prev_hash: str
    hash: str

    @classmethod
    def of(cls, row: Activity) -> "EventOut":
        """Build the view of a row of the journal."""
        names = ("seq", "verb", "label", "at", "data", "prev_hash", "hash")
        return cls(actor=row.actor_name, **{name: getattr(row, name) for name in names})
