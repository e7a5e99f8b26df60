"""Who may open a file: whoever sees something that it belongs to."""

from collections.abc import Callable, Iterable
from typing import Any

from bihuan.core.files.models import Attachment, StoredFile

VisibleIds = Callable[[Any, Iterable[int]], set[int]]

_rules: dict[str, VisibleIds] = {}


def register(subject_type: str, visible_ids: VisibleIds) -> None:
    """Tell which subjects of a type a user may see; called from AppConfig.ready()."""
    _rules[subject_type] = visible_ids


def sees(user: Any, subject_type: str, subject_id: int) -> bool:
    """Return whether the user may see the subject."""
    rule = _rules.get(subject_type)
    return rule is not None and subject_id in rule(user, [subject_id])


def visible(user: Any, file_id: int) -> StoredFile | None:
    """Return the file if the user sees one of its subjects, or has uploaded it himself and not yet used it."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None:
        return None
    ties = list(Attachment.objects.filter(file=file).values_list("subject_type", "subject_id"))
    if not ties and file.uploaded_by_id == user.pk:
        return file
    return file if any(sees(user, kind, pk) for kind, pk in ties) else None
