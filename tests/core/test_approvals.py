"""Approvals: one, all, joint signature; deputies; recusal; return with a reason; filing afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.core.activity.models import Activity
from bihuan.core.approvals.delegating import delegate, end_delegation
from bihuan.core.approvals.models import Approval, Delegation, Vote
from bihuan.core.approvals.queries import open_for, visible
from bihuan.core.approvals.seats import may_vote
from bihuan.core.approvals.services import open_approval, vote
from bihuan.core.notify.models import Notification
from bihuan.core.permissions.services import Refused
from bihuan.core.policy.services import read_file, save_version
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.models import User
from bihuan.registry.people.services import create_user
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db
ROLES = ("quality_engineer", "finance", "general_manager")
TODAY = timedelta(0)


def person(name: str, *roles: str) -> User:
    return create_user(username=name, name=name, password=PASSWORD, roles=list(roles))


def in_force(*steps: tuple[str, tuple[str, ...]], file_with: tuple[str, ...] = ()) -> None:
    """Put a chain for tests in force."""
    chain = {
        "subject": "test", "file_with": list(file_with),
        "steps": [{"name": f"步骤{i}", "mode": mode, "roles": list(roles)} for i, (mode, roles) in enumerate(steps)],
    }  # fmt: skip
    save_version(data={**read_file("general"), "approvals": [chain]}, by=None)


def asked(cast: Cast, by: Any) -> Approval:
    return open_approval(subject=cast.customer, chain_subject="test", title="申请", by=by)


def hand_over(giver: User, deputy: User, first: timedelta = TODAY, last: timedelta = TODAY) -> Delegation:
    today = timezone.localdate()
    return delegate(giver=giver, deputy=deputy, starts_on=today + first, ends_on=today + last, reason="出差")


def notices(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("title", flat=True))


def verbs(cast: Cast) -> list[str]:
    rows = Activity.objects.filter(subject_type="customers.customer", subject_id=cast.customer.pk)
    return [verb for verb in rows.order_by("seq").values_list("verb", flat=True) if verb.startswith("approval.")]


def test_one_yes_is_enough_and_the_chain_goes_step_by_step(cast: Cast) -> None:
    """D10: the first step is asked, then the second; the drafter is told how it ended."""
    quinn, fay = person("quinn", "quality_engineer"), person("fay", "finance")
    person("quentin", "quality_engineer")
    in_force(("one", ("quality_engineer",)), ("one", ("finance",)))
    row = asked(cast, cast.erik)
    assert (notices(quinn), notices(fay)) == (["步骤0：申请"], [])
    vote(approval=row, by=quinn, approved=True)
    assert (row.current, row.state, notices(fay)) == (1, "open", ["步骤1：申请"])
    with pytest.raises(Refused):
        vote(approval=row, by=quinn, approved=True)
    vote(approval=row, by=fay, approved=True)
    row.refresh_from_db()
    assert (row.state, notices(cast.erik)) == ("approved", ["申请: 通过"])
    assert verbs(cast) == ["approval.opened", "approval.voted", "approval.voted", "approval.approved"]


def test_a_return_needs_a_reason_and_ends_the_chain(cast: Cast) -> None:
    """D10: without a reason nothing is changed; with one it stands in the journal and in the vote."""
    fay = person("fay", "finance")
    in_force(("all", ("finance",)), ("one", ("general_manager",)))
    row = asked(cast, cast.erik)
    for words in ("", "  \n "):
        with pytest.raises(MoveRefused) as refused:
            vote(approval=row, by=fay, approved=False, comment=words)
        assert refused.value.code == "comment"
    assert (Vote.objects.count(), Approval.objects.get().version) == (0, 0)
    vote(approval=row, by=fay, approved=False, comment="价格过高")
    row.refresh_from_db()
    assert (row.state, Vote.objects.get().comment) == ("returned", "价格过高")
    assert Activity.objects.get(verb="approval.refused").data["comment"] == "价格过高"
    for late in (fay, cast.grace):
        with pytest.raises(MoveRefused) as refused:
            vote(approval=row, by=late, approved=True)
        assert refused.value.code == "state"


def test_filing_tells_after_the_approval_and_never_before_or_after_a_return(cast: Cast) -> None:
    """D10, CAP-18: 备案 tells the roles when it is done; a chain of filing alone is approved at once."""
    fay = person("fay", "finance")
    in_force(("one", ("general_manager",)), file_with=("finance",))
    first = asked(cast, cast.erik)
    assert notices(fay) == []
    vote(approval=first, by=cast.grace, approved=False, comment="不同意")
    assert notices(fay) == []
    vote(approval=asked(cast, cast.erik), by=cast.grace, approved=True)
    assert notices(fay) == ["备案：申请"]
    in_force(file_with=("finance",))
    assert (asked(cast, cast.erik).state, notices(fay)) == ("approved", ["备案：申请"] * 2)


def test_a_joint_signature_takes_one_of_each_role(cast: Cast) -> None:
    """D10: 会签; who holds two of the roles signs once for each of them."""
    fay, both = person("fay", "finance"), person("both", "finance", "quality_engineer")
    in_force(("countersign", ("finance", "quality_engineer")))
    row = asked(cast, cast.erik)
    vote(approval=row, by=fay, approved=True)
    with pytest.raises(MoveRefused) as refused:
        vote(approval=row, by=fay, approved=True)
    assert (refused.value.code, row.state) == ("conflict", "open")
    vote(approval=row, by=both, approved=True)
    again = asked(cast, cast.erik)
    for _role in range(2):
        vote(approval=again, by=both, approved=True)
    assert (row.state, again.state) == ("approved", "approved")
    assert sorted(again.votes.values_list("user__name", "role")) == [("both", "finance"), ("both", "quality_engineer")]


def test_a_step_that_only_the_drafter_could_take_is_refused_before_anything_is_written(cast: Cast) -> None:
    """D10: recusal; of a joint signature every role needs somebody else."""
    fay = person("fay", "finance")
    person("quinn", "quality_engineer")
    in_force(("countersign", ("finance", "quality_engineer")))
    with pytest.raises(MoveRefused) as refused:
        asked(cast, fay)
    assert (refused.value.code, Approval.objects.count(), verbs(cast)) == ("approvers", 0, [])


def test_a_deputy_decides_and_the_vote_names_both(cast: Cast) -> None:
    """D10: the vote is the giver's, given by the deputy; journal, page and list say so."""
    fay, dan = person("fay", "finance"), person("dan")
    in_force(("all", ("finance",)))
    row = asked(cast, cast.erik)
    assert (open_for(dan), visible(dan, row.pk)) == ([], None)
    given = hand_over(fay, dan)
    assert notices(dan)[0].startswith("您将代fay审批")
    assert ([found.pk for found in open_for(dan)], may_vote(row, dan).holder) == ([row.pk], fay)  # type: ignore[union-attr]
    client = Client()
    client.force_login(dan)
    assert "您正代fay审批。" in client.get(f"/approvals/{row.pk}/").content.decode()
    answer = client.post(f"/approvals/{row.pk}/", {"decision": "yes", "version": row.version})
    assert answer.status_code == 302
    made = Vote.objects.get()
    assert (made.user, made.deputy, made.role, Approval.objects.get().state) == (fay, dan, "finance", "approved")
    entry = Activity.objects.get(verb="approval.voted")
    assert (entry.actor, entry.data["for"]) == (dan, "fay")
    assert "dan（代fay）" in client.get(f"/approvals/{row.pk}/").content.decode()
    assert Activity.objects.get(verb="delegation.given").data["reason"] == "出差"
    assert given.phase == "now"


def test_a_deputy_who_has_a_vote_himself_gives_both_and_the_giver_keeps_his(cast: Cast) -> None:
    """D10: in a step of all each person has one vote, whoever gives it."""
    fay, flo = person("fay", "finance"), person("flo", "finance")
    in_force(("all", ("finance",)))
    hand_over(fay, flo)
    row, other = asked(cast, cast.erik), asked(cast, cast.erik)
    vote(approval=row, by=flo, approved=True)
    assert row.state == "open"
    vote(approval=row, by=flo, approved=True)
    assert (row.state, list(row.votes.values_list("user__name", "deputy__name"))) == (
        "approved", [("flo", None), ("fay", "flo")])  # fmt: skip
    vote(approval=other, by=fay, approved=True)
    vote(approval=other, by=flo, approved=True)
    with pytest.raises(MoveRefused):
        vote(approval=other, by=flo, approved=True)
    assert list(other.votes.values_list("user__name", "deputy__name")) == [("fay", None), ("flo", None)]


def test_a_deputy_is_asked_together_with_the_holder(cast: Cast) -> None:
    fay, dan = person("fay", "finance"), person("dan")
    in_force(("one", ("finance",)))
    hand_over(fay, dan)
    asked(cast, cast.erik)
    asked(cast, dan)
    assert (notices(fay), notices(dan)[1:]) == (["步骤0：申请"] * 2, ["步骤0：申请"])


def test_the_drafter_decides_neither_as_deputy_nor_through_his_deputy(cast: Cast) -> None:
    """D10: recusal holds through a delegation in both directions."""
    fay, dan = person("fay", "finance"), person("dan")
    person("flo", "finance")
    in_force(("one", ("finance",)))
    hand_over(fay, dan)
    for drafter, voters in ((dan, [dan]), (fay, [fay, dan])):
        row = asked(cast, drafter)
        for voter in voters:
            assert may_vote(row, voter) is None
            with pytest.raises(Refused):
                vote(approval=row, by=voter, approved=True)
    assert Vote.objects.count() == 0


def test_a_delegation_holds_from_its_first_day_to_its_last_until_it_is_ended(cast: Cast) -> None:
    fay, dan = person("fay", "finance"), person("dan")
    in_force(("one", ("finance",)))
    row = asked(cast, cast.erik)
    given = hand_over(fay, dan, timedelta(days=1), timedelta(days=3))
    seen = {}
    for offset in (-1, 0, 1, 2, 3, 4):
        shift = timezone.localdate() - timedelta(days=offset)
        Delegation.objects.filter(pk=given.pk).update(
            starts_on=shift + timedelta(days=1), ends_on=shift + timedelta(days=3)
        )
        seen[offset] = (may_vote(row, dan) is not None, Delegation.objects.get().phase)
    assert seen == {
        -1: (False, "later"), 0: (False, "later"), 1: (True, "now"), 2: (True, "now"), 3: (True, "now"),
        4: (False, "ended"),
    }  # fmt: skip
    Delegation.objects.filter(pk=given.pk).update(starts_on=timezone.localdate(), ends_on=timezone.localdate())
    User.objects.filter(pk=fay.pk).update(is_active=False)
    assert may_vote(row, dan) is None
    User.objects.filter(pk=fay.pk).update(is_active=True)
    with pytest.raises(MoveRefused):
        end_delegation(delegation=given, by=cast.bob)
    end_delegation(delegation=given, by=dan)
    with pytest.raises(MoveRefused):
        end_delegation(delegation=given, by=fay)
    assert (may_vote(row, dan), notices(fay)[-1]) == (None, "dan结束了审批委托。")


def test_what_may_not_be_delegated_says_why_and_writes_nothing(cast: Cast) -> None:
    """D10: no chains, not to oneself, not backwards, not without a reason."""
    ann, ben, cid = person("ann"), person("ben"), person("cid")
    today, day = timezone.localdate(), timedelta(days=1)
    gone = person("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    hand_over(ann, ben, day, 3 * day)
    cases: list[tuple[User, User, date, date, str, str]] = [
        (ann, cid, today + 3 * day, today + 9 * day, "x", "starts_on"),
        (ben, cid, today, today + day, "x", "starts_on"),
        (cid, ann, today + 2 * day, today + 2 * day, "x", "deputy"),
        (cid, cid, today, today, "x", "deputy"),
        (cid, User.objects.get(pk=gone.pk), today, today, "x", "deputy"),
        (cid, ben, today, today - day, "x", "ends_on"),
        (cid, ben, today - day, today, "x", "starts_on"),
        (cid, ben, today, today, " ", "reason"),
    ]
    for giver, deputy, first, last, reason, code in cases:
        with pytest.raises(MoveRefused) as refused:
            delegate(giver=giver, deputy=deputy, starts_on=first, ends_on=last, reason=reason)
        assert refused.value.code == code, (giver, deputy)
    assert Delegation.objects.count() == 1
    hand_over(ann, cid, 4 * day, 5 * day)
    hand_over(cid, ben, day, 3 * day)
    assert Delegation.objects.count() == 3


def test_the_page_of_my_deputy_gives_shows_and_ends(cast: Cast) -> None:
    """D10: what was typed stays when it is refused; an outsider's delegation does not exist for others."""
    fay, dan = person("fay", "finance"), person("dan")
    client, today = Client(), timezone.localdate().isoformat()
    client.force_login(fay)
    answer = client.post(
        "/approvals/delegation/", {"deputy": dan.pk, "starts_on": today, "ends_on": "2020-01-01", "reason": "休假"}
    )
    assert (answer.status_code, Delegation.objects.count()) == (409, 0)
    assert "结束日期早于开始日期。" in answer.content.decode()
    assert 'value="休假"' in answer.content.decode()
    answer = client.post(
        "/approvals/delegation/", {"deputy": fay.pk, "starts_on": today, "ends_on": today, "reason": "x"}
    )
    assert (answer.status_code, Delegation.objects.count()) == (422, 0)
    good = {"deputy": dan.pk, "starts_on": today, "ends_on": today, "reason": "休假"}
    assert client.post("/approvals/delegation/", good).status_code == 302
    row = Delegation.objects.get()
    for viewer, sees in ((fay, True), (dan, True), (cast.charlie, False)):
        other = Client()
        other.force_login(viewer)
        assert ("fay → dan" in other.get("/approvals/delegation/").content.decode()) is sees
    outsider = Client()
    outsider.force_login(cast.charlie)
    assert outsider.post(f"/approvals/delegation/{row.pk}/end/").status_code == 404
    assert Delegation.objects.get().ended_at is None
    assert client.post(f"/approvals/delegation/{row.pk}/end/").status_code == 302
    assert Delegation.objects.get().ended_at is not None


@contextmanager
def undone() -> Iterator[None]:
    """What an example writes is taken back after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("mode", "roles"), [("one", ROLES[:2]), ("all", ROLES[:2]), ("countersign", ROLES[:2])])
def test_whoever_votes_in_whatever_order_the_step_ends_when_its_rule_is_met(
    cast: Cast, mode: str, roles: tuple[str, ...]
) -> None:
    """D10: every order of votes, deputies and returns against the rule of the step, written down a second time."""
    people = [person(f"p{number}", *roles) for number, roles in enumerate(
        [ROLES[:1], ROLES[:1], ROLES[1:2], ROLES[:2], ()])]  # fmt: skip
    pairs = st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] != pair[1])
    acts = st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.sampled_from(["", "理由"])), max_size=14)

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(drafter=st.integers(0, 4), gifts=st.lists(pairs, max_size=3),
           acts=acts)  # fmt: skip
    def run(drafter: int, gifts: list[tuple[int, int]], acts: list[Any]) -> None:
        with undone():
            play(cast, mode, people, roles, drafter, gifts, acts)

    in_force((mode, roles))
    run()


def play(
    cast: Cast,
    mode: str,
    people: list[User],
    roles: tuple[str, ...],
    drafter: int,
    gifts: list[tuple[int, int]],
    acts: Any,
) -> None:
    deputy_of: dict[int, int] = {}
    for giver, deputy in gifts:
        chained = giver in deputy_of or giver in deputy_of.values() or deputy in deputy_of
        try:
            hand_over(people[giver], people[deputy])
        except MoveRefused:
            assert chained
        else:
            assert not chained
            deputy_of[giver] = deputy
    row = asked(cast, people[drafter])
    given: dict[tuple[int, str], int] = {}
    ended = ""
    for who, approved, reason in acts:
        wanted = expected_seat(mode, people, roles, drafter, deputy_of, given, who)
        try:
            vote(approval=row, by=people[who], approved=approved, comment=reason)
        except (Refused, MoveRefused):
            assert ended or wanted is None or not (approved or reason)
            continue
        assert wanted is not None
        assert not ended
        assert approved or reason
        if approved:
            given[wanted] = who
        ended = rule(mode, people, roles, drafter, given) if approved else "returned"
        assert row.state == (ended or "open")
    names = {f"p{number}": number for number in range(5)}
    kept = {
        (names[item.user.name], item.role): names[(item.deputy or item.user).name]
        for item in row.votes.filter(approved=True).select_related("user", "deputy")
    }
    assert kept == given
    assert drafter not in {whose for whose, _role in given} | set(given.values())


def held(people: list[User], number: int, roles: tuple[str, ...]) -> list[str]:
    return [role for role in roles if role in people[number].role_codes]


def expected_seat(
    mode: str, people: list[User], roles: tuple[str, ...], drafter: int, deputy_of: dict[int, int],
    given: dict[tuple[int, str], int], who: int,
) -> tuple[int, str] | None:  # fmt: skip
    """Whose vote ``who`` gives now, and for which role."""
    if who == drafter:
        return None
    for whose in [who, *(giver for giver, deputy in deputy_of.items() if deputy == who)]:
        for role in held(people, whose, roles) if whose != drafter else []:
            taken = {r for _n, r in given} if mode == "countersign" else {role for n, _r in given if n == whose}
            if role not in taken and (mode == "countersign" or not any(n == whose for n, _r in given)):
                return whose, role
    return None


def rule(mode: str, people: list[User], roles: tuple[str, ...], drafter: int, given: dict[tuple[int, str], int]) -> str:
    """When the step is done."""
    voters, signed = {whose for whose, _role in given}, {role for _whose, role in given}
    everybody = {number for number in range(5) if held(people, number, roles) and number != drafter}
    done = {"one": bool(given), "all": voters >= everybody, "countersign": signed >= set(roles)}[mode]
    return "approved" if done else ""


def test_who_sends_no_decision_is_asked_for_one_and_keeps_his_words(cast: Cast) -> None:
    """Neither answer stands ready: nobody approves, or returns, by pressing the button alone."""
    in_force(("one", ("general_manager",)))
    row = asked(cast, cast.bob)
    client = Client()
    client.force_login(cast.grace)
    page = client.get(f"/approvals/{row.pk}/").content.decode()
    assert ("checked" in page, 'name="decision"' in page) == (False, True)
    answer = client.post(f"/approvals/{row.pk}/", {"comment": "金额偏高", "version": row.version})
    row.refresh_from_db()
    assert (answer.status_code, row.state, row.votes.count()) == (422, "open", 0)
    assert "请选择同意或退回" in answer.content.decode()
    assert "金额偏高</textarea>" in answer.content.decode()
