"""Internal audits and management reviews of the quality system."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from bihuan.core.masterdata.registry import get
from bihuan.core.notify.models import Notification
from bihuan.quality.issues.models import SystemReview
from bihuan.quality.issues.reviewing import SystemReviewForm, tell_due
from tests.cast import Cast
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db


def entry(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"kind": "audit", "scope": "注塑车间", "leader": cast.erik.pk, "planned_on": "2026-11-20", **more}


def test_what_was_held_is_past_and_has_a_result(cast: Cast) -> None:
    with time_machine.travel("2026-11-21 10:00+08:00", tick=False):
        assert set(SystemReviewForm(entry(cast, held_on="2026-11-22", result="无")).errors) == {"held_on"}
        assert set(SystemReviewForm(entry(cast, held_on="2026-11-21")).errors) == {"result"}
        assert set(SystemReviewForm(entry(cast, result="两项不符合")).errors) == {"held_on"}
        assert SystemReviewForm(entry(cast, held_on="2026-11-21", result="两项不符合")).is_valid()


def test_reviews_come_again_and_their_leader_is_told(q: Quality) -> None:
    """CAP-22: 内部审核、管理评审 planned through the page, told two weeks before and when late, planned again once held."""
    client, cast = Client(), q.cast
    client.force_login(q.quentin)
    with time_machine.travel("2026-11-21 10:00+08:00", tick=False):
        made = client.post("/tables/system-reviews/new/", entry(cast))
        assert made.status_code == 302, made.content.decode()
        row = SystemReview.objects.get()
        assert (tell_due(date(2026, 11, 5)), tell_due(date(2026, 11, 6)), tell_due(date(2026, 11, 20))) == (0, 1, 1)
        assert (tell_due(date(2026, 11, 21)), tell_due(date(2026, 11, 22))) == (1, 1)
        told = Notification.objects.filter(thread_key__startswith="system_review:")
        assert [note.user for note in told] == [cast.erik, cast.erik]
        seen = client.get(f"/tables/system-reviews/{row.pk}/").context["seen"]
        held = entry(cast, held_on="2026-11-21", result="两项不符合", version=seen)
        assert client.post(f"/tables/system-reviews/{row.pk}/", held).status_code == 302
        following = row.following
        assert (following.planned_on, following.leader, following.held_on) == (date(2027, 11, 21), cast.erik, None)
        table = get("system-reviews")
        assert table is not None
        assert table.after is not None
        table.after(SystemReview.objects.get(pk=row.pk))
        assert SystemReview.objects.count() == 2
        assert tell_due() == 0
