"""Similar problems: the same mechanism, batch, supplier, product, symptom, and the words (CAP-12, CAP-19)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.models import Issue, IssueCase
from bihuan.quality.issues.queries import visible_to
from bihuan.stats.errors import NoAnswer
from bihuan.stats.text import SimilarTexts

NEWEST = 1500
NEAR = 60
COMPLAINTS, MOST_COMPLAINTS = 3, 5000
LEAST = 0.12
WORDS_WEIGHT = 6.0


@dataclass(frozen=True)
class Trait:
    """Something that two problems may share, and how much that says."""

    name: str
    label: str | Promise
    weight: float


TRAITS = (
    Trait("mechanism_id", _("same mechanism"), 5.0), Trait("batch_id", _("same batch"), 3.0),
    Trait("supplier_name", _("same supplier"), 2.0), Trait("model_id", _("same product"), 2.0),
    Trait("symptom_id", _("same symptom"), 1.0), Trait("cause_category_id", _("same kind of cause"), 0.5),
)  # fmt: skip


@dataclass
class Asked:
    """What is looked for: the traits of a case, of an issue, or only words."""

    text: str
    traits: dict[str, Any] = field(default_factory=dict)
    leave_out: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Match:
    """A similar problem with its reasons, the strongest first."""

    issue: Issue
    score: float
    reasons: list[str]
    words: int


def of_issue(issue: Issue) -> Asked:
    """Look for problems like an issue."""
    traits = {trait.name: getattr(issue, trait.name) for trait in TRAITS}
    return Asked(f"{issue.title}\n{issue.description}", traits, frozenset({issue.pk}))


def of_case(case: Any) -> Asked:
    """Look for problems like the one of a case; those to which it belongs are known."""
    known = frozenset(IssueCase.objects.filter(case=case.pk).values_list("issue_id", flat=True))
    traits = {
        "mechanism_id": case.mechanism_id, "model_id": case.model_id, "symptom_id": case.symptom_id,
        "batch_id": case.unit.batch_id if case.unit else None, "cause_category_id": case.cause_category_id,
    }  # fmt: skip
    return Asked(f"{case.summary}\n{case.description}", traits, known)


def find(asked: Asked, user: Any, *, most: int = 20, by_words: bool = True) -> list[Match]:
    """The most similar problems that the user may see; without ``by_words`` only those that share a trait."""
    shared = Q(pk__in=[])
    for trait in TRAITS:
        if asked.traits.get(trait.name):
            shared |= Q(**{trait.name: asked.traits[trait.name]})
    rows = visible_to(user).exclude(pk__in=asked.leave_out).select_related("model", "mechanism", "owner")
    near = list(rows.filter(shared).order_by("-id")[:NEAR])
    if by_words:
        seen = {row.pk for row in near}
        near += [row for row in rows.order_by("-id")[:NEWEST] if row.pk not in seen]
    likeness = _likeness(asked.text, near, _complaints(near) if by_words else {})
    found = [_match(asked, row, likeness.get(row.pk, 0.0)) for row in near]
    return sorted((row for row in found if row.score), key=lambda row: (-row.score, -row.issue.pk))[:most]


def _complaints(rows: Sequence[Issue]) -> dict[int, list[str]]:
    """How customers said it: the newest summaries of each problem's cases."""
    links = IssueCase.objects.filter(issue__in=[row.pk for row in rows]).order_by("-pk")
    said: dict[int, list[str]] = defaultdict(list)
    for issue_id, summary in links.values_list("issue_id", "case__summary")[:MOST_COMPLAINTS]:
        if len(said[issue_id]) < COMPLAINTS and summary not in said[issue_id]:
            said[issue_id].append(summary)
    return said


def _likeness(text: str, rows: Sequence[Issue], said: Mapping[int, Sequence[str]]) -> dict[int, float]:
    """How alike the words are, from 0 to 1; what has no words is like nothing."""
    try:
        texts = ("\n".join((row.title, row.description, *said.get(row.pk, ()))) for row in rows)
        index = SimilarTexts.fit(list(texts))
        found = index.query(text, max(1, len(rows)), least=LEAST)
    except NoAnswer:
        return {}
    return {rows[place].pk: float(score) for place, score in zip(found.index.tolist(), found.score, strict=True)}


def _match(asked: Asked, row: Issue, likeness: float) -> Match:
    same = list(_shared(asked, row))
    words = round(likeness * 100)
    reasons = [str(trait.label) for trait in same]
    if words:
        reasons.append(str(_("words %(percent)s %% alike")) % {"percent": words})
    return Match(row, sum(trait.weight for trait in same) + WORDS_WEIGHT * likeness, reasons, words)


def _shared(asked: Asked, row: Issue) -> Iterable[Trait]:
    for trait in TRAITS:
        value = asked.traits.get(trait.name)
        if value and getattr(row, trait.name) == value:
            yield trait
