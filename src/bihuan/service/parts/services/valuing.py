"""What the parts of a job cost (PRT-14, PRT-18)."""

from bihuan.service.parts.models import PartUse
from bihuan.service.parts.services.requisitions import Job


def value_of(job: Job) -> int:
    """The cents of the parts that a report names: what the ledger took where they are booked, else what it would take.

    The second is the moving average of now, piece by piece in the order in which the parts will be booked, rounded as
    the ledger rounds: half up to the cent, and the last piece takes all that is left. What the warehouse settles
    afterwards is not among them: the report has its own entry for it.
    """
    uses = PartUse.objects.filter(job_type=job.type, job_id=job.id, discrepancy=None)
    left, total = dict[int, tuple[int, int]](), 0
    for use in uses.select_related("move", "line__part__stock").order_by("id"):
        if use.move is not None:
            total += use.move.amount
            continue
        stock = use.line.part.stock
        good, value = left.get(stock.pk, (stock.good, stock.value))
        share = value if good <= use.quantity else (2 * value * use.quantity + good) // (2 * good)
        left[stock.pk] = good - use.quantity, value - share
        total += share
    return total
