"""Every state by every move: legal, or refused with nothing changed."""

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.core.activity.models import Activity
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.services import apply
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.actions import ACTS
from bihuan.service.desk.models import Case, CaseState
from bihuan.service.desk.workflow import WORKFLOW
from tests.cast import Cast


def snapshot(case: Case) -> tuple[object, ...]:
    row = Case.objects.filter(pk=case.pk).values_list("state", "version", "cycle", "owner", "priority").get()
    return (*row, Activity.objects.filter(subject_type="desk.case", subject_id=case.pk).count())


@pytest.mark.django_db
def test_a_move_from_a_state_that_it_does_not_leave_changes_nothing(cast: Cast) -> None:
    """SLA-12: every node has its rule; a state changes by a move of the table and by nothing else."""
    case = cast.case()
    for state in CaseState:
        Case.objects.filter(pk=case.pk).update(state=state)
        case.refresh_from_db()
        before = snapshot(case)
        for move in WORKFLOW.moves:
            if state in move.sources:
                continue
            with pytest.raises(MoveRefused) as refused:
                apply(case, move, by=None, data={"reason": "x"})
            assert refused.value.code == "state"
            assert snapshot(case) == before


@pytest.mark.django_db
def test_a_person_without_the_right_changes_nothing_by_any_move(cast: Cast) -> None:
    case = cast.case()
    for move in WORKFLOW.moves:
        Case.objects.filter(pk=case.pk).update(state=sorted(move.sources)[0])
        case.refresh_from_db()
        before = snapshot(case)
        with pytest.raises(Refused):
            apply(case, move, by=cast.charlie, data={"reason": "x"})
        assert snapshot(case) == before


@pytest.mark.django_db
def test_two_people_at_once_one_wins_and_the_other_is_told_who_and_what(cast: Cast) -> None:
    case = cast.case()
    first, second = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    values = {"owner": cast.erik}
    apply(first, WORKFLOW["assign"], by=cast.bob, fields=values)
    before = snapshot(case)
    with pytest.raises(MoveRefused) as refused:
        apply(second, WORKFLOW["assign"], by=cast.bob, fields={"owner": cast.bob})
    assert refused.value.code == "conflict"
    assert "周经理" in str(refused.value.reason)
    assert snapshot(case) == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_outsider_and_a_wrong_role_change_nothing_by_any_button(cast: Cast, name: str) -> None:
    case = cast.case()
    before = snapshot(case)
    address = reverse("desk:act", args=[case.number, name])
    outsider, seller = Client(), Client()
    outsider.force_login(cast.charlie)
    assert outsider.post(address, {"version": case.version}).status_code == 404
    assert snapshot(case) == before
    from bihuan.registry.people.services import create_user
    from tests.cast import PASSWORD

    clerk = create_user(username="clerk", name="财务", password=PASSWORD, roles=["finance"])
    seller.force_login(clerk)
    expected = {403} if ACTS[name].permission != "desk.view" else {422}
    assert seller.post(address, {"version": case.version}).status_code in expected
    assert snapshot(case) == before


@pytest.mark.django_db
def test_what_was_typed_stays_when_it_is_refused(cast: Cast) -> None:
    case = cast.case()
    client = Client()
    client.force_login(cast.bob)
    answer = client.post(
        reverse("desk:act", args=[case.number, "cancel"]),
        {"version": case.version, "reason": "客户撤回", "duplicate_of": "SV0"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "客户撤回" in text
    assert "没有这个编号的其他工单" in text
    case.refresh_from_db()
    assert case.state == "new"
