"""Which papers an issue needs, and issuing them to the responsible unit (QIS-06, D21, D22, D23)."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.documents.models import Document
from bihuan.core.documents.registry import forms_of
from bihuan.core.documents.wanted import Wanted, issue_next, wanted_papers
from bihuan.core.notify.services import tell_roles
from bihuan.quality.issues.models import Issue
from bihuan.registry.people.models import Department

SPECIAL, CHANGE, FILED = "F05", "F11", "F31"
REPORTS = frozenset({"F01", "F03", SPECIAL})
KIND = "issues.issue"


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


def codes_of(subject: Issue) -> set[str]:
    """The forms of an issue; a change document without a change would be signed for nothing (QIS-11)."""
    without = set() if subject.changes.all() else {CHANGE}
    return set(forms_of(KIND)) - without


def wanted(subject: Issue) -> list[Wanted]:
    """Every paper that this company can issue of an issue, the needed ones first."""
    return wanted_papers(subject, needed=needed_codes(subject), codes=codes_of(subject))


def issue_paper(*, subject: Issue, code: str, by: Any) -> Document:
    """Issue a form of an issue; the second time it is the next revision. Addressed to the responsible unit (QIS-06).

    An 8D goes out while its disciplines are still open: it says of each how far it is. The report of the result goes
    to the leader in charge, who is told (F31, CAP-18).
    """
    main, copies = main_recipients(subject), copy_recipients(subject)
    roles = filed_with(subject) if code == FILED else []
    if roles:
        main, copies = [], [*main, *copies]
    document = issue_next(
        subject=subject, code=code, by=by, codes=codes_of(subject), main=main, copies=copies, roles=roles
    )
    if roles:
        title = _("Filed with you: %(paper)s") % {"paper": document}
        tell_roles(
            roles=[role for role, _name in roles], title=title, subject=subject, thread_key=f"paper-filed:{document.pk}"
        )
    return document


def filed_with(subject: Issue) -> list[tuple[str, str]]:
    """The roles with which the report of the result is filed, with their names (CAP-18)."""
    rules = subject.policy
    return [(role.code, role.name) for role in rules.roles if role.code in rules.issues.file_with]


def copy_recipients(subject: Issue) -> list[Department]:
    """The departments that get a copy of every paper of an issue."""
    return list(Department.objects.filter(code__in=subject.policy.issues.copies))


def main_recipients(subject: Issue) -> list[Department]:
    """The unit that has to solve it, or, while that is open, the departments that are asked to reply."""
    if subject.department is not None:
        return [subject.department]
    return [reply.department for reply in subject.replies.select_related("department")]
