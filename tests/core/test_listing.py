"""Lists: columns, views, orders and what is done with many rows, through their pages."""

import re
from typing import Any

import pytest
from django.test import Client

from bihuan.core.activity.models import Activity
from bihuan.core.listing import spec
from bihuan.core.listing.models import ColumnChoice, SavedView
from bihuan.core.notify.models import OutboundMail
from bihuan.core.policy.services import read_file, save_version
from bihuan.registry.customers.models import Customer
from bihuan.registry.people.services import create_user
from bihuan.registry.products.models import Unit
from bihuan.service.desk.models import Case
from tests.cast import PASSWORD, Cast
from tests.service.story import triaged

LIST = "/cases/"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def heads(client: Client, address: str) -> list[str]:
    """The headings of the table."""
    text = client.get(address).content.decode()
    cells = re.findall(r"<th[^>]*>(.*?)</th>", text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells][1:]


def numbers(client: Client, address: str) -> list[str]:
    """The cases of the table, from above."""
    text = client.get(address).content.decode()
    table = text[text.index("<tbody>") : text.index("</tbody>")] if "<tbody>" in text else ""
    return re.findall(r'<a href="/cases/([A-Z0-9-]+)/">', table)


DEFAULT = ["工单编号", "摘要", "客户", "优先级", "状态", "责任人", "下一时限", "投诉时间"]


@pytest.mark.django_db
def test_columns_are_chosen_by_each_person_for_each_list(cast: Cast) -> None:
    cast.case()
    alice, bob = signed_in(cast.alice), signed_in(cast.bob)
    assert heads(alice, LIST) == DEFAULT
    answer = alice.post("/lists/cases/columns/?priority=2", {"columns": ["phone", "number", "nonsense"]})
    assert (answer.status_code, answer["Location"]) == (302, "/cases/?priority=2")
    assert heads(alice, LIST) == ["工单编号", "电话"]
    assert heads(bob, LIST) == DEFAULT
    assert len(heads(alice, "/customers/")) == 6
    alice.post("/lists/cases/columns/", {"columns": ["phone"], "reset": "1"})
    assert heads(alice, LIST) == DEFAULT
    assert ColumnChoice.objects.count() == 0


@pytest.mark.django_db
def test_a_view_keeps_filters_tab_order_and_columns(cast: Cast) -> None:
    low, high = triaged(cast, cast.case()), triaged(cast, cast.case(), severity=3)
    cast.case()
    assert (low.priority, high.priority) == (1, 4)
    client = signed_in(cast.bob)
    client.post("/lists/cases/columns/", {"columns": ["number", "priority"]})
    answer = client.post("/lists/cases/views/?state=triaged&sort=-priority&words=&after=9", {"name": " 待诊断  的 "})
    view = SavedView.objects.get()
    assert answer["Location"] == f"/cases/?view={view.pk}"
    assert (view.name, view.query, view.columns) == (
        "待诊断 的", {"state": "triaged", "sort": "-priority"}, ["number", "priority"],
    )  # fmt: skip
    client.post("/lists/cases/columns/", {"reset": "1"})
    page = f"/cases/?view={view.pk}"
    assert numbers(client, page) == [high.number, low.number]
    assert heads(client, page) == ["工单编号", "优先级"]
    assert numbers(client, f"{page}&sort=priority&state=triaged") == [low.number, high.number]
    assert "保存更改" in client.get(f"{page}&sort=priority&state=triaged").content.decode()
    assert "保存更改" not in client.get(page).content.decode()
    client.post(f"/lists/views/{view.pk}/update/?view={view.pk}&sort=priority&state=")
    view.refresh_from_db()
    assert view.query == {"sort": "priority"}
    client.post(f"/lists/cases/columns/?view={view.pk}", {"columns": ["state"]})
    view.refresh_from_db()
    assert (view.columns, ColumnChoice.objects.count()) == (["state"], 0)


@pytest.mark.django_db
def test_a_view_belongs_to_its_owner_alone(cast: Cast) -> None:
    bob, alice = signed_in(cast.bob), signed_in(cast.alice)
    bob.post("/lists/cases/views/?priority=3", {"name": "我的"})
    view = SavedView.objects.get()
    for address in (
        f"/lists/views/{view.pk}/name/",
        f"/lists/views/{view.pk}/update/",
        f"/lists/views/{view.pk}/delete/",
    ):
        assert alice.post(address, {"name": "别人的"}).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.query) == ("我的", {"priority": "3"})
    assert alice.get(f"/cases/?view={view.pk}").context["list"].views == []
    bob.post(f"/lists/views/{view.pk}/name/", {"name": "高的"})
    view.refresh_from_db()
    assert view.name == "高的"
    bob.post(f"/lists/views/{view.pk}/delete/")
    assert SavedView.objects.count() == 0


@pytest.mark.django_db
def test_a_view_without_a_name_or_with_one_that_is_taken_is_not_kept(cast: Cast) -> None:
    client = signed_in(cast.bob)
    client.post("/lists/cases/views/", {"name": "甲"})
    assert "您已有同名的视图" in client.post("/lists/cases/views/", {"name": "甲"}, follow=True).content.decode()
    assert "请填写视图名称" in client.post("/lists/cases/views/", {"name": "  "}, follow=True).content.decode()
    for number in range(19):
        client.post("/lists/cases/views/", {"name": f"v{number}"})
    assert "已有 20 个视图" in client.post("/lists/cases/views/", {"name": "多"}, follow=True).content.decode()
    assert SavedView.objects.count() == 20


@pytest.mark.django_db
def test_who_may_not_see_a_list_may_not_arrange_it(cast: Cast) -> None:
    client = signed_in(cast.charlie)
    for address in ("columns", "views", "bulk"):
        assert client.post(f"/lists/cases/{address}/", {"name": "x", "columns": "number"}).status_code == 403
    assert client.post("/lists/nothing/columns/").status_code == 404
    assert (SavedView.objects.count(), ColumnChoice.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_what_an_address_should_not_say_is_passed_over(cast: Cast) -> None:
    case = cast.case()
    client = signed_in(cast.bob)
    for words in ("sort=nonsense", "sort=-number", "state=x", "priority=999999999999999999999", "line=a", "view=x",
                  "view=99999999999999999999", "after=x&before=y", "words=%00"):  # fmt: skip
        assert numbers(client, f"{LIST}?{words}") == [case.number], words
    assert numbers(client, f"{LIST}?sort=-priority") == [case.number]
    assert "搜索内容过长" in client.get(f"{LIST}?words={'长' * 200}").content.decode()


@pytest.mark.django_db
def test_the_pages_of_a_sorted_list_hold_every_case_once(cast: Cast) -> None:
    cases = [cast.case() for _number in range(7)]
    for case in cases[:4]:
        Case.objects.filter(pk=case.pk).update(priority=case.pk % 2 + 1)
    Unit.objects.bulk_create(
        Unit(serial=f"S{number:03d}", model=cast.model, public_token=f"t{number}") for number in range(64)
    )
    client, seen, address = signed_in(cast.bob), [], "/products/units/?sort=-installed"
    while address:
        text = client.get(address).content.decode()
        seen += re.findall(r'name="ids" value="(\d+)" form="pick" data-pick><span class="unseen">选择', text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = "/products/units/" + following[1].replace("&amp;", "&") if following else ""
    table = [int(pk) for pk in seen]
    assert len(set(table)) == 65
    wanted = [row.pk for row in sorted(cases[:4], key=lambda row: (-(row.pk % 2), -row.pk))]
    wanted += [row.pk for row in reversed(cases[4:])]
    by_number = dict(Case.objects.values_list("number", "pk"))
    assert [by_number[number] for number in numbers(client, f"{LIST}?sort=-priority")] == wanted


def choose(client: Client, cases: list[Case], **data: Any) -> Any:
    """Send the bar over the list."""
    return client.post("/lists/cases/bulk/", {"action": "assign", "ids": [str(case.pk) for case in cases], **data})


@pytest.mark.django_db
def test_several_cases_are_assigned_each_by_itself_and_the_refused_say_why(cast: Cast) -> None:
    """GEN-13: every task has a named responsible person, also when many are given away at once."""
    good, changed, closed = cast.case(), cast.case(), cast.case()
    Case.objects.filter(pk=closed.pk).update(state="archived")
    client = signed_in(cast.bob)
    asked = choose(client, [good, changed, closed])
    text = asked.content.decode()
    assert (asked.status_code, "已选 3 条" in text) == (200, True)
    ids = re.findall(r'name="ids" value="([^"]+)"', text)
    assert sorted(ids) == sorted(f"{case.pk}.{case.version}" for case in (good, changed, closed))
    assert Case.objects.filter(owner__isnull=False).count() == 0
    triaged(cast, changed, owner=cast.bob)
    before = Activity.objects.filter(subject_type="desk.case").count()
    answer = client.post(
        "/lists/cases/bulk/", {"action": "assign", "sure": "1", "ids": ids, "owner": cast.erik.pk, "note": "批量"}
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert [row.number for row in answer.context["outcome"].done] == [good.number]
    reasons = {row.pk: str(why) for row, why in answer.context["outcome"].refused}
    assert reasons[closed.pk] == "当前状态下不能执行此操作。"
    assert reasons[changed.pk].startswith("周经理")
    assert len(reasons) == 2
    assert all(reason in text for reason in reasons.values())
    owners = dict(Case.objects.values_list("pk", "owner__username"))
    assert owners == {good.pk: "erik", changed.pk: "bob", closed.pk: None}
    assert Activity.objects.filter(subject_type="desk.case").count() == before + 1
    last = Activity.objects.get(subject_type="desk.case", subject_id=good.pk, verb="case.assigned")
    assert (last.actor, last.data["owner_name"], last.data["note"]) == (cast.bob, "何工", "批量")


@pytest.mark.django_db
def test_a_person_without_the_right_assigns_nothing(cast: Cast) -> None:
    case = cast.case()
    answer = choose(signed_in(cast.erik), [case], sure="1", owner=cast.erik.pk)
    case.refresh_from_db()
    assert (answer.status_code, case.owner) == (403, None)
    assert "指派责任人" not in signed_in(cast.erik).get(LIST).content.decode()


@pytest.mark.django_db
def test_rows_that_he_does_not_see_are_not_touched(cast: Cast) -> None:
    """CUS-06: the scope of a role holds for many rows as for one."""
    rules = read_file("general")
    next(role for role in rules["roles"] if role["code"] == "technician")["permissions"].append("desk.assign")
    save_version(data=rules, by=None)
    mine, theirs = cast.case(), cast.case()
    Case.objects.filter(pk=mine.pk).update(region=cast.north)
    Case.objects.filter(pk=theirs.pk).update(region=cast.south)
    technician = create_user(username="tech", name="师傅", password=PASSWORD, roles=["technician"], region=cast.north)
    answer = choose(signed_in(technician), [mine, theirs], sure="1", owner=cast.erik.pk)
    outcome = answer.context["outcome"]
    assert ([row.pk for row in outcome.done], outcome.refused, outcome.missing) == ([mine.pk], [], 1)
    assert theirs.number not in answer.content.decode()
    assert dict(Case.objects.values_list("pk", "owner__username")) == {mine.pk: "erik", theirs.pk: None}


@pytest.mark.django_db
def test_no_row_and_too_many_rows_are_refused_with_words(cast: Cast) -> None:
    case = cast.case()
    client = signed_in(cast.bob)
    assert "请先选择记录" in client.post("/lists/cases/bulk/", {"action": "assign"}, follow=True).content.decode()
    assert (
        "请先选择记录"
        in client.post(
            "/lists/cases/bulk/", {"action": "assign", "ids": ["x", "-1", "9999999"]}, follow=True
        ).content.decode()
    )
    many = {"action": "assign", "ids": [str(number) for number in range(1, 102)]}
    assert "一次最多选择 100 条" in client.post("/lists/cases/bulk/", many, follow=True).content.decode()
    assert choose(client, [case], action="nonsense").status_code == 404
    empty = choose(client, [case], sure="1", owner="")
    assert (empty.status_code, "这个字段是必填项" in empty.content.decode()) == (422, True)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/cases/", "/customers/", "/products/units/"])
def test_every_column_can_be_shown_at_the_cost_of_few(
    cast: Cast, address: str, django_assert_max_num_queries: Any
) -> None:
    """A page of thirty rows with every column asks the database as often as one with the usual columns."""
    for _number in range(5):
        triaged(cast, cast.case())
    code = {"/cases/": "cases", "/customers/": "customers", "/products/units/": "units"}[address]
    listing = spec.get(code)
    assert listing is not None
    client = signed_in(cast.bob)
    client.get(address)
    with django_assert_max_num_queries(40) as usual:
        client.get(address)
    client.post(f"/lists/{code}/columns/", {"columns": [column.key for column in listing.columns]})
    with django_assert_max_num_queries(40) as every:
        assert len(heads(client, address)) == len(listing.columns)
    assert len(every) == len(usual)


@pytest.mark.django_db
def test_telephones_in_lists_are_whole_only_for_who_may_see_them(cast: Cast) -> None:
    Customer.objects.update(phone="13800001234")
    client = signed_in(cast.alice)
    assert "13800001234" in client.get("/customers/").content.decode()
    text = signed_in(cast.erik).get("/customers/").content.decode()
    assert ("13800001234" in text, "138****1234" in text) == (False, True)


@pytest.mark.django_db
def test_mails_that_failed_are_sent_again_together_and_the_others_are_refused(cast: Cast) -> None:
    failed, sent = (
        OutboundMail.objects.create(
            kind="x", subject=state, text="x", message_id=f"<{state}@x>", state=state, to=["a@customer.example"]
        )
        for state in ("failed", "sent")
    )
    client = signed_in(cast.bob)
    ids = [str(failed.pk), str(sent.pk)]
    asked = client.post("/lists/mails/bulk/", {"action": "again", "ids": ids})
    assert (asked.status_code, OutboundMail.objects.filter(state="waiting").count()) == (200, 0)
    answer = client.post("/lists/mails/bulk/", {"action": "again", "ids": ids, "sure": "1"})
    outcome = answer.context["outcome"]
    assert [row.pk for row in outcome.done] == [failed.pk]
    assert [(row.pk, str(why)) for row, why in outcome.refused] == [(sent.pk, "只有发送失败的邮件可以重发。")]
    assert dict(OutboundMail.objects.values_list("pk", "state")) == {failed.pk: "waiting", sent.pk: "sent"}


@pytest.mark.django_db
def test_users_are_found_by_role_and_by_whether_they_may_sign_in(cast: Cast) -> None:
    boss = create_user(username="boss", name="老板", password=PASSWORD, roles=["admin"])
    cast.charlie.is_active = False
    cast.charlie.save()
    client = signed_in(boss)

    def shown(query: str) -> list[str]:
        return [line.title for line in client.get(f"/people/?sort=login{query}").context["list"].lines]

    assert shown("") == ["林小雨", "周经理", "老板", "路人", "何工", "陈总"]
    assert shown("&state=0") == ["路人"]
    assert shown("&role=technical_engineer") == ["何工"]
    assert shown("&words=林") == ["林小雨"]
