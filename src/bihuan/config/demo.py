"""The demo company: four makers under one roof, each with its own procedure. Deterministic, through the services."""

import random
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bihuan.config.demo_inbox import Desks
from bihuan.config.demo_loop import Loop
from bihuan.config.demo_money import Money
from bihuan.config.demo_parts import Parts
from bihuan.config.demo_quality import Issues
from bihuan.config.demo_recall import Recalls
from bihuan.config.demo_returns import Returns
from bihuan.config.demo_texts import CITIES, CUSTOMERS, LINES, PEOPLE, Line
from bihuan.config.demo_visits import Visits
from bihuan.config.demo_walk import NEWEST_OPEN, Walk
from bihuan.config.demo_warning import Rising
from bihuan.core.activity.services import Entry, record_many
from bihuan.core.calendar.services import ensure_default_calendar
from bihuan.core.files.services import store
from bihuan.core.jobs.models import Job
from bihuan.core.policy.models import PolicyProfile
from bihuan.core.policy.services import load_profile
from bihuan.registry.customers.models import Customer
from bihuan.registry.customers.services import add_contact, create_customer
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.registry.people.models import Department, Region, User
from bihuan.registry.people.services import create_user, sync_departments
from bihuan.registry.products.models import (
    Batch,
    DocumentKind,
    ProductLine,
    ProductModel,
    Shipment,
    Unit,
    WarrantyPolicy,
)
from bihuan.registry.products.services import create_unit, publish_document, register_card
from bihuan.service.desk.models import Case

PASSWORD = "bihuan-demo-2026"  # noqa: S105 - printed at start, refused in production
MONTHS = 18
PAPER_JOBS = ("documents.render", "desk.dossier")
CASES_A_LINE = 105
SHIPPED_ELSE = 12_000
SHIPPED_LATER = 1_600
LATER = (date(2026, 3, 10), date(2026, 6, 20), date(2026, 7, 28))
SHIPPED = {"MD-60P": 300, "LT-28": 250}
CAUSES = (
    ("design", "设计缺陷", False), ("production", "生产质量问题", False), ("transport", "运输损坏", False),
    ("installation", "安装不当", False), ("misuse", "使用维护不当", True),
)  # fmt: skip


def build(*, quiet: bool = False) -> int:
    """Make the demo company once, whole or not at all; a second run changes nothing. Refused in production."""
    if settings.PRODUCTION:
        sys.stderr.write("The demo company is refused in production.\n")
        return 1
    if not Case.objects.exists():
        with transaction.atomic():
            Demo(quiet=quiet).build()
    if not quiet:
        tell_logins()
    return 0


def tell_logins() -> None:
    """Print one login per role."""
    lines = [f"  {username:<10} {name}  {role}" for username, name, role, *_rest in PEOPLE]
    sys.stdout.write("\n".join(["Demo logins, password " + PASSWORD, *lines, ""]))
    sys.stdout.flush()


class Demo:
    """Builds everything, in the order in which a company would."""

    def __init__(self, *, quiet: bool, cases_a_line: int = CASES_A_LINE) -> None:
        self.quiet, self.random = quiet, random.Random(20261121)  # noqa: S311 - a story, not a secret
        self.cases_a_line = cases_a_line
        self.users: dict[str, User] = {}
        self.now = timezone.now()

    def say(self, text: str) -> None:
        """Show progress."""
        if not self.quiet:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    def build(self) -> None:
        """Everything: the company with its cases, the quality issues, field service, parts, returns."""
        self.company()
        self.say("质量问题 …")
        with transaction.atomic():
            Issues(self.users).build()
        with transaction.atomic():
            Recalls(self.users).build()
        self.say("早期预警 …")
        with transaction.atomic():
            Rising(self.users).build()
        self.say("不合格品与质量费用 …")
        with transaction.atomic():
            Money(self.users).build()
        self.say("上门服务 …")
        with transaction.atomic():
            Visits(self.users, PASSWORD).build()
        self.say("配件 …")
        with transaction.atomic():
            Parts(self.users).build()
        self.say("返修退换 …")
        with transaction.atomic():
            Returns(self.users).build()
        self.say("收件箱 …")
        with transaction.atomic():
            Desks(self.users).build()
        self.spare_the_worker()

    def company(self) -> None:
        """Rules, people, products, customers and eighteen months of cases."""
        with transaction.atomic():
            self.rules()
            self.people()
            self.catalogue()
            customers = self.customers()
        for line in LINES:
            with transaction.atomic():
                units = self.products(line, customers)
            self.cases(line, units)

    def spare_the_worker(self) -> None:
        """Files of old papers are made when somebody opens them, not all at the first start."""
        kept = Job.objects.filter(kind__in=PAPER_JOBS).order_by("-pk").values_list("pk", flat=True)[:40]
        Job.objects.filter(kind__in=PAPER_JOBS).exclude(pk__in=list(kept)).delete()

    def rules(self) -> None:
        """Load the five profiles."""
        self.say("profiles, calendar …")
        for code in ("general", *(line.code for line in LINES)):
            sync_departments(rules=load_profile(code=code).content)
        ensure_default_calendar()

    def people(self) -> None:
        """One person for each role."""
        self.regions = [Region.objects.create(code=code, name=name) for code, name in CITIES]
        departments = {row.code: row for row in Department.objects.all()}
        for username, name, _label, role, department in PEOPLE:
            self.users[username] = create_user(
                username=username, name=name, password=PASSWORD, roles=[role], department=departments.get(department),
                region=self.regions[0] if role == "technician" else None,
                phone=f"1370000{len(self.users):04d}",
            )  # fmt: skip

    def catalogue(self) -> None:
        """The fault catalogue of all lines."""
        for code, name, by_user in CAUSES:
            CauseCategory.objects.create(code=code, name=name, is_user_caused=by_user)

    def customers(self) -> list[Customer]:
        """Customers in every region with a contact each."""
        made = []
        regions = {row.code: row for row in self.regions}
        for index, (name, kind, region, address, _lines) in enumerate(CUSTOMERS):
            phone = f"139{self.random.randrange(10**8):08d}"
            customer = create_customer(
                name=name, by=None, kind=kind, region=regions[region],
                phone=f"0574-{self.random.randrange(10**7, 10**8)}",
                email=f"office{index}@customer.example", address=address,
            )  # fmt: skip
            person = name if kind == "person" else f"{'王李张刘陈杨赵黄'[index % 8]}工"
            add_contact(customer=customer, by=None, name=person, phone=phone,
                        email=f"contact{index}@customer.example", is_primary=True)  # fmt: skip
            made.append(customer)
        return made

    def products(self, line: Line, customers: list[Customer]) -> list[Unit]:
        """Models, batches, units, shipments, warranty and symptoms of a line."""
        self.say(f"{line.name} …")
        row = ProductLine.objects.create(
            code=line.code, name=line.name, profile=PolicyProfile.objects.get(code=line.code)
        )
        WarrantyPolicy.objects.create(
            code=line.code, name=line.warranty, line=row, months=line.months, basis=line.basis
        )
        for position in line.positions:
            Position.objects.create(code=f"{line.code}-{position[0]}", name=position[1]).lines.add(row)
        for symptom in line.symptoms:
            found = Symptom.objects.create(
                code=f"{line.code}-{symptom.code}", name=symptom.name, keywords=list(symptom.keywords),
                is_serious=symptom.danger, is_danger=symptom.danger,
            )  # fmt: skip
            found.lines.add(row)
            FailureMechanism.objects.create(code=f"{line.code}-{symptom.code}", name=symptom.mechanism).lines.add(row)
        buyers = [one for one, (*_facts, lines) in zip(customers, CUSTOMERS, strict=True) if line.code in lines.split()]
        units = [unit for code, name in line.models for unit in self.units(row, code, name, buyers)]
        self.papers(line, units)
        return units

    def papers(self, line: Line, units: list[Unit]) -> None:
        """What engineering has supplied for the first model, and the service cards of its first customers."""
        engineer, model = self.users["gongcheng"], units[0].model
        for kind, title in ((DocumentKind.SPECIFICATION, "规格书"), (DocumentKind.DRAWING, "装配图")):
            text = f"{line.name} {model.name} {title}\n型号：{model.code}\n图号：{model.drawing_no}\n版次：A\n"
            file = store(data=text.encode(), name=f"{model.code}-{title}.txt", by=engineer)
            publish_document(
                model=model, kind=kind, title=f"{model.code} {title}", revision="A", file=file, owner=engineer,
                by=engineer, valid_from=date(2025, 1, 15),
            )  # fmt: skip
        for unit in [unit for unit in units if unit.customer][:2]:
            if unit.customer and unit.installed_on:
                register_card(
                    unit=unit, customer=unit.customer, installed_on=unit.installed_on, by=self.users["jingli"],
                    installer="李师傅", address=unit.customer.address,
                )  # fmt: skip

    def units(self, line: ProductLine, code: str, name: str, customers: list[Customer]) -> Iterator[Unit]:
        """Three batches of a model with single units, shipped over two years, and those made since the remedies."""
        model = ProductModel.objects.create(
            line=line, code=code, name=name, drawing_no=f"{code}-A1", specification=name
        )
        for made in LATER:
            self.ship(Batch.objects.create(model=model, number=f"{code}-{made:%y%m}", produced_on=made,
                                           quantity=SHIPPED_LATER), SHIPPED_LATER)  # fmt: skip
        for number in range(3):
            made = date(2025, 1, 15) + timedelta(days=150 * number)
            quantity = SHIPPED.get(code, SHIPPED_ELSE)
            batch = Batch.objects.create(model=model, number=f"{code}-{made:%y%m}", produced_on=made, quantity=quantity)
            self.ship(batch, quantity)
            for index in range(8):
                customer = self.random.choice(customers)
                yield create_unit(
                    serial=f"SN{made:%y%m}{code.replace('-', '')}{index:03d}", model=model, by=None, batch=batch,
                    customer=customer, order_no=f"DD{made:%y%m}{index:03d}", produced_on=made,
                    shipped_on=made + timedelta(days=12), delivered_on=made + timedelta(days=20),
                    installed_on=made + timedelta(days=26), invoiced_on=made + timedelta(days=18),
                )  # fmt: skip

    def ship(self, batch: Batch, quantity: int) -> None:
        """A batch goes to every region, in equal parts; the delivery notes are journalled, so that they are counted."""
        made, part = batch.produced_on or date(2025, 1, 15), quantity // len(self.regions)
        rows = Shipment.objects.bulk_create(
            Shipment(
                number=f"FH{batch.number}", line_no=index + 1, model=batch.model, batch=batch, region=region,
                shipped_on=made + timedelta(days=12), quantity=part,
            )
            for index, region in enumerate(self.regions)
        )  # fmt: skip
        record_many(entries=[Entry(row, "shipment.created", {}) for row in rows], by=None, new_subjects=True)

    def cases(self, line: Line, units: list[Unit]) -> None:
        """Eighteen months of cases, most of them finished, the newest in every station."""
        walk, loop = Walk(line, self.users, self.random), Loop(self.users)
        for index in range(self.cases_a_line):
            at = self.moment(index)
            sold = [unit for unit in units if unit.shipped_on and unit.shipped_on < at.date()]
            with transaction.atomic():
                loop.catch_up(line.code, at)
                walk.case(self.random.choice(sold), at, age=self.cases_a_line - 1 - index)
        with transaction.atomic():
            loop.catch_up(line.code, self.now)

    def moment(self, index: int) -> datetime:
        """The open ones lie in the last days, the finished ones spread over eighteen months, closer together lately."""
        age = self.cases_a_line - 1 - index
        if age < NEWEST_OPEN:
            return self.now - timedelta(hours=3 + age * 4 + self.random.uniform(0, 3))
        share = (age - NEWEST_OPEN) / (self.cases_a_line - NEWEST_OPEN)
        return self.now - timedelta(days=10 + share**1.25 * MONTHS * 30, hours=self.random.uniform(0, 7))
