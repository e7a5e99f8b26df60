"""The warranty answer in sentences for people."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.registry.products.entitlement import Answer, Reason

REASONS: Final[dict[str, str | Promise]] = {
    "no_policy": gettext_lazy("No warranty policy applies to this product."),
    "no_date": gettext_lazy("No day is known from which the warranty could count."),
    "within": gettext_lazy("The day lies within the period, the last day being %(until)s."),
    "after": gettext_lazy("The period ended on %(until)s."),
    "over_meter": gettext_lazy("The meter stands at %(meter)s, past its limit of %(limit)s."),
    "meter_unknown": gettext_lazy("The meter was not read; its limit is %(limit)s."),
    "prolonged": gettext_lazy("Repair and waiting for parts prolong it by %(days)s days."),
    "from_replacement": gettext_lazy("It counts anew from the exchange on %(start)s."),
    "from_latest": gettext_lazy("It counts from delivery or installation on %(start)s, whichever was later."),
    "from_delivery": gettext_lazy("It counts from the delivery on %(start)s."),
    "from_installation": gettext_lazy("It counts from the installation on %(start)s."),
    "from_invoice": gettext_lazy("It counts from the invoice of %(start)s."),
    "from_production": gettext_lazy("No papers: it counts from %(start)s, worked out from the day of production."),
    "no_trouble": gettext_lazy("No trouble was found."),
    "user_caused": gettext_lazy("The user caused the damage: it is not covered."),
    "excluded": gettext_lazy("Excluded: %(name)s"),
}
REMEDIES: Final[dict[str, str | Promise]] = {
    "repair": gettext_lazy("Free repair"), "replace_part": gettext_lazy("Replacement of the main part"),
    "replace": gettext_lazy("Exchange"), "refund": gettext_lazy("Refund"), "loaner": gettext_lazy("Loaner unit"),
    "compensation": gettext_lazy("Compensation for the loss of use"),
    "depreciation_fee": gettext_lazy("Less the fee for its use"),
}  # fmt: skip


def sentence(reason: Reason) -> str:
    """One reason as a sentence."""
    return str(REASONS[reason.code]) % reason.values


def shown(answer: Answer) -> dict[str, Any]:
    """What the card of the warranty shows; plain values, so that a record can keep them."""
    found, rule = answer.warranty, answer.rule
    return {
        "state": found.state, "until": found.until.isoformat() if found.until else "",
        "reasons": [sentence(reason) for reason in answer.reasons],
        "entitlements": [str(text) for code, text in REMEDIES.items() if code in answer.entitlements],
        "rights": [
            {"name": right.name, "basis": right.basis, "remedies": [str(REMEDIES[item]) for item in right.remedies]}
            for right in answer.rights
        ],
        "rule": rule.name if rule else "", "basis": rule.basis if rule else "",
        "answer_days": rule.answer_working_days if rule else None,
        "finish_days": rule.finish_working_days if rule else None,
        "busy_days": [rule.busy_main_days, rule.busy_other_days] if rule and rule.busy_seasons else None,
        "parts_years": rule.parts_years if rule else None,
        "free": answer.is_free, "label": state_label(found.state),
    }  # fmt: skip


def state_label(state: str) -> str:
    """In, out, or not known."""
    return {"in": _("In warranty"), "out": _("Out of warranty")}.get(state, _("Warranty not known"))
