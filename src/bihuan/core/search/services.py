"""Writing the index, in the transaction of the subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models

from bihuan.core.activity.services import subject_type
from bihuan.core.search import backends
from bihuan.core.search.text import normalise, tokens


@dataclass(frozen=True)
class Text:
    """What a subject is found by."""

    subject: models.Model
    title: str
    text: str
    at: datetime
    region_id: int | None = None
    owner_id: int | None = None


def index(
    *,
    subject: models.Model,
    title: str,
    text: str,
    at: datetime,
    region_id: int | None = None,
    owner_id: int | None = None,
    new: bool = False,
) -> None:
    """Write or replace the entry of a subject; ``new`` promises that it has none yet."""
    index_many([Text(subject, title, text, at, region_id, owner_id)], new=new)


def index_many(texts: Sequence[Text], *, new: bool = False) -> None:
    """Write or replace many entries."""
    rows = []
    for item in texts:
        body = normalise(f"{item.title}\n{item.text}")
        kind = subject_type(item.subject)
        rows.append((kind, item.subject.pk, item.title[:200], body, item.at, item.region_id, item.owner_id))
    index_rows(rows, new=new)


def index_rows(
    rows: Sequence[tuple[str, int, str, str, datetime, int | None, int | None]], *, new: bool = False
) -> None:
    """Write entries whose text is normalised already."""
    adapt = connection.ops.adapt_datetimefield_value
    ready = [(*row[:4], adapt(row[4]), *row[5:]) for row in rows]
    backends.write(ready, [" ".join(tokens(row[3])) for row in rows], new=new)


def remove(*, subject: models.Model) -> None:
    """Take a subject out of the index."""
    backends.delete(subject_type(subject), subject.pk)
