"""Whoever decides reads what he decides on: every kind of approval has its facts."""

import pytest

from bihuan.core.approvals.matter import facts_of
from bihuan.core.approvals.models import Approval
from tests.cast import Cast
from tests.nets.world import build_world


@pytest.mark.once
@pytest.mark.django_db
def test_every_approval_says_what_it_is_about(cast: Cast) -> None:
    build_world(cast)
    told = {row.subject_type: facts_of(row) for row in Approval.objects.order_by("id")}
    assert {kind for kind, facts in told.items() if len(facts) < 2} == set()
    assert {
        "desk.case",
        "issues.issue",
        "nonconformity.nonconformity",
        "parts.plan",
        "parts.scrap",
        "recall.recall",
    } <= set(told)
