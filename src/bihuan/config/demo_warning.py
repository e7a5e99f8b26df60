"""A fault of the demo company that rises month by month and stays far below every line: the early warning sees it."""

import random
from datetime import datetime, time, timedelta

from django.utils import timezone

from bihuan.config.demo_texts import LINES, RISING
from bihuan.config.demo_walk import NEWEST_OPEN, Walk
from bihuan.quality.monitor.facts import add_months, month_of
from bihuan.quality.monitor.warning import look
from bihuan.registry.faults.models import FailureMechanism, Symptom
from bihuan.registry.people.models import User
from bihuan.registry.products.models import ProductLine, Unit

LINE, MODEL = "door", "LM-315"
# Complaints in the whole months before this one, the oldest first.
MONTHLY = (1, 2, 4, 5)


class Rising:
    """Nobody knew this fault half a year ago; every complaint is of another door."""

    def __init__(self, users: dict[str, User]) -> None:
        self.users, self.random = users, random.Random(315)  # noqa: S311 - a story, not a secret

    def build(self) -> None:
        """The fault in the catalogue, its complaints, and the look that the monitor takes every night."""
        row = ProductLine.objects.get(code=LINE)
        code = f"{LINE}-{RISING.code}"
        Symptom.objects.create(code=code, name=RISING.name, keywords=list(RISING.keywords)).lines.add(row)
        FailureMechanism.objects.create(code=code, name=RISING.mechanism).lines.add(row)
        line = next(line for line in LINES if line.code == LINE)
        walk, doors = Walk(line, self.users, self.random), self.doors()
        for at, door in zip(self.moments(), doors, strict=False):
            walk.case(door, at, age=NEWEST_OPEN, fault=RISING)
        look()

    def doors(self) -> list[Unit]:
        """Doors of the model, in an order that is always the same."""
        rows = list(Unit.objects.filter(model__code=MODEL).select_related("model__line", "customer").order_by("pk"))
        self.random.shuffle(rows)
        return rows

    def moments(self) -> list[datetime]:
        """When they complain: more every month."""
        today, found = timezone.localdate(), []
        for back, number in zip(range(len(MONTHLY), 0, -1), MONTHLY, strict=True):
            first = add_months(month_of(today), -back)
            for place in range(number):
                day = first + timedelta(days=2 + place * 26 // number)
                found.append(timezone.make_aware(datetime.combine(day, time(9 + place, 12))))
        return found
