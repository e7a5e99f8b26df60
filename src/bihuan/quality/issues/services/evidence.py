"""Keeping uploads as evidence of an issue."""

from collections.abc import Iterable
from typing import Any

from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import attach, store
from bihuan.quality.issues.models import Issue


def keep(*, issue: Issue, files: Iterable[Any], by: Any, role: str = "evidence") -> list[StoredFile]:
    """Store uploads and tie them to the issue; the role says which part they prove, such as ``8d.d3``."""
    kept = []
    for item in files:
        file = item if isinstance(item, StoredFile) else store(data=item, name=item.name or "file", by=by)
        attach(subject=issue, file=file, role=role[:20], caption=file.name, by=by)
        kept.append(file)
    return kept
