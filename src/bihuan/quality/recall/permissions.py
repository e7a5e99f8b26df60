"""What may be done with recalls; which role may is policy (QIS-12)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

RECALL_VIEW: Final = "recall.view"
RECALL_JUDGE: Final = "recall.judge"
RECALL_MANAGE: Final = "recall.manage"
RECALL_RECORD: Final = "recall.record"

CATALOGUE = {
    RECALL_VIEW: _("See recalls"),
    RECALL_JUDGE: _("Judge whether a recall is needed"),
    RECALL_MANAGE: _("Carry out recalls and report them"),
    RECALL_RECORD: _("Record owners' answers and what was done to their units"),
}
