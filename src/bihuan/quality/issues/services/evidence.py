"""Keeping uploads as evidence of an issue."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.files.models import Attachment, StoredFile
from bihuan.core.files.queries import attachments_of
from bihuan.core.files.services import attach, store
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import Issue


@transaction.atomic
def add_evidence(*, issue: Issue, by: Any, files: Iterable[Any]) -> list[Attachment]:
    """Add evidence to an issue that is worked on, in one step for all files."""
    require(by, perm.ISSUE_INVESTIGATE, issue)
    if issue.is_at_rest:
        raise MoveRefused(_("This is not possible in the present state."), code="state")
    kept = {row.pk for row in keep(issue=issue, files=files, by=by)}
    record(subject=issue, verb="issue.evidence_added", by=by, data={"count": len(kept)})
    return [row for row in attachments_of(issue) if row.file_id in kept]


def keep(*, issue: Issue, files: Iterable[Any], by: Any, role: str = "evidence") -> list[StoredFile]:
    """Store uploads and tie them to the issue; the role says which part they prove, such as ``8d.d3``."""
    kept = []
    for item in files:
        file = item if isinstance(item, StoredFile) else store(data=item, name=item.name or "file", by=by)
        attach(subject=issue, file=file, role=role[:20], caption=file.name, by=by)
        kept.append(file)
    return kept
