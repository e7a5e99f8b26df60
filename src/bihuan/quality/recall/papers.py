"""The papers of a recall: which there are, issuing them, the letters to owners."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.documents.models import Document
from bihuan.core.documents.paper import Paper
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.registry import forms_of
from bihuan.core.documents.services import address, issue
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.recall import permissions as perm
from bihuan.quality.recall.models import OwnerNotice, Recall, RecallState
from bihuan.registry.people.models import Department

KIND, LETTER = "recall.recall", "recall.ownernotice"
MOST_LETTERS = 200
AFTER_DECISION = frozenset({"F41", "F42"})


@dataclass(frozen=True)
class Possible:
    """A paper of this recall and the newest one issued."""

    code: str
    title: str
    document: Document | None


def may_be_issued(recall: Recall, code: str) -> bool:
    """The plan and the reports speak of a decided recall; the analysis of a judged one."""
    return recall.is_decided if code in AFTER_DECISION else bool(recall.proposal)


def possible(recall: Recall) -> list[Possible]:
    """Every paper that this company can issue of the recall as it stands."""
    newest = {row.form_code: row for row in reversed(for_subject(recall))}
    known = set(forms_of(KIND))
    return [
        Possible(form.code, form.title, newest.get(form.code))
        for form in recall.policy.forms
        if form.enabled and form.code in known and may_be_issued(recall, form.code)
    ]


@transaction.atomic
def issue_paper(*, recall: Recall, code: str, by: AbstractBaseUser) -> Document:
    """Issue a form; the second time it is the next revision, except the report, of which each is a paper of its own."""
    require(by, "documents.issue", recall)
    if code not in forms_of(KIND) or not may_be_issued(recall, code):
        raise MoveRefused(_("This company does not use the form %(code)s.") % {"code": code}, code="form")
    rows = Document.objects.filter(subject_type=KIND, subject_id=recall.pk, form_code=code)
    document = issue(form_code=code, subject=recall, by=by, corrects=rows.order_by("-id").first())
    copies = Department.objects.filter(code__in=recall.policy.recall.copies)
    main = [recall.issue.department] if recall.issue.department else []
    address(
        document=document, main=[(row.code, row.name) for row in main], copies=[(row.code, row.name) for row in copies]
    )
    return document


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
