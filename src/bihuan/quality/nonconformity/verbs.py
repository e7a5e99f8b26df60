"""The words for what happens to a sheet."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "nonconformity.reported": _("reported the nonconformity"),
        "nonconformity.superior_heard": _("gave the opinion of the superior"),
        "nonconformity.taken": _("took over the sheet"),
        "nonconformity.assigned": _("assigned a handler"),
        "nonconformity.isolated": _("isolated and labelled the goods"),
        "nonconformity.reviewed": _("recorded the review"),
        "nonconformity.disposed": _("proposed a disposition"),
        "nonconformity.disposition_dropped": _("took a disposition back"),
        "nonconformity.disposition_done": _("carried out a disposition"),
        "nonconformity.disposition_verified": _("verified the goods again"),
        "nonconformity.submitted": _("submitted the sheet"),
        "nonconformity.returned": _("gave the sheet back"),
        "nonconformity.approved": _("approved the sheet"),
        "nonconformity.published": _("published the result"),
        "nonconformity.notice_read": _("read the notice"),
        "nonconformity.measures_done": _("reported the measures as done"),
        "nonconformity.issue_opened": _("opened a quality issue"),
        "nonconformity.recurred": _("saw the same part found again"),
        "nonconformity.objected": _("objected"),
        "nonconformity.objected_again": _("objected a second time"),
        "nonconformity.objection_upheld": _("upheld the objection"),
        "nonconformity.objection_dismissed": _("dismissed the objection"),
        "nonconformity.closed": _("closed the sheet"),
        "nonconformity.cancelled": _("found that the goods conform"),
    }
)
