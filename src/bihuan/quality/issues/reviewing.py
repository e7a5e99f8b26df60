"""The table of internal audits and management reviews: planned, held, planned again, and told when due (CAP-22)."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.services import record
from bihuan.core.calendar.arithmetic import add_months
from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress
from bihuan.core.masterdata.registry import Table, register
from bihuan.core.notify.models import Level
from bihuan.core.notify.services import tell
from bihuan.core.policy import queries as policy
from bihuan.quality.issues import permissions as perm
from bihuan.quality.issues.models import SystemReview
from bihuan.ui.inputs import DayInput

DAY = 86_400
AHEAD = timedelta(days=14)


class SystemReviewForm(forms.ModelForm):  # type: ignore[type-arg]
    """Plan an audit or a review, or write down what it found."""

    wide_fields: ClassVar[tuple[str, ...]] = ("scope", "result")

    class Meta:
        model = SystemReview
        fields = ("kind", "scope", "leader", "planned_on", "held_on", "result")
        widgets: ClassVar[dict[str, Any]] = {"planned_on": DayInput(), "held_on": DayInput()}

    def clean(self) -> dict[str, Any]:
        """What was held lies behind us and has a result."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        held = data.get("held_on")
        if held and held > timezone.localdate():
            self.add_error("held_on", _("This day has not come yet."))
        if held and not data.get("result"):
            self.add_error("result", _("This field is required."))
        if data.get("result") and not held and "held_on" not in self.errors:
            self.add_error("held_on", _("This field is required."))
        return data


def plan_next(review: SystemReview) -> None:
    """Plan the next of the kind once one was held, as often as the company's rules say."""
    months = policy.default().issues.review_months.get(review.kind, 0)
    if not review.held_on or not months or SystemReview.objects.filter(follows=review).exists():
        return
    following = SystemReview.objects.create(
        kind=review.kind, scope=review.scope, leader=review.leader, follows=review,
        planned_on=add_months(review.held_on, months),
    )  # fmt: skip
    record(subject=following, verb="system_review.created", by=None, data={"name": str(following)})


def tell_due(today: date | None = None) -> int:
    """Tell the leader of each review once two weeks before its day and once when the day has gone by; how many wait."""
    today = today or timezone.localdate()
    waiting = SystemReview.objects.filter(held_on__isnull=True, planned_on__lte=today + AHEAD)
    rows = list(waiting.select_related("leader"))
    for row in rows:
        is_late = row.planned_on < today
        words = {"kind": row.get_kind_display(), "scope": row.scope, "day": f"{row.planned_on:%Y-%m-%d}"}
        soon = now_in_words("%(kind)s on %(day)s: %(scope)s")
        over = now_in_words("%(kind)s was planned for %(day)s: %(scope)s")
        tell(
            users=[row.leader], title=(over if is_late else soon) % words,
            level=Level.WARN if is_late else Level.INFO,
            thread_key=f"system_review:{row.pk}:{row.planned_on}{':late' if is_late else ''}",
        )  # fmt: skip
    return len(rows)


@job("issues.reviews_due", label=_("Tell which audits and reviews are due"), every_seconds=DAY)
def reviews_due(payload: dict[str, Any], progress: Progress) -> int:
    """The daily look at what is planned."""
    return tell_due()


register(
    Table(
        "system-reviews", _("Internal audits and management reviews"), "system_review", SystemReviewForm,
        ((_("kind"), lambda row: row.get_kind_display()), (_("scope"), lambda row: row.scope),
         (_("leader"), lambda row: row.leader), (_("planned on"), lambda row: row.planned_on),
         (_("actually held on"), lambda row: row.held_on)),
        perm.ISSUE_VIEW, perm.ISSUE_MANAGE, _("Quality management"),
        _("Planned again as often as the rules say; what they find is reported as a quality issue."),
        search=("scope",), related=("leader",), after=plan_next,
    ),
    created=_("planned the audit or review"), changed=_("changed the audit or review"),
)  # fmt: skip
