"""Which papers an issue needs, and issuing them to the responsible unit (QIS-06, D21, D22, D23)."""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core.documents.models import Document
from bihuan.core.documents.queries import for_subject
from bihuan.core.documents.registry import forms_of
from bihuan.core.documents.services import address, issue
from bihuan.core.permissions.services import require
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.issues.models import Issue
from bihuan.registry.people.models import Department

SPECIAL = "F05"
REPORTS = frozenset({"F01", "F03", SPECIAL})
KIND = "issues.issue"


@dataclass(frozen=True)
class Wanted:
    """A paper of this issue: needed or only possible, and the newest one issued."""

    code: str
    title: str
    needed: bool
    document: Document | None


def needed_codes(subject: Issue) -> set[str]:
    """The forms that rules, alarms and the customer ask for; F05 replaces F01 only where the policy says so (D22)."""
    rules, facts = subject.policy.issues, subject.deadline_facts()
    codes = {rule.form for rule in rules.forms if rule.when.holds(facts)}
    codes |= {row.form_code for row in subject.signals.all() if row.form_code}
    if subject.wants_8d:
        codes.add("F03")
    if rules.report_replaces_sheet and "F05" in codes:
        codes.discard("F01")
    return codes


def wanted(subject: Issue) -> list[Wanted]:
    """Every paper that this company can issue of an issue, the needed ones first."""
    needed, newest = needed_codes(subject), dict[str, Document]()
    for row in reversed(for_subject(subject)):
        newest[row.form_code] = row
    known = set(forms_of(KIND))
    forms = [form for form in subject.policy.forms if form.enabled and form.code in known]
    rows = [Wanted(form.code, form.title, form.code in needed, newest.get(form.code)) for form in forms]
    return sorted(rows, key=lambda row: (not row.needed, row.code))


@transaction.atomic
def issue_paper(*, subject: Issue, code: str, by: AbstractBaseUser) -> Document:
    """Issue a form of an issue; the second time it is the next revision. Addressed to the responsible unit (QIS-06).

    An 8D goes out while its disciplines are still open: it says of each how far it is.
    """
    require(by, "documents.issue", subject)
    if code not in forms_of(KIND):
        raise MoveRefused(_("This company does not use the form %(code)s.") % {"code": code}, code="form")
    last = Document.objects.filter(subject_type=KIND, subject_id=subject.pk, form_code=code).order_by("-id").first()
    document = issue(form_code=code, subject=subject, by=by, corrects=last)
    main = [(row.code, row.name) for row in main_recipients(subject)]
    copies = Department.objects.filter(code__in=subject.policy.issues.copies)
    address(document=document, main=main, copies=[(row.code, row.name) for row in copies])
    return document


def main_recipients(subject: Issue) -> list[Department]:
    """The unit that has to solve it, or, while that is open, the departments that are asked to reply."""
    if subject.department is not None:
        return [subject.department]
    return [reply.department for reply in subject.replies.select_related("department")]
