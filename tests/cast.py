"""The fixed cast: Alice answers, Bob manages, Erik repairs, Grace decides, Charlie is an outsider."""

import pickle
from dataclasses import dataclass
from typing import Any

from bihuan.core.calendar.services import ensure_default_calendar
from bihuan.core.jobs.models import Job
from bihuan.core.policy.models import PolicyProfile
from bihuan.core.policy.services import load_profile
from bihuan.registry.customers.models import Customer
from bihuan.registry.customers.services import add_contact, create_customer
from bihuan.registry.faults.models import CauseCategory, Symptom
from bihuan.registry.people.models import Department, Region, User
from bihuan.registry.people.services import create_user, sync_departments
from bihuan.registry.products.models import ProductLine, ProductModel, Unit, WarrantyPolicy
from bihuan.registry.products.services import create_unit
from bihuan.service.desk.models import Case
from bihuan.service.desk.services.registration import Report, register_case

PASSWORD = "a long word for tests"
PROFILES = ("general", "mould", "precast", "appliance", "door")


@dataclass
class Cast:
    """Everybody and everything that a test needs."""

    alice: User
    bob: User
    erik: User
    grace: User
    charlie: User
    customer: Customer
    lines: dict[str, ProductLine]
    model: ProductModel
    unit: Unit
    symptom: Symptom
    cause: CauseCategory
    north: Region
    south: Region

    def report(self, **changes: Any) -> Report:
        """A report by telephone of a noisy machine."""
        fields: dict[str, Any] = {
            "channel": "phone", "description": "主轴有异响，加工表面出现振纹，请尽快处理。", "contact_name": "王工",
            "contact_phone": "13800001234", "contact_email": "wang@customer.example", "customer": self.customer,
            "unit": self.unit,
        }  # fmt: skip
        return Report(**{**fields, **changes})

    def case(self, **changes: Any) -> Case:
        """A registered case."""
        return register_case(report=self.report(**changes), by=self.alice)


def build_cast() -> Cast:
    """Make everything through the services."""
    for code in PROFILES:
        rules = load_profile(code=code).content
        sync_departments(rules=rules)
    ensure_default_calendar()
    north, south = (
        Region.objects.create(code=code, name=name) for code, name in (("north", "华北"), ("south", "华南"))
    )
    service, engineering = (Department.objects.get(code=code) for code in ("service", "engineering"))
    people = {
        "alice": create_user(
            username="alice", name="林小雨", password=PASSWORD, roles=["service_agent"], department=service
        ),
        "bob": create_user(
            username="bob",
            name="周经理",
            password=PASSWORD,
            roles=["after_sales_manager"],
            department=service,
        ),
        "erik": create_user(
            username="erik",
            name="何工",
            password=PASSWORD,
            roles=["technical_engineer"],
            department=engineering,
        ),
        "grace": create_user(
            username="grace", name="陈总", password=PASSWORD, roles=["general_manager", "leader_in_charge"]
        ),
        "charlie": create_user(username="charlie", name="路人", password=PASSWORD, roles=[]),
    }
    customer = create_customer(name="宁波海天塑机配套有限公司", by=None, region=north, email="office@customer.example")
    add_contact(customer=customer, by=None, name="王工", phone="138 0000 1234", email="wang@customer.example")
    lines = {
        code: ProductLine.objects.create(code=code, name=code, profile=PolicyProfile.objects.get(code=code))
        for code in PROFILES
    }
    model = ProductModel.objects.create(line=lines["general"], code="SC-7", name="触控主机")
    WarrantyPolicy.objects.create(code="w12", name="整机一年", line=lines["general"], months=12)
    unit = create_unit(serial="sn26 1284341", model=model, by=None, customer=customer)
    symptom = Symptom.objects.create(code="noise", name="异响", keywords=["噪音", "噪声"])
    Symptom.objects.create(code="spark", name="打火", is_serious=True, is_danger=True)
    cause = CauseCategory.objects.create(code="production", name="生产质量问题")
    CauseCategory.objects.create(code="misuse", name="使用维护不当", is_user_caused=True)
    return Cast(**people, customer=customer, lines=lines, model=model, unit=unit, symptom=symptom, cause=cause,
                north=north, south=south)  # fmt: skip


KEPT: list[bytes] = []


def keep_cast() -> None:
    """Build the cast for all tests of a process, with nothing left to be done by a worker."""
    KEPT[:] = [pickle.dumps(build_cast())]
    Job.objects.all().delete()


def standing_cast() -> Cast:
    """The cast that all tests share, fresh from what was kept."""
    found: Cast = pickle.loads(KEPT[0])  # noqa: S301 - written above
    return found
