"""The words for what happens to costs and vouchers."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import describe

describe(
    {
        "cost.entered": _("entered a cost"),
        "cost.voided": _("voided a cost"),
        "cost.voucher_drafted": _("drafted a voucher"),
        "voucher.drafted": _("drafted the voucher"),
        "voucher.shared": _("set the shares"),
        "voucher.prepared": _("recorded visit and agreement"),
        "voucher.sent": _("sent it to those who bear it"),
        "voucher.accepted": _("accepted the share"),
        "voucher.objected": _("objected"),
        "voucher.agreed": _("saw it agreed by all"),
        "voucher.lapsed": _("found that nobody objected in time"),
        "voucher.decided": _("decided the objection"),
        "voucher.submitted": _("submitted it for approval"),
        "voucher.returned": _("gave it back"),
        "voucher.approved": _("approved it"),
        "voucher.posted": _("posted it to the ledger"),
        "voucher.cancelled": _("cancelled it"),
    }
)
