"""How soon somebody is on site, by the level of the fault (SLA-10)."""

from datetime import timedelta

import pytest

from bihuan.core.deadlines.services import of_subject
from bihuan.service.desk.models import Case
from bihuan.service.visits.services import planning
from tests.cast import Cast
from tests.service.visiting import planned, qualified, working_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("severity", "hours"), [(1, 72), (2, 48), (3, 24)])
def test_the_level_of_the_fault_limits_the_time_until_somebody_is_there(cast: Cast, severity: int, hours: int) -> None:
    """SLA-10: one limit for each level, from the planning on; who himself wishes another time ends it."""
    qualified(cast, cast.erik)
    case = working_case(cast)
    Case.objects.filter(pk=case.pk).update(severity=severity)
    visit = planned(cast, Case.objects.get(pk=case.pk))
    clock = of_subject(visit).get(code__startswith="onsite_")
    assert clock.due_at == clock.starts_at + timedelta(hours=hours)
    planning.wish_other_time(visit=visit, person="王工", wish="下周二上午")
    clock.refresh_from_db()
    assert clock.state == "met"
