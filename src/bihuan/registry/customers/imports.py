"""Importing customers from tables: by number, or by name where the file has no numbers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.core.activity.services import Entry, record_many
from bihuan.core.importing import registry, values
from bihuan.core.importing.registry import Column, ImportKind, Row
from bihuan.core.importing.services import CHANGED, SAME
from bihuan.core.importing.upsert import Upsert, lookup
from bihuan.registry.customers import permissions as perm
from bihuan.registry.customers.models import Contact, Customer, CustomerKind
from bihuan.registry.customers.phones import phone_key
from bihuan.registry.customers.services import free_codes, index_customers
from bihuan.registry.people.models import Region, User

PLAIN = ("name", "kind", "phone", "email", "address", "note")
COLUMNS = (
    Column("code", gettext_lazy("customer no."), values.text(40), ("客户编号", "客户代码", "编码"), example="KH000123"),
    Column("name", gettext_lazy("name"), values.text(120), ("客户名称", "单位名称", "客户"), required=True,
           example="宁波海天塑机配套有限公司"),
    Column("kind", gettext_lazy("kind"), values.choice(lambda: dict(CustomerKind.choices)), ("类型", "客户类型"),
           example="公司"),
    Column("region", gettext_lazy("region"), values.text(80), ("区域", "大区"), example="华东"),
    Column("owner", gettext_lazy("account manager"), values.text(60), ("客户经理", "业务员"), example="liming"),
    Column("phone", gettext_lazy("telephone"), values.text(40), ("电话", "联系电话", "手机"), example="0574-88880000"),
    Column("email", gettext_lazy("e-mail"), values.email, ("邮箱", "电子邮件"), example="office@customer.example"),
    Column("address", gettext_lazy("address"), values.text(200), ("地址", "单位地址"), example="宁波市北仑区"),
    Column("note", gettext_lazy("remark"), values.text(2000), ("备注",)),
    Column("contact", gettext_lazy("contact"), values.text(40), ("联系人",), example="王工"),
    Column("contact_phone", gettext_lazy("contact's telephone"), values.text(40), ("联系人电话",),
           example="13800001234"),
    Column("contact_email", gettext_lazy("contact's e-mail"), values.email, ("联系人邮箱",)),
)  # fmt: skip


def key(cells: dict[str, Any]) -> Any:
    """A customer is the same by his number; without one, by his name."""
    return ("code", cells["code"]) if "code" in cells else ("name", cells["name"])


def load(rows: Sequence[Row], by: Any, dry: bool) -> None:
    """Take a part of a file in."""
    by_code = lookup(Customer, "code", [row.values.get("code") for row in rows])
    by_name = _by_name(row.values["name"] for row in rows if "code" not in row.values)
    regions = {name: row for row in Region.objects.filter(is_active=True) for name in (row.code, row.name)}
    owners = _owners(row.values.get("owner", "") for row in rows)
    upsert = Upsert(Customer, name="customer", by=by, dry=dry)
    taken: list[tuple[Row, Customer]] = []
    for row in rows:
        fields = _fields(row, regions, owners)
        namesakes = by_name.get(row.values["name"], [])
        if "code" not in row.values and len(namesakes) > 1:
            row.refuse(_("several customers have this name, please give the number"))
        if row.problems:
            continue
        known = by_code.get(row.values["code"]) if "code" in row.values else next(iter(namesakes), None)
        customer = upsert.take(row, known, lambda row=row: Customer(code=row.values.get("code", "")), fields)  # type: ignore[misc]
        taken.append((row, customer))
    if not dry:
        _number(upsert.fresh)
    written = upsert.write("phone_key")
    touched = _contacts(taken, by, dry)
    if not dry:
        index_customers(list({row.pk: row for row in [*written, *touched]}.values()))


def _fields(row: Row, regions: dict[str, Region], owners: dict[str, User]) -> dict[str, Any]:
    fields = {name: row.values[name] for name in PLAIN if name in row.values}
    if "phone" in fields:
        fields["phone_key"] = phone_key(fields["phone"])
    for name, table in (("region", regions), ("owner", owners)):
        if name in row.values:
            target = table.get(row.values[name])
            if target is None:
                row.refuse(_("“%(value)s” is not known") % {"value": row.values[name]})
            else:
                fields[f"{name}_id"] = target.pk
    return fields


def _by_name(names: Iterable[str]) -> dict[str, list[Customer]]:
    found: dict[str, list[Customer]] = defaultdict(list)
    for customer in Customer.objects.filter(name__in=set(names)):
        found[customer.name].append(customer)
    return found


def _owners(names: Iterable[str]) -> dict[str, User]:
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    people = User.objects.filter(is_active=True)
    by_name = {row.name: row for row in people.filter(name__in=wanted)}
    return by_name | {row.username: row for row in people.filter(username__in=wanted)}


def _number(customers: Sequence[Customer]) -> None:
    """Give numbers to those who came without one."""
    without = [customer for customer in customers if not customer.code]
    for customer, code in zip(without, free_codes(len(without)), strict=True):
        customer.code = code


def _contacts(taken: Sequence[tuple[Row, Customer]], by: Any, dry: bool) -> list[Customer]:
    """Add or change the contact that stands beside the customer; a person is the same by name."""
    wanted = [(row, customer) for row, customer in taken if "contact" in row.values]
    ids = [customer.pk for _row, customer in wanted if customer.pk]
    known = {(item.customer_id, item.name): item for item in Contact.objects.filter(customer__in=ids)}
    fresh: list[Contact] = []
    changed: list[Contact] = []
    touched: list[Customer] = []
    entries: list[Entry] = []
    for row, customer in wanted:
        contact = known.get((customer.pk, row.values["contact"]))
        phone, mail = row.values.get("contact_phone"), row.values.get("contact_email")
        if contact and phone in {None, contact.phone} and mail in {None, contact.email}:
            continue
        row.outcome = CHANGED if row.outcome == SAME else row.outcome
        target = contact or Contact(customer=customer, name=row.values["contact"])
        target.phone, target.email = phone or target.phone, mail or target.email
        target.phone_key = phone_key(target.phone)
        (changed if contact else fresh).append(target)
        touched.append(customer)
        verb = "customer.contact_changed" if contact else "customer.contact_added"
        entries.append(Entry(customer, verb, {"name": target.name, "imported": True}))
    if not dry:
        Contact.objects.bulk_create(fresh)
        Contact.objects.bulk_update(changed, ["phone", "phone_key", "email"], batch_size=200)
        record_many(entries=entries, by=by)
    return touched


registry.register(
    ImportKind(
        "customers", gettext_lazy("Customers"), perm.CUSTOMERS_EDIT, COLUMNS, key, load, "customers:list",
        gettext_lazy("Companies and persons with their contacts; known by number, else by name."),
    )
)  # fmt: skip
