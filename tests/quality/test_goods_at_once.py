"""Two people at one sheet: who comes second has read it before the first one wrote, and nothing is lost or made twice."""

import pytest

from bihuan.core.activity.models import Activity
from bihuan.quality.issues.models import Issue
from bihuan.quality.nonconformity.models import Disposition, Nonconformity
from bihuan.quality.nonconformity.services import disposing, objecting, reviewing
from tests.quality import goods
from tests.quality.refusing import refused
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db


def as_read(sheet: Nonconformity) -> Nonconformity:
    """The sheet as somebody else has it before him."""
    return Nonconformity.objects.get(pk=sheet.pk)


def row_of(sheet: Nonconformity) -> Disposition:
    return Disposition.objects.select_related("sheet").get(sheet=sheet)


def verbs(sheet: Nonconformity, verb: str) -> int:
    return Activity.objects.filter(subject_id=sheet.pk, verb=f"nonconformity.{verb}").count()


def test_of_two_departments_that_object_at_once_one_is_heard(q: Quality) -> None:
    """NCR-06: the other one is told; his is not the second objection, nobody has reviewed again yet."""
    sheet = goods.ready(q)
    late = as_read(sheet)
    objecting.object_to_sheet(sheet=sheet, by=q.paul, reason="周转筐由物流配置")
    refused("time for objections is over", objecting.object_to_sheet, sheet=late, by=q.cast.erik, reason="图纸不清")
    assert list(sheet.objections.values_list("round", flat=True)) == [1]
    assert verbs(sheet, "objected_again") == 0


def test_each_round_reports_its_own_measures(q: Quality) -> None:
    """NCR-06, NCR-07: what was reported before the objection does not close the sheet of the second review."""
    sheet = goods.finished(q, goods.ready(q))
    disposing.report_measures(sheet=sheet, by=q.paul, result="已加隔板")
    objecting.object_to_sheet(sheet=sheet, by=q.cast.erik, reason="隔板材质不对")
    assert (sheet.measures_done_at, sheet.measures_result) == (None, "")
    goods.waited(goods.approved(q, sheet))
    refused("not reported as done", disposing.close_sheet, sheet=sheet, by=q.quentin, verification="好")
    disposing.report_measures(sheet=sheet, by=q.paul, result="已换软质隔板")
    assert disposing.close_sheet(sheet=sheet, by=q.quentin, verification="好").state == "closed"
    assert verbs(sheet, "measures_done") == 2


def test_goods_are_not_touched_while_an_objection_is_reviewed(q: Quality) -> None:
    """NCR-06, NCR-18: neither done nor verified nor measured by somebody who has not seen the objection yet."""
    sheet = goods.ready(q, ("rework", 6), ("repair", 6))
    done, open_one = sheet.dispositions.select_related("sheet")
    disposing.finish_disposition(disposition=done, by=q.paul, result="已返工")
    done.refresh_from_db()
    objecting.object_to_sheet(sheet=as_read(sheet), by=q.cast.erik, reason="图纸不清")
    refused("only after the approval", disposing.finish_disposition, disposition=open_one, by=q.paul, result="已修")
    refused("nothing to verify", disposing.verify_disposition, disposition=done, by=q.quentin, failed=0)
    refused("present state", disposing.report_measures, sheet=sheet, by=q.paul, result="已加")
    assert not Disposition.objects.filter(verified_at__isnull=False).exists()
    assert Disposition.objects.filter(done_at__isnull=True).count() == 1


def test_what_was_carried_out_meanwhile_is_not_taken_back(q: Quality) -> None:
    """NCR-18: neither the report of a disposition is lost nor one proposal taken back twice."""
    sheet = goods.finished(q, goods.ready(q, ("rework", 12)), failed=2)
    parent = row_of(sheet)
    for kind in ("scrap", "return"):
        disposing.dispose(sheet=sheet, by=q.quentin, kind=kind, quantity=1, owner=q.paul, after=parent)
    scrap, back = parent.following.select_related("sheet")
    stale = parent.following.select_related("sheet").get(kind="scrap")
    disposing.finish_disposition(disposition=scrap, by=q.paul, result="已报废")
    refused("Somebody else", disposing.drop_disposition, disposition=stale, by=q.quentin)
    again = parent.following.select_related("sheet").get(kind="return")
    disposing.drop_disposition(disposition=back, by=q.quentin)
    refused("Somebody else", disposing.drop_disposition, disposition=again, by=q.quentin)
    assert list(parent.following.values_list("kind", "result")) == [("scrap", "已报废")]
    assert verbs(sheet, "disposition_dropped") == 1


def test_one_sheet_opens_one_issue(q: Quality) -> None:
    """NCR-19: the second press of the button makes no second issue, also where nothing tells the two apart."""
    sheet = goods.ready(q)
    twin = as_read(sheet)
    issue = reviewing.open_issue(sheet=sheet, by=q.quentin)
    refused("belongs to an issue already", reviewing.open_issue, sheet=twin, by=q.quentin)
    assert (as_read(sheet).issue, list(Issue.objects.all())) == (issue, [issue])
