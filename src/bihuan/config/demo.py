"""The demo company: four makers under one roof, each with its own procedure. Deterministic, through the services."""

import random
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bihuan.config.demo_texts import CITIES, CUSTOMERS, LINES, PEOPLE, Line
from bihuan.config.demo_walk import NEWEST_OPEN, Walk
from bihuan.core.calendar.services import ensure_default_calendar
from bihuan.core.jobs.models import Job
from bihuan.core.policy.models import PolicyProfile
from bihuan.core.policy.services import load_profile
from bihuan.registry.customers.models import Customer
from bihuan.registry.customers.services import add_contact, create_customer
from bihuan.registry.faults.models import CauseCategory, FailureMechanism, Position, Symptom
from bihuan.registry.people.models import Department, Region, User
from bihuan.registry.people.services import create_user, sync_departments
from bihuan.registry.products.models import Batch, ProductLine, ProductModel, Shipment, Unit, WarrantyPolicy
from bihuan.registry.products.services import create_unit
from bihuan.service.desk.models import Case

PASSWORD = "bihuan-demo-2026"  # noqa: S105 - printed at start, refused in production
MONTHS = 18
PAPER_JOBS = ("documents.render", "desk.dossier")
CASES_A_LINE = 105
CAUSES = (
    ("design", "设计缺陷", False), ("production", "生产质量问题", False), ("transport", "运输损坏", False),
    ("installation", "安装不当", False), ("misuse", "使用维护不当", True),
)  # fmt: skip


def build(*, quiet: bool = False) -> int:
    """Make the demo company once; a second run changes nothing. Refused in production."""
    if settings.PRODUCTION:
        sys.stderr.write("The demo company is refused in production.\n")
        return 1
    if not Case.objects.exists():
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

    def __init__(self, *, quiet: bool) -> None:
        self.quiet, self.random = quiet, random.Random(20261121)  # noqa: S311 - a story, not a secret
        self.users: dict[str, User] = {}
        self.now = timezone.now()

    def say(self, text: str) -> None:
        """Show progress."""
        if not self.quiet:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    def build(self) -> None:
        """Rules, people, products, customers, and eighteen months of cases."""
        with transaction.atomic():
            self.rules()
            self.people()
            self.catalogue()
            customers = self.customers()
        for line in LINES:
            with transaction.atomic():
                units = self.products(line, customers)
            self.cases(line, units)
        self.spare_the_worker()

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
            )  # fmt: skip

    def catalogue(self) -> None:
        """The fault catalogue of all lines."""
        for code, name, by_user in CAUSES:
            CauseCategory.objects.create(code=code, name=name, is_user_caused=by_user)

    def customers(self) -> list[Customer]:
        """Customers in every region with a contact each."""
        made = []
        for index, (name, kind) in enumerate(CUSTOMERS):
            region = self.regions[index % len(self.regions)]
            phone = f"139{self.random.randrange(10**8):08d}"
            customer = create_customer(
                name=name, by=None, kind=kind, region=region, phone=f"0574-{self.random.randrange(10**7, 10**8)}",
                email=f"office{index}@customer.example", address=f"{region.name}工业大道 {index + 8} 号",
            )  # fmt: skip
            add_contact(customer=customer, by=None, name=f"{'王李张刘陈杨赵黄'[index % 8]}工", phone=phone,
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
        return [unit for code, name in line.models for unit in self.units(row, code, name, customers)]

    def units(self, line: ProductLine, code: str, name: str, customers: list[Customer]) -> Iterator[Unit]:
        """Three batches of a model, shipped over two years."""
        model = ProductModel.objects.create(
            line=line, code=code, name=name, drawing_no=f"{code}-A1", specification=name
        )
        for number in range(3):
            made = date(2025, 1, 15) + timedelta(days=150 * number)
            batch = Batch.objects.create(model=model, number=f"{code}-{made:%y%m}", produced_on=made, quantity=400)
            Shipment.objects.create(
                number=f"FH{made:%y%m}{code}",
                model=model,
                batch=batch,
                shipped_on=made + timedelta(days=12),
                quantity=380,
            )
            for index in range(8):
                customer = self.random.choice(customers)
                yield create_unit(
                    serial=f"SN{made:%y%m}{code.replace('-', '')}{index:03d}", model=model, by=None, batch=batch,
                    customer=customer, order_no=f"DD{made:%y%m}{index:03d}", produced_on=made,
                    delivered_on=made + timedelta(days=20), installed_on=made + timedelta(days=26),
                    invoiced_on=made + timedelta(days=18),
                )  # fmt: skip

    def cases(self, line: Line, units: list[Unit]) -> None:
        """Eighteen months of cases, most of them finished, the newest in every station."""
        walk = Walk(line, self.users, self.random)
        for index in range(CASES_A_LINE):
            at = self.moment(index)
            with transaction.atomic():
                walk.case(self.random.choice(units), at, age=CASES_A_LINE - 1 - index)

    def moment(self, index: int) -> datetime:
        """The open ones lie in the last days, the finished ones spread over eighteen months, closer together lately."""
        age = CASES_A_LINE - 1 - index
        if age < NEWEST_OPEN:
            return self.now - timedelta(hours=3 + age * 4 + self.random.uniform(0, 3))
        share = (age - NEWEST_OPEN) / (CASES_A_LINE - NEWEST_OPEN)
        return self.now - timedelta(days=10 + share**1.25 * MONTHS * 30, hours=self.random.uniform(0, 7))
