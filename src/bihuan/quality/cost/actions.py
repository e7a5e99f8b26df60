"""What a person can do on the page of a voucher."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.permissions.services import can
from bihuan.core.workflow.acting import Act, table
from bihuan.quality.cost import forms as f
from bihuan.quality.cost import permissions as perm
from bihuan.quality.cost.models import Answer, Kind, Share, Voucher, VoucherState
from bihuan.quality.cost.services import drafting, settling
from bihuan.quality.cost.workflow import ASKS, SENDS

S = VoucherState


def at(*values: str) -> frozenset[str]:
    """Some states."""
    return frozenset(values)


def shares_of(voucher: Voucher) -> list[Share]:
    """The shares, read once for a page."""
    kept = voucher.__dict__.get("_shares")
    if kept is None:
        kept = list(voucher.shares.select_related("department", "person", "answered_by"))
        for share in kept:
            share.voucher = voucher
        voucher.__dict__["_shares"] = kept
    return list(kept)


def mine(voucher: Voucher, user: Any) -> Share | None:
    """The share that this person may answer for now."""
    rows = [row for row in shares_of(voucher) if row.answer == Answer.OPEN and settling.may_answer(row, user)]
    return rows[0] if rows and voucher.kind != Kind.CLAIM else None


def may(voucher: Voucher, user: Any) -> bool:
    """Whether the person holds the right that the kind needs."""
    return can(user, settling.right_of(voucher), voucher)


def _own(voucher: Voucher, by: Any) -> Share:
    share = mine(voucher, by)
    if share is None:
        from bihuan.core.permissions.services import Refused

        raise Refused(perm.VIEW)
    return share


def is_over(voucher: Voucher, user: Any) -> bool:
    """Whether silence may be taken for consent."""
    until = voucher.objection_until
    return may(voucher, user) and until is not None and until <= timezone.now()


ACTS = table(
    Act("shares", _("Set the shares"), perm.TRANSFER, at(S.DRAFT),
        lambda r, by, d, v: drafting.set_shares(voucher=r, by=by, bearers=f.bearers_of(d), expected_version=v),
        f.SharesForm, ready=lambda r, user: r.kind == Kind.TRANSFER),
    Act("send", _("Send to those who bear it"), "", at(S.DRAFT),
        lambda r, by, d, v: settling.send_voucher(voucher=r, by=by, expected_version=v), None, "primary",
        ready=lambda r, user: r.kind in SENDS and may(r, user)),
    Act("prepare", _("Visit and agreement"), perm.COMPENSATE, at(S.DRAFT),
        lambda r, by, d, v: drafting.prepare_compensation(
            voucher=r, by=by, uploads=d.pop("uploads"), values=d, expected_version=v),
        f.PrepareForm, "normal", True, lambda r, user: r.kind == Kind.COMPENSATION),
    Act("submit", _("Submit for approval"), perm.COMPENSATE, at(S.DRAFT),
        lambda r, by, d, v: settling.submit_voucher(voucher=r, by=by, expected_version=v), None, "primary",
        ready=lambda r, user: r.kind in ASKS),
    Act("accept", _("Accept our share"), "", at(S.SENT),
        lambda r, by, d, v: settling.accept_share(share=_own(r, by), by=by), None, "primary",
        ready=lambda r, user: mine(r, user) is not None),
    Act("object", _("Object"), "", at(S.SENT),
        lambda r, by, d, v: settling.object_to_share(share=_own(r, by), by=by, **d), f.ObjectForm,
        ready=lambda r, user: mine(r, user) is not None),
    Act("settle", _("Record the supplier's answer"), perm.TRANSFER, at(S.SENT),
        lambda r, by, d, v: settling.settle_claim(voucher=r, by=by, **d), f.SettleForm, "primary",
        ready=lambda r, user: r.kind == Kind.CLAIM),
    Act("lapse", _("Nobody objected in time"), "", at(S.SENT),
        lambda r, by, d, v: settling.let_lapse(voucher=r, by=by, expected_version=v), None, "primary", ready=is_over),
    Act("decide", _("Decide the objection"), perm.DECIDE, at(S.OBJECTED),
        lambda r, by, d, v: settling.decide_objection(
            voucher=r, by=by, decision=d["decision"], bearers=f.bearers_of(d), expected_version=v),
        f.DecideForm, "primary"),
    Act("post", _("Post to the ledger"), perm.POST, at(S.AGREED),
        lambda r, by, d, v: settling.post_voucher(voucher=r, by=by, expected_version=v, **d), f.PostForm, "primary"),
    Act("cancel", _("Cancel"), "", at(S.DRAFT, S.SENT, S.OBJECTED, S.AGREED),
        lambda r, by, d, v: settling.cancel_voucher(voucher=r, by=by, expected_version=v, **d), f.ReasonForm, "danger",
        ready=may),
)  # fmt: skip
