"""The words for what happens to a case."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe
from bihuan.core.notify.kinds import describe as describe_mails

describe(
    {
        "case.registered": _("registered the case"),
        "case.acknowledged": _("acknowledged the case"),
        "case.triaged": _("triaged the case"),
        "case.assigned": _("assigned a handler"),
        "case.danger_suspected": _("found words that may mean danger to persons"),
        "case.edited": _("corrected the facts"),
        "case.contacted": _("contacted the customer"),
        "case.answered": _("answered the customer"),
        "case.progress_told": _("told the customer the progress"),
        "case.appointed": _("agreed a time with the customer"),
        "case.delay_told": _("announced a delay"),
        "case.customer_wrote": _("wrote to us"),
        "case.noted": _("wrote a note"),
        "case.evidence_added": _("added files"),
        "case.waiting": _("waits for the customer"),
        "case.resumed": _("went on with the case"),
        "case.suggestion_accepted": _("took over a suggestion"),
        "case.suggestion_refused": _("refused a suggestion"),
        "case.diagnosis_started": _("started the diagnosis"),
        "case.helped_remotely": _("gave remote support"),
        "case.consultation_convened": _("convened a consultation"),
        "case.opinion_given": _("gave an opinion"),
        "case.consultation_concluded": _("concluded the consultation"),
        "case.diagnosed": _("concluded the diagnosis"),
        "case.settled": _("settled the case by answer"),
        "case.charge_decided": _("decided who bears the cost"),
        "case.solution_drafted": _("drafted a solution"),
        "case.solution_proposed": _("proposed the solution to the customer"),
        "case.solution_objected": _("objected to the solution"),
        "case.consented": _("agreed to the solution"),
        "case.worked": _("worked on the case"),
        "case.work_done": _("finished the work"),
        "case.sent_back": _("sent the case back to diagnosis"),
        "case.customer_accepted": _("accepted the result"),
        "case.customer_refused": _("did not accept the result"),
        "case.internally_accepted": _("passed the internal acceptance"),
        "case.internally_refused": _("refused the internal acceptance"),
        "case.internal_acceptance_skipped": _("went on without internal acceptance"),
        "case.service_ended": _("ended the service"),
        "case.closed": _("closed the case"),
        "case.care_carried_out": _("closed the case: the care was carried out and signed"),
        "case.archived": _("archived the case"),
        "case.reopened": _("reopened the case"),
        "case.cancelled": _("cancelled the case"),
        "case.duplicate_found": _("found a duplicate of this case"),
        "case.coded": _("coded the fault"),
        "case.follow_up_tried": _("tried to reach the customer"),
        "case.followed_up": _("recorded the follow-up"),
        "case.review_opened": _("opened a review of the unsatisfied service"),
        "case.review_done": _("finished the review"),
    }
)

describe_mails(
    {
        "acknowledgement": _("Acknowledgement to the customer"),
        "appointment": _("Appointment with the customer"),
        "case": _("Letter to the customer"),
        "consent": _("Request for consent"),
        "delay": _("Announcement of a delay"),
    }
)
