"""The edges of the rules of parts: the last piece, the same day, the second time."""

from datetime import date
from typing import Any

import pytest

from bihuan.service.parts.models import Count, CountLine, Move
from bihuan.service.parts.services import counting, discrepancies, keeping
from bihuan.service.parts.services.count_plan import due_counts
from bihuan.service.parts.services.discrepancies import Unissued, Work
from bihuan.service.parts.services.requisitions import Job
from tests.cast import Cast
from tests.service.stocking import decide, keeper, numbers, opened, part, place

pytestmark = pytest.mark.django_db


def found(count: Count, row: Any, counted: int, condition: str = "good") -> None:
    """Enter what was found."""
    counting.enter_part(count=count, by=keeper(), part=row, condition=condition, counted=counted)
    count.refresh_from_db()


def closed(count: Count) -> None:
    """Finish a count with one cause for all, and let the head agree."""
    causes = {line.pk: "漏登" for line in counting.differing(count)}
    counting.finish_count(count=count, by=keeper(), causes=causes)


def test_a_surplus_has_the_average_rounded_half_up_and_a_defective_one_has_no_value(cast: Cast) -> None:
    """PRT-03, PRT-04: three for ten yuan: two more are worth 6.67; a defective one that turns up adds nothing."""
    row = part()
    opened(row, 3, "10.00")
    count = counting.open_count(by=keeper(), kind="month", place=place())
    found(count, row, 5)
    found(count, row, 1, "defective")
    closed(count)
    decide(count, cast.bob)
    assert numbers(row) == (5, 5, 0, 1, 1667)


def test_the_sheet_names_what_lies_there_and_a_decision_is_taken_once(cast: Cast) -> None:
    """PRT-04: what is used up is not on the sheet; deciding again posts nothing more."""
    row, gone = part(), part("GONE")
    opened(row, 3, "3.00")
    opened(gone, 1, "1.00")
    keeping.transfer(part=gone, by=keeper(), source=place(), destination=place("two"), quantity=1)
    count = counting.open_count(by=keeper(), kind="month", place=place())
    assert [line.part.code for line in CountLine.objects.filter(count=count)] == ["7014C"]
    found(count, row, 2)
    closed(count)
    decide(count, cast.bob)
    moves = Move.objects.count()
    assert counting.count_decided(count=count, approved=True, by=cast.bob).state == "posted"
    assert counting.count_decided(count=count, approved=False, by=cast.bob).state == "posted"
    assert Move.objects.count() == moves


def test_a_count_that_was_called_off_is_due_again(cast: Cast) -> None:
    """PRT-04, D32: begun is not due; given up it is."""
    opened(part(), 1)
    day = date(2099, 12, 31)
    before = len(due_counts(day))
    count = counting.open_count(by=keeper(), kind="year", place=place())
    Count.objects.update(created_at="2099-12-30T09:00:00Z")
    count.refresh_from_db()
    assert (before, len(due_counts(day))) == (2, 0)
    counting.cancel_count(count=count, by=keeper(), reason="改期")
    assert len(due_counts(day)) == 2


def test_what_a_corrected_report_named_is_shown_no_more(cast: Cast) -> None:
    """PRT-18: withdrawn with the report that said it."""
    work = Work(Job("visits.visit", 4711, "FW4711"), (cast.erik,))
    discrepancies.note(work=work, by=cast.erik, found=[Unissued("轴承", "抢修")])
    discrepancies.note(work=work, by=cast.erik, found=[Unissued("轴承 2 套", "抢修")])
    assert [row.words for row in discrepancies.of_jobs("visits.visit", [4711])] == ["轴承 2 套"]
