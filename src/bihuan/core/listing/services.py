"""Keeping what a person has arranged, and doing something with many rows.

The arrangements are personal and say nothing about the company's matters: they are not in the journal, and so not told
to programs outside. What an action does to a row stands in the row's own journal, written by the row's service.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bihuan.core.listing.asked import Asked
from bihuan.core.listing.models import ColumnChoice, SavedView
from bihuan.core.listing.spec import Bulk, Listing, RowRefused, Text
from bihuan.core.permissions.services import Refused

MOST_VIEWS = 20
MOST_ROWS = 100


class NotKept(ValueError):
    """A view that cannot be kept; the reason is for people."""


@transaction.atomic
def choose_columns(*, listing: Listing[Any], user: Any, columns: Sequence[str], view: SavedView | None = None) -> None:
    """Keep which columns a person wants, for the list or for his open view; none brings back the list's own."""
    known = listing.known(columns)
    if view is not None:
        SavedView.objects.filter(pk=view.pk, user=user).update(columns=known or listing.defaults())
    elif known and known != listing.defaults():
        ColumnChoice.objects.update_or_create(user=user, listing=listing.code, defaults={"columns": known})
    else:
        ColumnChoice.objects.filter(user=user, listing=listing.code).delete()


@transaction.atomic
def save_view(*, asked: Asked, user: Any, name: str) -> SavedView:
    """Keep the list as it is shown, under a name of one's own; raises NotKept."""
    if len(asked.views) >= MOST_VIEWS:
        raise NotKept(_("You have %(count)s views of this list already; delete one first.") % {"count": MOST_VIEWS})
    row = SavedView(user=user, listing=asked.listing.code, query=asked.query(), columns=asked.columns)
    return _named(row, name)


@transaction.atomic
def rename_view(*, view: SavedView, name: str) -> SavedView:
    """Give a view another name; raises NotKept."""
    return _named(view, name)


def _named(view: SavedView, name: str) -> SavedView:
    view.name = " ".join(name.replace("\x00", "").split())[:30]
    if not view.name:
        raise NotKept(_("Please give the view a name."))
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise NotKept(_("You have a view with this name already.")) from error
    return view


@transaction.atomic
def update_view(*, view: SavedView, asked: Asked) -> None:
    """Let a view be what is shown now."""
    SavedView.objects.filter(pk=view.pk).update(query=asked.query(), columns=asked.columns)


@transaction.atomic
def delete_view(*, view: SavedView) -> None:
    """Forget a view."""
    view.delete()


@dataclass
class Outcome:
    """What became of the rows: done, or refused with the reason; ``missing`` counts those that he does not see."""

    done: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, Text]] = field(default_factory=list)
    missing: int = 0


def run_bulk(
    *, listing: Listing[Any], action: Bulk[Any], versions: dict[int, int | None], by: Any, data: dict[str, Any]
) -> Outcome:
    """Do the action to each row through the service of one row; every row is all or nothing, and none stops another.

    ``versions`` are the chosen rows with the version that the person saw.
    """
    seen = {row.pk: row for row in chosen(listing, by, versions)}
    outcome = Outcome(missing=len(versions) - len(seen))
    for pk, version in versions.items():
        if (row := seen.get(pk)) is None:
            continue
        try:
            with transaction.atomic():
                action.run(row, by, dict(data), version)
        except (RowRefused, Refused) as refusal:
            outcome.refused.append((row, refusal.reason))
        else:
            outcome.done.append(row)
    return outcome


def chosen(listing: Listing[Any], user: Any, ids: Sequence[int] | dict[int, int | None]) -> list[Any]:
    """The chosen rows that this person sees, the newest first."""
    return list(listing.rows(user, listing.nothing()).filter(pk__in=list(ids)).order_by("-pk"))
