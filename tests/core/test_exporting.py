"""Exports: the whole result by a job, for its owner alone, without what he may not read and without formulas."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from bihuan.core.activity.models import Activity
from bihuan.core.exporting import services
from bihuan.core.exporting.models import Export
from bihuan.core.exporting.tables import is_formula
from bihuan.core.files.models import StoredFile
from bihuan.core.files.services import read
from bihuan.core.jobs.models import Job
from bihuan.core.jobs.relay import run_due
from bihuan.core.jobs.services import LeaseLost
from bihuan.core.notify.models import Notification
from bihuan.registry.customers.models import Customer
from bihuan.registry.products.models import Unit
from bihuan.service.desk.models import Case
from tests.cast import Cast
from tests.service.story import triaged


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def content(export: Export) -> bytes:
    export.refresh_from_db()
    assert (export.state, export.problem) == ("done", "")
    assert export.file is not None
    return read(export.file)


def csv_rows(export: Export) -> list[list[str]]:
    data = content(export)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def xlsx_rows(export: Export) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content(export)))
    return [tuple(cell.value for cell in row) for row in book.worksheets[0].iter_rows()]


def order(client: Client, address: str, **data: Any) -> Export:
    """Order an export and let the worker make it."""
    answer = client.post(address, data)
    assert answer.status_code == 302
    export = Export.objects.latest("pk")
    assert answer["Location"] == f"/exports/{export.pk}/"
    run_due()
    return export


@pytest.mark.django_db
def test_the_whole_result_comes_out_in_the_order_of_the_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "CHUNK", 10)
    Unit.objects.bulk_create(
        Unit(
            serial=f"S{number:03d}", model=cast.model, public_token=f"t{number}",
            installed_on=date(2026, 1, number % 5 + 1) if number % 3 else None,
        )
        for number in range(64)
    )  # fmt: skip
    client = signed_in(cast.bob)
    client.post("/lists/units/columns/", {"columns": ["serial", "installed"]})
    rows = csv_rows(order(client, "/exports/new/units/?sort=-installed&words=S", format="csv"))
    units = list(Unit.objects.filter(serial__startswith="S"))
    dated = sorted((u for u in units if u.installed_on), key=lambda u: (u.installed_on, u.pk), reverse=True)
    dateless = sorted((u for u in units if not u.installed_on), key=lambda u: u.pk, reverse=True)
    wanted = [[u.serial, f"{u.installed_on:%Y-%m-%d}" if u.installed_on else ""] for u in [*dated, *dateless]]
    assert rows == [["序列号", "安装日期"], *wanted]
    job = Job.objects.get(kind="exporting.write")
    assert (job.progress, job.total, job.state) == (65, 65, "done")


@pytest.mark.django_db
def test_a_workbook_holds_days_times_and_numbers_as_such(cast: Cast) -> None:
    Unit.objects.update(installed_on=date(2026, 3, 4), order_no="007")
    client = signed_in(cast.bob)
    client.post("/lists/units/columns/", {"columns": ["serial", "installed", "order"]})
    rows = xlsx_rows(order(client, "/exports/new/units/", format="xlsx"))
    assert rows[0] == ("序列号", "安装日期", "订单号")
    assert (rows[1][0], rows[1][1].date(), rows[1][2]) == (cast.unit.serial, date(2026, 3, 4), "007")


@pytest.mark.django_db
def test_telephones_are_masked_for_who_may_not_see_them_whole(cast: Cast) -> None:
    Customer.objects.update(phone="13800001234")
    cast.case()
    for user, wanted in ((cast.alice, "13800001234"), (cast.erik, "138****1234")):
        client = signed_in(user)
        client.post("/lists/customers/columns/", {"columns": ["phone"]})
        assert csv_rows(order(client, "/exports/new/customers/", format="csv"))[1:] == [[wanted]]
        client.post("/lists/cases/columns/", {"columns": ["phone"]})
        assert csv_rows(order(client, "/exports/new/cases/", format="csv"))[1:] == [[wanted]]
        assert xlsx_rows(order(client, "/exports/new/cases/", format="xlsx"))[1:] == [(wanted,)]


@pytest.mark.django_db
def test_what_looks_like_a_formula_is_only_a_text(cast: Cast) -> None:
    names = ["=1+1", "+86 1", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "普通", "a=b"]
    Customer.objects.all()
    for number, name in enumerate(names):
        Customer.objects.create(code=f"K{number}", name=name)
    client = signed_in(cast.alice)
    client.post("/lists/customers/columns/", {"columns": ["name"]})
    rows = csv_rows(order(client, "/exports/new/customers/?sort=code&words=K", format="csv"))
    found = {row[0] for row in rows[1:]}
    assert {f"'{name}" for name in names[:8]} | set(names[8:]) <= found
    book = openpyxl.load_workbook(io.BytesIO(content(order(client, "/exports/new/customers/", format="xlsx"))))
    cells = {cell.value: cell for (cell,) in book.worksheets[0].iter_rows(min_row=2)}
    assert (cells["=1+1"].data_type, cells["=1+1"].quotePrefix) == ("s", True)
    assert (cells["普通"].data_type, bool(cells["普通"].quotePrefix)) == ("s", False)
    assert [is_formula(name) for name in names] == [True] * 8 + [False] * 2


@pytest.mark.django_db
def test_only_the_owner_sees_an_export_and_takes_its_file(cast: Cast) -> None:
    cast.case()
    export = order(signed_in(cast.bob), "/exports/new/cases/", format="csv")
    export.refresh_from_db()
    assert export.file is not None
    address = f"/files/{export.file_id}/{export.file.name}"
    bob, alice = signed_in(cast.bob), signed_in(cast.alice)
    taken = bob.get(address)
    assert (taken.status_code, taken["Content-Disposition"].startswith("attachment")) == (200, True)
    assert b"".join(taken.streaming_content) == content(export)
    assert (alice.get(address).status_code, alice.get(f"/exports/{export.pk}/").status_code) == (404, 404)
    assert alice.get("/exports/").context["page"].rows == []
    cast.bob.grants.all().delete()
    assert signed_in(cast.bob).get(address).status_code == 404


@pytest.mark.django_db
def test_an_export_is_in_the_journal_and_in_the_inbox(cast: Cast) -> None:
    triaged(cast, cast.case())
    client = signed_in(cast.bob)
    export = order(client, "/exports/new/cases/?state=triaged&priority=1", format="csv")
    rows = list(Activity.objects.filter(subject_type="exporting.export", subject_id=export.pk).order_by("seq"))
    assert [(row.verb, row.actor) for row in rows] == [("export.ordered", cast.bob), ("export.made", None)]
    assert rows[0].data["query"] == {"state": "triaged", "priority": "1"}
    assert (rows[0].data["list"], rows[0].data["format"], rows[0].data["chosen"]) == ("cases", "csv", None)
    assert (rows[1].data["rows"], rows[1].data["sha256"]) == (1, StoredFile.objects.latest("pk").sha256)
    notice = Notification.objects.get(user=cast.bob, verb="export.made")
    assert notice.title == "导出已就绪：服务工单，共 1 行"
    assert client.get(f"/notices/{notice.pk}/")["Location"] == f"/exports/{export.pk}/"


@pytest.mark.django_db
def test_the_chosen_rows_alone_come_out_and_only_those_that_he_sees(cast: Cast) -> None:
    first, second = cast.case(), cast.case()
    cast.case()
    client = signed_in(cast.bob)
    client.post("/lists/cases/columns/", {"columns": ["number"]})
    ids = [str(first.pk), str(second.pk), "999999"]
    rows = csv_rows(order(client, "/exports/new/cases/?sort=-priority", format="csv", chosen="1", ids=ids))
    assert rows == [["工单编号"], [second.number], [first.number]]
    answer = client.post("/exports/new/cases/", {"chosen": "1"}, follow=True)
    assert "请先选择记录" in answer.content.decode()
    assert Export.objects.count() == 1


@pytest.mark.django_db
def test_who_may_not_see_the_list_orders_nothing(cast: Cast) -> None:
    client = signed_in(cast.charlie)
    assert client.post("/exports/new/cases/", {"format": "csv"}).status_code == 403
    assert client.post("/exports/new/nothing/", {"format": "csv"}).status_code == 404
    bob = signed_in(cast.bob)
    assert bob.post("/exports/new/cases/", {"format": "exe"}).status_code == 302
    assert bob.post(f"/exports/new/cases/?words={'长' * 200}", {"format": "csv"}).status_code == 302
    assert (Export.objects.count(), Job.objects.filter(kind="exporting.write").count()) == (0, 0)


@pytest.mark.django_db
def test_a_right_that_is_lost_before_the_job_runs_counts(cast: Cast) -> None:
    cast.case()
    signed_in(cast.bob).post("/exports/new/cases/", {"format": "csv"})
    cast.bob.grants.all().delete()
    run_due()
    export = Export.objects.get()
    assert (export.state, export.problem, export.file) == ("failed", "您没有权限执行此操作。", None)
    assert Notification.objects.get(user=cast.bob).title == "导出失败：服务工单"


@pytest.mark.django_db
def test_a_worker_that_dies_halfway_is_followed_by_one_that_begins_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CHUNK", 2)
    for _number in range(5):
        cast.case()
    signed_in(cast.bob).post("/exports/new/cases/", {"format": "csv"})
    export = Export.objects.select_related("by").get()

    def dies(done: int, total: int) -> None:
        if done == 4:
            raise LeaseLost("gone")

    with pytest.raises(LeaseLost):
        services.make(export=export, report=dies)
    export.refresh_from_db()
    assert (export.state, export.file) == ("waiting", None)
    run_due()
    assert len(csv_rows(export)) == 6
    services.make(export=export, report=lambda done, total: None)
    assert Activity.objects.filter(subject_type="exporting.export", verb="export.made").count() == 1
    assert Notification.objects.filter(user=cast.bob, verb="export.made").count() == 1


@pytest.mark.django_db
def test_a_saved_view_is_exported_as_it_is_shown(cast: Cast) -> None:
    triaged(cast, cast.case())
    cast.case()
    client = signed_in(cast.bob)
    client.post("/lists/cases/columns/", {"columns": ["number", "state"]})
    view = client.post("/lists/cases/views/?state=new", {"name": "新"})["Location"]
    client.post("/lists/cases/columns/", {"reset": "1"})
    rows = csv_rows(order(client, f"/exports/new/cases/{view.removeprefix('/cases/')}", format="csv"))
    assert rows == [["工单编号", "状态"], [Case.objects.get(state="new").number, "待分诊"]]


def test_old_files_are_thrown_away_and_the_journal_stays(cast: Cast, settings: Any) -> None:
    """What was taken out does not lie about for ever; young exports and shared contents stay."""
    client = signed_in(cast.bob)
    old = order(client, "/exports/new/customers/", format="csv")
    young = order(client, "/exports/new/customers/", format="csv")
    old.refresh_from_db()
    young.refresh_from_db()
    assert old.file is not None
    assert young.file is not None
    path, file = old.file.path, old.file_id
    Export.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=settings.EXPORT_DAYS + 1))
    assert services.expire() == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, old.file, young.state) == ("expired", None, "done")
    assert not StoredFile.objects.filter(pk=file).exists()
    assert default_storage.exists(path) == StoredFile.objects.filter(path=path).exists()
    assert read(young.file)
    assert "export.expired" in Activity.objects.filter(subject_id=old.pk).values_list("verb", flat=True)
    assert "已过期" in client.get(f"/exports/{old.pk}/").content.decode()
    assert services.expire() == 0


def test_the_last_owner_takes_the_content_along(
    cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Nothing of a thrown away export stays on the disk."""
    export = order(signed_in(cast.bob), "/exports/new/customers/", format="csv")
    export.refresh_from_db()
    assert export.file is not None
    path = export.file.path
    settings.EXPORT_DAYS = -1
    with django_capture_on_commit_callbacks(execute=True):
        services.expire()
    assert not default_storage.exists(path)
