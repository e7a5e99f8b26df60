"""What people type about a case; the rules live in the services."""

from bihuan.service.desk.forms.base import CaseForm
from bihuan.service.desk.forms.handling import (
    ConcludeForm,
    ConsentForm,
    ConveneForm,
    CustomerAcceptanceForm,
    DiagnosisForm,
    InternalAcceptanceForm,
    RemoteForm,
    SolutionForm,
    WorkForm,
)
from bihuan.service.desk.forms.judging import AssignForm, CancelForm, ChargeForm, CodeForm, ReasonForm, TriageForm
from bihuan.service.desk.forms.registering import EditForm, MissedCallForm, RegisterForm, custom_values
from bihuan.service.desk.forms.talking import AppointForm, DelayForm, NoteForm, ReplyForm

__all__ = [
    "AppointForm",
    "AssignForm",
    "CancelForm",
    "CaseForm",
    "ChargeForm",
    "CodeForm",
    "ConcludeForm",
    "ConsentForm",
    "ConveneForm",
    "CustomerAcceptanceForm",
    "DelayForm",
    "DiagnosisForm",
    "EditForm",
    "InternalAcceptanceForm",
    "MissedCallForm",
    "NoteForm",
    "ReasonForm",
    "RegisterForm",
    "RemoteForm",
    "ReplyForm",
    "SolutionForm",
    "TriageForm",
    "WorkForm",
    "custom_values",
]
