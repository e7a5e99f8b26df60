"""The moves of a read-across question."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.workflow.table import Move, Workflow
from bihuan.quality.problems import permissions as perm
from bihuan.quality.problems.models import ReadAcrossState

S = ReadAcrossState
ANSWERS = (S.ABSENT, S.PREVENTED, S.OCCURS)
WORKFLOW = Workflow(
    model="problems.readacross",
    states=tuple(S.values),
    moves=(
        Move("answer", _("Answer"), frozenset({S.OPEN}), None, perm.PROBLEMS_VIEW, "readacross.answered"),
        Move("ask_again", _("Ask again"), frozenset(ANSWERS), S.OPEN, perm.READ_ACROSS, "readacross.asked_again",
             needs_reason=True),
    ),
)  # fmt: skip
