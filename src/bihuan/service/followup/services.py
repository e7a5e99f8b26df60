"""Planning follow-ups, calling, recording answers, reviewing bad scores (SUR-01, 07, 14, 15)."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.activity.services import record
from bihuan.core.permissions.services import require
from bihuan.core.policy.schema.service import ChannelKind, CloseCondition, FollowUpPlan
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.desk.models import Case, CaseState
from bihuan.service.desk.services.closing import close_case, reopen_case
from bihuan.service.desk.services.talk import mail_customer
from bihuan.service.desk.texts import customer_text
from bihuan.service.followup import permissions as perm
from bihuan.service.followup.models import CallAttempt, FollowUp, FollowUpState, ReviewState, ReviewTask

MAX_ATTEMPTS = 5
AGAIN = timedelta(hours=4)
SCORES = range(1, 6)


class Outcome(StrEnum):
    """What became of one call (SUR-11)."""

    NO_ANSWER = "no_answer"
    NOT_CONVENIENT = "not_convenient"
    REFUSED = "refused"


@transaction.atomic
def plan_follow_ups(*, case: Case, anchor: str, at: datetime) -> list[FollowUp]:
    """Plan the follow-ups of a case cycle from the moment that the service ended (SUR-01, D01).

    A plan is written once per cycle: the same event again plans nothing twice.
    """
    rows = []
    for plan in case.policy.follow_ups:
        if plan.anchor != anchor:
            continue
        row, created = FollowUp.objects.get_or_create(
            case=case, cycle=case.cycle, plan=plan.code, defaults=_planned(plan, at)
        )
        if created:
            rows.append(row)
            _invite(case, row)
    return rows


def _planned(plan: FollowUpPlan, at: datetime) -> dict[str, Any]:
    due = at + timedelta(hours=plan.offset_hours)
    lead = min(timedelta(hours=24), timedelta(hours=plan.offset_hours) / 2)
    return {
        "questionnaire": plan.questionnaire,
        "channel": plan.channel,
        "call_at": due - lead,
        "due_at": due,
        "public_token": secrets.token_urlsafe(18),
    }


def _invite(case: Case, row: FollowUp) -> None:
    """A plan by mail sends the questionnaire; a plan by telephone stands on the call list."""
    if row.channel == ChannelKind.EMAIL and case.contact_email:
        text = customer_text(case, "survey_request", link=f"/s/{row.public_token}/")
        mail_customer(case, subject=text.subject, text=text.body, kind="survey", dedupe_key=f"survey:{row.pk}")


@transaction.atomic
def record_attempt(
    *,
    follow_up: FollowUp,
    by: AbstractBaseUser,
    outcome: Outcome,
    call_again_at: datetime | None = None,
    remark: str = "",
) -> CallAttempt:
    """Note a call without answers: nobody there, not convenient (a new time is agreed), or no wish to talk (SUR-11)."""
    require(by, perm.FOLLOW_UP_CALL, follow_up.case)
    if call_again_at is not None and call_again_at <= timezone.now():
        raise MoveRefused(_("The next call must lie ahead."), code="call_again_at")
    if outcome == Outcome.NOT_CONVENIENT and call_again_at is None:
        raise MoveRefused(_("Agree on a time for the next call."), code="call_again_at")
    again = call_again_at or timezone.now() + AGAIN
    state = FollowUpState.DUE
    if outcome == Outcome.REFUSED or follow_up.attempts + 1 >= MAX_ATTEMPTS:
        state = FollowUpState.UNREACHED
    _move(follow_up, state=state, call_at=again, attempts=F("attempts") + 1)
    attempt = CallAttempt.objects.create(
        follow_up=follow_up, by_id=by.pk, outcome=outcome, remark=remark[:200], call_again_at=again
    )
    data = {"outcome": outcome.value, "plan": follow_up.plan}
    record(subject=follow_up.case, verb="case.follow_up_tried", by=by, data=data)
    if state == FollowUpState.UNREACHED:
        _close_if_waiting(follow_up, by, why="unreached")
    return attempt


def _move(follow_up: FollowUp, **fields: Any) -> None:
    """Change a follow-up that is still open; of two callers one wins."""
    rows = FollowUp.objects.filter(pk=follow_up.pk, state=FollowUpState.DUE, version=follow_up.version)
    if not rows.update(version=F("version") + 1, **fields):
        raise MoveRefused(_("Somebody else has just recorded this follow-up."), code="conflict")
    follow_up.refresh_from_db()


@transaction.atomic
def complete(
    *,
    follow_up: FollowUp,
    scores: Mapping[str, int],
    solved: bool,
    opinion: str = "",
    by: AbstractBaseUser | None = None,
) -> FollowUp:
    """Record the answers; a bad score opens a review, an unsolved problem opens the case again (SUR-15, ACC-12).

    ``by`` None is the customer himself through his link.
    """
    case = follow_up.case
    if by is not None:
        require(by, perm.FOLLOW_UP_CALL, case)
    sheet = case.policy.questionnaire(follow_up.questionnaire)
    wanted = {item.code for item in sheet.dimensions} if sheet else set()
    if set(scores) != wanted or any(score not in SCORES for score in scores.values()):
        raise MoveRefused(_("Give every question a score from 1 to 5."), code="scores")
    _move(
        follow_up, state=FollowUpState.DONE, scores=dict(scores), solved=solved, opinion=opinion,
        done_at=timezone.now(), agent_id=by.pk if by else None, attempts=F("attempts") + 1,
    )  # fmt: skip
    data = {"plan": follow_up.plan, "scores": dict(scores), "solved": solved, "opinion": opinion[:200]}
    name = "" if by else case.contact_name
    record(subject=case, verb="case.followed_up", by=by, data=data, actor_name=name)
    if sheet and min(scores.values()) <= sheet.bad_score:
        _open_review(follow_up)
    if not solved:
        _reopen(case)
    else:
        _close_if_waiting(follow_up, by, why="follow_up")
    return follow_up


def _open_review(follow_up: FollowUp) -> ReviewTask:
    review, _created = ReviewTask.objects.get_or_create(follow_up=follow_up)
    record(subject=follow_up.case, verb="case.review_opened", by=None, data={"review": review.pk})
    return review


def _reopen(case: Case) -> None:
    case.refresh_from_db()
    if case.state in {CaseState.FOLLOW_UP, CaseState.CLOSED, CaseState.ARCHIVED}:
        reopen_case(case=case, by=None, reason=_("The customer says that the problem is not solved."))


def _close_if_waiting(follow_up: FollowUp, by: AbstractBaseUser | None, *, why: str) -> None:
    """Close a case that waited for this follow-up (D31)."""
    case = follow_up.case
    case.refresh_from_db()
    waits = case.policy.procedure.close_when == CloseCondition.FOLLOW_UP and case.state == CaseState.FOLLOW_UP
    if waits and follow_up.cycle == case.cycle:
        close_case(case=case, why=why, by=by)


@transaction.atomic
def finish_review(
    *,
    review: ReviewTask,
    by: AbstractBaseUser,
    cause: str,
    improvement: str,
    expected_version: int | None = None,
) -> ReviewTask:
    """End a review with its cause and its improvement; both are wanted (SUR-15)."""
    case = review.follow_up.case
    require(by, perm.REVIEW, case)
    if not cause.strip() or not improvement.strip():
        raise MoveRefused(_("Write the cause and the improvement."), code="cause")
    seen = review.version if expected_version is None else expected_version
    rows = ReviewTask.objects.filter(pk=review.pk, state=ReviewState.OPEN, version=seen)
    changed = rows.update(
        state=ReviewState.DONE, cause=cause, improvement=improvement, owner_id=by.pk, done_at=timezone.now(),
        version=F("version") + 1,
    )  # fmt: skip
    if not changed:
        raise MoveRefused(_("This review is already done."), code="conflict")
    review.refresh_from_db()
    record(subject=case, verb="case.review_done", by=by, data={"improvement": improvement[:200]})
    return review


@transaction.atomic
def cancel_open(*, case: Case, cycle: int) -> int:
    """A case that was opened again needs no follow-up of the cycle before."""
    rows = FollowUp.objects.filter(case=case, cycle=cycle, state=FollowUpState.DUE)
    return rows.update(state=FollowUpState.CANCELLED, version=F("version") + 1)
