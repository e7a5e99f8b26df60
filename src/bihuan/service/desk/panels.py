"""What the desk shows on the pages of customers and units."""

from typing import Any

from bihuan.registry.customers import panels as customer_panels
from bihuan.registry.products import panels as unit_panels
from bihuan.service.desk.queries import for_list

NEWEST = 20


def of_customer(user: Any, customer: Any) -> tuple[str, dict[str, Any]]:
    """The cases of a customer."""
    return "desk/_panel.html", {"cases": list(for_list(user).filter(customer=customer).order_by("-id")[:NEWEST])}


def of_unit(user: Any, unit: Any) -> tuple[str, dict[str, Any]]:
    """The repair history of a unit (CUS-04)."""
    return "desk/_panel.html", {"cases": list(for_list(user).filter(unit=unit).order_by("-id")[:NEWEST])}


customer_panels.register(of_customer)
unit_panels.register(of_unit)
