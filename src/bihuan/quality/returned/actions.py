"""What a person can do on the page of a hand-over."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.acting import Act, table
from bihuan.quality.returned import permissions as perm
from bihuan.quality.returned import services
from bihuan.quality.returned.forms import AnalyseForm, FinishForm, RefuseForm
from bihuan.quality.returned.models import ReturnedState

S = ReturnedState

ACTS = table(
    Act("receive", _("Confirm the receipt"), perm.RETURNED_ANALYSE, frozenset({S.HANDED}),
        lambda r, by, d, v: services.receive(row=r, by=by, expected_version=v), None, "primary"),
    Act("analyse", _("Record the analysis"), perm.RETURNED_ANALYSE, frozenset({S.RECEIVED, S.ANALYSED}),
        lambda r, by, d, v: services.analyse(row=r, by=by, expected_version=v, **d), AnalyseForm, "primary"),
    Act("finish", _("Finish"), perm.RETURNED_ANALYSE, frozenset({S.ANALYSED}),
        lambda r, by, d, v: services.finish(row=r, by=by, expected_version=v, **d), FinishForm, "primary"),
    Act("refuse", _("Send back"), perm.RETURNED_ANALYSE, frozenset({S.HANDED, S.RECEIVED}),
        lambda r, by, d, v: services.refuse(row=r, by=by, expected_version=v, **d), RefuseForm, "danger"),
)  # fmt: skip
