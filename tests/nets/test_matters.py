"""Whoever decides reads what he decides on: every kind of approval has its facts."""

import pytest
from django.test import Client

from bihuan.core.approvals.matter import facts_of
from bihuan.core.approvals.models import Approval
from tests.cast import Cast
from tests.nets.world import build_world


@pytest.mark.once
@pytest.mark.django_db
def test_every_approval_says_what_it_is_about(cast: Cast) -> None:
    world = build_world(cast)
    client = Client()
    client.force_login(world.users["admin"])
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
    for row in {row.subject_type: row for row in Approval.objects.all()}.values():
        page = client.get(f"/approvals/{row.pk}/")
        assert (page.status_code, client.get(page.context["go"], follow=True).status_code) == (200, 200), row
