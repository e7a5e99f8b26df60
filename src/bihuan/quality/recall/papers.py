"""The papers of a recall: which there are, issuing them, the letters to owners."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.documents.models import Document
from bihuan.core.documents.paper import Paper
from bihuan.core.documents.registry import forms_of
from bihuan.core.documents.services import issue
from bihuan.core.documents.wanted import Wanted, issue_next, wanted_papers
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.models import OwnerNotice, Recall, RecallState
from bihuan.registry.people.models import Department

KIND, LETTER = "recall.recall", "recall.ownernotice"
MOST_LETTERS = 200
AFTER_DECISION = frozenset({"F41", "F42"})


def may_be_issued(recall: Recall, code: str) -> bool:
    """The plan and the reports speak of a decided recall; the analysis of a judged one."""
    return recall.is_decided if code in AFTER_DECISION else bool(recall.proposal)


def codes_of(recall: Recall) -> set[str]:
    """The forms that may be issued of the recall as it stands."""
    return {code for code in forms_of(KIND) if may_be_issued(recall, code)}


def possible(recall: Recall) -> list[Wanted]:
    """Every paper that this company can issue of the recall as it stands."""
    return wanted_papers(recall, codes=codes_of(recall))


def issue_paper(*, recall: Recall, code: str, by: AbstractBaseUser) -> Document:
    """Issue a form; the second time it is the next revision. To the responsible unit, copies by policy."""
    main = [recall.issue.department] if recall.issue.department else []
    copies = Department.objects.filter(code__in=recall.policy.recall.copies)
    return issue_next(subject=recall, code=code, by=by, codes=codes_of(recall), main=main, copies=copies)


def letters(recall: Recall) -> dict[int, Document]:
    """The newest letter of each notice, by the notice."""
    ids = recall.notices.values("pk")
    rows = Document.objects.filter(subject_type=LETTER, subject_id__in=ids).order_by("id")
    return {row.subject_id: row for row in rows}


@transaction.atomic
def issue_letters(*, recall: Recall, by: Any) -> int:
    """Write the letters of those who have none yet; they are frozen and printed together."""
    require(by, perm.RECALL_MANAGE, recall)
    written = letters(recall)
    waiting = [row for row in recall.notices.select_related("recall", "customer") if row.pk not in written]
    if not waiting:
        raise MoveRefused(_("Every owner who was told has his letter. Tell the owners first."), code="state")
    if recall.state == RecallState.CLOSED:
        raise MoveRefused(_("This recall is not under way."), code="state")
    for notice in waiting[:MOST_LETTERS]:
        issue(form_code="F40", subject=notice, by=by)
    return len(waiting[:MOST_LETTERS])


def letter_papers(recall: Recall) -> list[Paper]:
    """The letters as they were frozen, to be printed in one file."""
    rows = sorted(letters(recall).values(), key=lambda row: row.number)
    return [Paper.model_validate(row.data) for row in rows[:MOST_LETTERS]]


def notices_of(recall: Recall) -> list[tuple[OwnerNotice, Document | None]]:
    """The notices with their letters, the newest first."""
    written = letters(recall)
    rows = recall.notices.select_related("customer").order_by("-id")[:MOST_LETTERS]
    return [(row, written.get(row.pk)) for row in rows]
