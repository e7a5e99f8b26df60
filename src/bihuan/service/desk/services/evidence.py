"""Evidence of a case: files by whoever sees it, kept with what they prove (CUS-03)."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from bihuan.core.activity.services import record
from bihuan.core.files.models import Attachment, StoredFile
from bihuan.core.files.services import attach, store
from bihuan.core.permissions.services import require
from bihuan.service.desk import permissions as perm
from bihuan.service.desk.models import Case

EVIDENCE = {"image", "video", "audio", "pdf", "document", "text", "mail", "archive"}


def keep(
    case: Case, files: Sequence[UploadedFile], by: Any, *, role: str = "evidence", public: bool = False
) -> list[StoredFile]:
    """Store uploads and tie them to the case, within an action that journals itself."""
    return [row.file for row in _attached(case, files, by, role, public)]


def _attached(case: Case, files: Sequence[UploadedFile], by: Any, role: str, public: bool) -> list[Attachment]:
    kept = []
    for item in files:
        name = item.name or "file"
        file = store(data=item, name=name, by=by, allow=EVIDENCE)
        kept.append(attach(subject=case, file=file, role=role, caption=name, public=public, by=by))
    return kept


@transaction.atomic
def add_evidence(
    *, case: Case, by: Any, files: Sequence[UploadedFile], role: str = "evidence", public: bool = False
) -> list[Attachment]:
    """Add files to a case, an action of its own: one that is refused keeps all of them out."""
    require(by, perm.CASE_VIEW, case)
    rows = _attached(case, files, by, role, public)
    data = {"files": [row.file.name for row in rows], "sha256": [row.file.sha256 for row in rows], "role": role}
    record(subject=case, verb="case.evidence_added", by=by, data=data)
    return rows
