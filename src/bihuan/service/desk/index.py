"""How a case is found: everything that a person may remember of it."""

from bihuan.core.search import services as search
from bihuan.service.desk.models import Case


def index_case(case: Case, *, new: bool = False) -> None:
    """Write the search entry of a case, in the caller's transaction."""
    words = [
        case.description,
        case.customer.name if case.customer else "",
        case.contact_name,
        case.contact_phone,
        case.serial_text,
        case.model.code if case.model else "",
        *(str(value) for value in case.custom.values()),
    ]
    search.index(
        subject=case,
        title=f"{case.number} {case.summary}",
        text="\n".join(word for word in words if word),
        at=case.registered_at,
        region_id=case.region_id,
        owner_id=case.owner_id,
        new=new,
    )
