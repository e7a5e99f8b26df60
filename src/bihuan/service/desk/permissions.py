"""What may be done with cases; which role may is policy (D07, D08)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

CASE_VIEW: Final = "desk.view"
CASE_REGISTER: Final = "desk.register"
CASE_EDIT: Final = "desk.edit"
CASE_TRIAGE: Final = "desk.triage"
CASE_ASSIGN: Final = "desk.assign"
CASE_REPLY: Final = "desk.reply"
CASE_DIAGNOSE: Final = "desk.diagnose"
CASE_CONSULT: Final = "desk.consult"
CASE_SOLVE: Final = "desk.solve"
CASE_CONSENT: Final = "desk.consent"
CASE_WORK: Final = "desk.work"
CASE_ACCEPT: Final = "desk.accept"
CASE_ACCEPT_INTERNAL: Final = "desk.accept_internal"
CASE_CODE: Final = "desk.code"
CASE_ARCHIVE: Final = "desk.archive"
CASE_REOPEN: Final = "desk.reopen"
CASE_CANCEL: Final = "desk.cancel"
BOARD_VIEW: Final = "desk.board"

CATALOGUE = {
    CASE_VIEW: _("See cases"),
    CASE_REGISTER: _("Register cases"),
    CASE_EDIT: _("Correct the facts of a case"),
    CASE_TRIAGE: _("Triage"),
    CASE_ASSIGN: _("Assign a handler"),
    CASE_REPLY: _("Write to the customer"),
    CASE_DIAGNOSE: _("Diagnose and help remotely"),
    CASE_CONSULT: _("Convene and conclude consultations"),
    CASE_SOLVE: _("Prepare solutions"),
    CASE_CONSENT: _("Record the customer's consent"),
    CASE_WORK: _("Do the work"),
    CASE_ACCEPT: _("Record customer acceptance"),
    CASE_ACCEPT_INTERNAL: _("Internal acceptance"),
    CASE_CODE: _("Code cause and mechanism"),
    CASE_ARCHIVE: _("Archive the case"),
    CASE_REOPEN: _("Reopen"),
    CASE_CANCEL: _("Cancel and mark duplicates"),
    BOARD_VIEW: _("See the supervisor's board"),
}
