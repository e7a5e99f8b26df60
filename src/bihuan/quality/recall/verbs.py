"""What the journal says of recalls, their units and reports."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.notify.kinds import describe as describe_mails

describe(
    {
        "issue.recall_asked": _("asked whether a recall is needed"),
        "issue.recall_decided": _("decided on the recall"),
        "issue.recall_declined": _("decided that no recall is needed"),
        "issue.recall_closed": _("closed the recall"),
        "recall.opened": _("asked whether a recall is needed"),
        "recall.judged": _("wrote the technical analysis"),
        "recall.scope_named": _("named the affected products"),
        "recall.submitted": _("asked for the decision"),
        "recall.returned": _("gave the question back"),
        "recall.decided": _("decided on the recall"),
        "recall.declined": _("decided that no recall is needed"),
        "recall.frozen": _("froze the population"),
        "recall.assigned": _("named who is in charge"),
        "recall.authority_told": _("reported the danger to the authority"),
        "recall.sale_stopped": _("stopped production and sale"),
        "recall.plan_filed": _("filed the recall plan"),
        "recall.published": _("published the recall"),
        "recall.telling": _("began to tell the owners"),
        "recall.all_told": _("told every known owner"),
        "recall.added": _("added later units of the scope"),
        "recall.owner_registered": _("registered an owner"),
        "recall.owner_answered": _("received an owner's answer"),
        "recall.completed": _("completed the measures"),
        "recall.resumed": _("goes on because of later units"),
        "recall.final_reported": _("filed the final report"),
        "recall.closed": _("closed the recall"),
        "recall.withdrawn": _("withdrew the question"),
        "recallreport.asked": _("asked for the progress report"),
        "recallreport.filed": _("filed the progress report"),
        "recallreport.dropped": _("needs no progress report any more"),
        "affected.told": _("told the owner"),
        "affected.answered": _("received the owner's answer"),
        "affected.tried": _("tried to reach the owner"),
        "affected.done": _("did the measure"),
        "affected.unreachable": _("could not reach the owner"),
        "affected.refused": _("met an owner who refuses"),
        "affected.identified": _("learned the serial"),
    }
)

describe_mails({"recall": _("Recall notice to an owner")})
