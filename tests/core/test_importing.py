"""Tables from outside: nothing is lost, nothing is half done, and twice is once."""

import csv
import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bihuan.config.cli import build_parser
from bihuan.config.importing import import_table
from bihuan.core.activity.models import Activity
from bihuan.core.activity.services import verify
from bihuan.core.files.services import read, store
from bihuan.core.importing import registry, values
from bihuan.core.importing.mapping import guess
from bihuan.core.importing.models import ImportRun, RunState
from bihuan.core.importing.reading import Unreadable
from bihuan.core.importing.services import NotPossible, begin, check, load, run_now
from bihuan.core.jobs.relay import run_due
from bihuan.core.jobs.services import claim
from bihuan.core.search.queries import find
from bihuan.registry.customers.models import Contact, Customer
from bihuan.registry.customers.services import create_customer
from bihuan.registry.products.models import Batch, Shipment, Unit
from tests.cast import PASSWORD, Cast

CUSTOMERS = [
    ["客户编号", "客户名称", "区域", "电话", "联系人", "联系人电话"],
    ["C-1", "苏州精密模具有限公司", "华北", "0512-6666 0001", "赵工", "13900000001"],
    ["C-2", "杭州门业集团", "", "0571-88880000", "", ""],
]


def xlsx(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return out.getvalue()


def as_csv(rows: list[list[Any]], charset: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(charset)


def take(kind: str, data: bytes, name: str = "table.xlsx", *, dry: bool = False, by: Any = None) -> ImportRun:
    target = registry.get(kind)
    assert target is not None
    run = begin(kind=target, file=store(data=data, name=name, by=by), by=by)
    return run_now(run=run, dry=dry, report=lambda done, total: None)


def figures(run: ImportRun) -> tuple[int, int, int, int]:
    return run.created, run.changed, run.same, run.refused


def test_new_customers_come_with_contact_region_search_and_journal(cast: Cast) -> None:
    run = take("customers", xlsx(CUSTOMERS), by=cast.bob)
    assert figures(run) == (2, 0, 0, 0)
    row = Customer.objects.get(code="C-1")
    assert (row.name, row.region, row.phone_key) == ("苏州精密模具有限公司", cast.north, "51266660001")
    assert Contact.objects.get(customer=row).phone_key == "13900000001"
    assert [hit.subject_id for hit in find("赵工", types=["customers.customer"])] == [row.pk]
    journal = Activity.objects.filter(subject_type="customers.customer", subject_id=row.pk).order_by("seq")
    assert [(item.verb, item.actor_name) for item in journal] == [
        ("customer.created", "周经理"), ("customer.contact_added", "周经理"),
    ]  # fmt: skip
    assert list(verify(journal.iterator())) == []


@pytest.mark.parametrize(
    "data", [xlsx(CUSTOMERS), as_csv(CUSTOMERS), as_csv(CUSTOMERS, "gb18030"), as_csv(CUSTOMERS, "utf-8-sig")]
)
def test_the_same_file_a_second_time_changes_nothing(cast: Cast, data: bytes) -> None:
    assert figures(take("customers", data)) == (2, 0, 0, 0)
    before = Activity.objects.count()
    assert figures(take("customers", data)) == (0, 0, 2, 0)
    assert Activity.objects.count() == before
    assert Customer.objects.filter(code__startswith="C-").count() == 2


def test_a_dry_run_tells_what_would_be_and_changes_nothing(cast: Cast) -> None:
    take("customers", xlsx(CUSTOMERS[:2]))
    changed = [CUSTOMERS[0], [*CUSTOMERS[1][:3], "0512-1", *CUSTOMERS[1][4:]], CUSTOMERS[2]]
    before = Activity.objects.count(), Customer.objects.count()
    dry = take("customers", xlsx(changed), dry=True)
    assert (dry.state, figures(dry)) == (RunState.CHECKED, (1, 1, 0, 0))
    assert (Activity.objects.count(), Customer.objects.count()) == before
    assert figures(take("customers", xlsx(changed))) == figures(dry)
    assert Customer.objects.get(code="C-1").phone == "0512-1"


def test_an_empty_cell_leaves_what_is_known(cast: Cast) -> None:
    take("customers", xlsx(CUSTOMERS))
    run = take("customers", xlsx([CUSTOMERS[0], ["C-1", "苏州精密模具有限公司", "", "", "", ""]]))
    assert figures(run) == (0, 0, 1, 0)
    assert Customer.objects.get(code="C-1").phone == "0512-6666 0001"


def test_refused_rows_come_back_with_their_reason_and_pass_when_mended(cast: Cast) -> None:
    bad = [CUSTOMERS[0], ["C-9", "", "", "", "", ""], ["C-8", "甲", "火星", "", "", ""], ["C-7", "乙", "", "", "", ""],
           ["C-7", "丙", "", "", "", ""]]  # fmt: skip
    run = take("customers", xlsx(bad))
    assert figures(run) == (1, 0, 0, 3)
    assert [item["row"] for item in run.problems] == [2, 3, 5]
    assert run.errors is not None
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(read(run.errors))).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[1:]] == ["C-9", "C-8", "C-7"]
    assert all(row[-1] for row in sheet[1:])
    mended = [sheet[0], ["C-9", "丁", "", "", "", "", ""]]
    assert figures(take("customers", xlsx(mended))) == (1, 0, 0, 0)


def test_a_name_that_several_customers_have_needs_the_number(cast: Cast) -> None:
    for _turn in range(2):
        create_customer(name="同名公司", by=None)
    run = take("customers", xlsx([["客户名称", "电话"], ["同名公司", "0571-1"]]))
    assert figures(run) == (0, 0, 0, 1)


def test_imported_numbers_of_our_own_pattern_are_not_given_again(cast: Cast) -> None:
    taken = [f"KH{number:06d}" for number in range(1, 6)]
    have = set(Customer.objects.values_list("code", flat=True))
    rows = [["客户编号", "客户名称"], *([code, f"客户{code}"] for code in taken if code not in have)]
    take("customers", xlsx(rows))
    fresh = create_customer(name="新客户", by=None)
    assert fresh.code not in taken
    run = take("customers", xlsx([["客户名称"], ["没有编号"]]))
    assert figures(run) == (1, 0, 0, 0)
    assert Customer.objects.get(name="没有编号").code not in {fresh.code, *taken}


def test_units_and_shipments_find_model_customer_and_batch(cast: Cast) -> None:
    """QIS-02 shipments are the denominator: units and shipments come in by serial and by line of the note."""
    take("customers", xlsx(CUSTOMERS))
    units = [["序列号", "型号", "客户", "批号", "发货日期", "安装日期"],
             ["sn-1", "SC-7", "C-1", "B1", date(2026, 3, 1), "2026年3月9日"],
             ["SN 2", "SC-7", "杭州门业集团", "B1", "2026/3/1", 46090],
             ["SN-3", "没有", "", "", "", ""]]  # fmt: skip
    run = take("units", xlsx(units))
    assert figures(run) == (2, 0, 0, 1)
    unit = Unit.objects.get(serial="SN-1")
    assert (unit.customer and unit.customer.code, unit.shipped_on, unit.installed_on) == (
        "C-1",
        date(2026, 3, 1),
        date(2026, 3, 9),
    )
    assert Unit.objects.get(serial="SN2").installed_on == date(2026, 3, 9)
    assert Batch.objects.get(number="B1").units.count() == 2
    assert figures(take("units", xlsx(units[:3]))) == (0, 0, 2, 0)
    notes = [["发货单号", "行号", "型号", "批号", "客户", "发货日期", "数量"],
             ["F1", 1, "SC-7", "B1", "C-1", "20260301", 24], ["F1", 2, "SC-7", "B2", "C-1", "20260301", "1,200"],
             ["F2", "", "SC-7", "", "", "20260301", 0]]  # fmt: skip
    run = take("shipments", xlsx(notes))
    assert figures(run) == (2, 0, 0, 1)
    assert sorted(Shipment.objects.values_list("quantity", flat=True)) == [24, 1200]
    assert Shipment.objects.filter(region=cast.north).count() == 2
    assert figures(take("shipments", xlsx(notes))) == (0, 0, 2, 1)


def test_a_worker_that_dies_within_a_file_is_followed_by_one_that_makes_nothing_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = registry.get("customers")
    assert kind is not None
    monkeypatch.setattr("bihuan.core.importing.services.CHUNK", 10)
    rows = [["客户编号", "客户名称"], *([f"D-{number}", f"客户 {number}"] for number in range(35))]
    run = begin(kind=kind, file=store(data=xlsx(rows), name="a.xlsx", by=cast.bob), by=cast.bob)
    check(run=run, mapping=run.mapping, by=cast.bob)
    run_due()
    run.refresh_from_db()
    load(run=run, by=cast.bob)
    run.refresh_from_db()
    claim(run.job_id or 0)
    died = []

    def die(done: int, total: int) -> None:
        died.append(done)
        if done == 20:
            raise KeyboardInterrupt

    from bihuan.core.importing.services import work

    with pytest.raises(KeyboardInterrupt):
        work(run, die)
    assert Customer.objects.filter(code__startswith="D-").count() == 20
    work(run, lambda done, total: None)
    run.refresh_from_db()
    assert (run.state, figures(run)) == (RunState.DONE, (15, 0, 20, 0))
    assert Customer.objects.filter(code__startswith="D-").count() == 35


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02\x03", b"<html><script>x</script></html>", b"MZ\x90\x00", b"PK\x03\x04 broken", b""]
)
def test_what_is_no_table_is_refused_with_words_and_nothing_is_kept(cast: Cast, data: bytes) -> None:
    client = Client()
    client.login(username="bob", password=PASSWORD)
    upload = io.BytesIO(data)
    upload.name = "table.xlsx"
    answer = client.post("/imports/new/customers/", {"file": upload})
    assert answer.status_code == 422
    assert "error" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_table_without_rows_or_without_needed_columns_is_refused(cast: Cast) -> None:
    with pytest.raises(Unreadable):
        take("customers", xlsx([]))
    with pytest.raises(NotPossible):
        take("customers", xlsx([["颜色"], ["红"]]))


def test_by_hand_from_the_file_to_the_customers(cast: Cast) -> None:
    client = Client()
    client.login(username="bob", password=PASSWORD)
    upload = io.BytesIO(xlsx([["号", "客户名称"], ["C-1", "苏州精密模具有限公司"]]))
    upload.name = "客户.xlsx"
    answer = client.post("/imports/new/customers/", {"file": upload})
    page = answer["Location"]
    run = ImportRun.objects.get()
    assert run.mapping == {"name": 1}
    refused = client.post(f"{page}check/", {"name": "1", "code": "1"})
    assert refused.status_code == 422
    assert client.post(f"{page}check/", {"name": "1", "code": "0"}).status_code == 302
    assert client.get(page).content.decode().count('hx-trigger="every 1s"') == 1
    run_due()
    assert not Customer.objects.filter(code="C-1").exists()
    assert "hx-trigger" not in client.get(page).content.decode()
    assert client.post(f"{page}load/").status_code == 302
    assert client.post(f"{page}load/", follow=True).status_code == 200
    run_due()
    run.refresh_from_db()
    assert (run.state, run.created) == (RunState.DONE, 1)
    assert Customer.objects.filter(code="C-1").count() == 1
    other = Client()
    other.login(username="alice", password=PASSWORD)
    assert other.get(page).status_code in {403, 404}


def test_the_command_writes_the_refused_rows_beside_the_file(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "客户.csv"
    path.write_bytes(as_csv([*CUSTOMERS, ["C-3", "", "", "", "", ""]], "gb18030"))
    args = build_parser().parse_args(["import", "customers", str(path), "--dry-run", "--user", "bob"])
    assert import_table(args) == 1
    assert not Customer.objects.filter(code="C-1").exists()
    args = build_parser().parse_args(["import", "customers", str(path)])
    assert import_table(args) == 1
    assert "3 rows: 2 new, 0 changed, 0 unchanged, 1 refused" in capsys.readouterr().out
    assert (tmp_path / "客户.errors.xlsx").exists()
    assert import_table(build_parser().parse_args(["import", "planets", str(path)])) == 2
    assert import_table(build_parser().parse_args(["import", "customers", str(tmp_path / "none.csv")])) == 2


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_is_read_in_every_way_that_tables_write_it(value: date) -> None:
    number = (value - values.EXCEL_ZERO).days
    ways: list[Any] = [
        value, datetime.combine(value, time(13, 5)), f"{value:%Y-%m-%d}", f"{value:%Y/%m/%d}", f"{value:%Y%m%d}",
        f"{value.year}年{value.month}月{value.day}日", f"{value:%Y-%m-%d} 00:00:00", f" {value:%Y.%m.%d} ",
    ]  # fmt: skip
    if number >= 18264:
        ways += [number, float(number)]
    assert {values.day(way) for way in ways} == {value}


@pytest.mark.parametrize("cell", ["2026-02-30", "yesterday", "31.12.2026", "-5", "2026-13-01", 3.5])
def test_what_is_no_day_is_said_so(cell: Any) -> None:
    with pytest.raises(ValueError, match=r"date|日期"):
        values.day(cell)


def test_headings_are_recognised_by_their_words(cast: Cast) -> None:
    kind = registry.get("units")
    assert kind is not None
    assert guess(kind, ["产品型号", " 出厂编号 ", "客户名称", "?"]) == {"model": 0, "serial": 1, "customer": 2}
