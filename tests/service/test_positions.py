"""The positions of service and their duties, in every profile; the outlets they work from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bihuan.core.policy.services import check, read_file
from bihuan.registry.people.tables import OutletForm
from tests.cast import Cast

PROFILES = ("general", "mould", "precast", "appliance", "door")
# What a position must be able to do, and what is another's to do.
DUTIES = {
    "after_sales_manager": (("desk.assign", "visits.authorise", "returns.review", "parts.approve"), ()),
    "technical_engineer": (("desk.diagnose", "desk.consult", "desk.solve", "visits.work", "issues.investigate"), ("visits.authorise",)),
    "technician": (("visits.work", "desk.work", "returns.work", "parts.ask"), ("desk.solve", "visits.authorise")),
    "service_agent": (("desk.register", "desk.reply", "followup.call", "visits.plan"), ("desk.solve", "visits.work")),
}  # fmt: skip
NAMES = {
    "after_sales_manager": "售后服务经理", "technical_engineer": "技术工程师", "technician": "维修人员",
    "service_agent": "客服专员",
}  # fmt: skip


@pytest.mark.parametrize("code", PROFILES)
def test_every_profile_knows_the_positions_of_service(code: str) -> None:
    """WO-19, WO-23, WO-31: manager, engineer, repair staff, agent; the engineer solves, repair staff work by his solution."""
    rules = check(read_file(code))
    roles = {role.code: role for role in rules.roles}
    for position, (may, may_not) in DUTIES.items():
        assert code != "general" or NAMES[position] in {roles[position].name, *roles[position].aliases}
        assert roles[position].name
        assert [right for right in may if position not in rules.roles_with(right)] == []
        assert [right for right in may_not if position in rules.roles_with(right)] == []


def test_an_outlet_says_what_it_serves_and_by_which_standard_it_was_judged(cast: Cast) -> None:
    """KNO-10: setting standard, service range, facilities, environment; a judgement has its standard and its day."""
    data = {"code": "nb", "name": "宁波网点", "region": cast.north.pk, "service_range": "宁波、舟山", "facilities": "维修台两个",
            "environment": "独立门店", "is_active": "on"}  # fmt: skip
    today = timezone.localdate()
    assert set(OutletForm({**data, "meets_standard": "true"}).errors) == {"standard", "judged_on"}
    judged = {**data, "meets_standard": "true", "standard": "网点设置标准 2026"}
    assert set(OutletForm({**judged, "judged_on": today + timedelta(days=1)}).errors) == {"judged_on"}
    row = OutletForm({**judged, "judged_on": today}).save()
    row.refresh_from_db()
    assert (row.service_range, row.facilities, row.environment, row.standard, row.meets_standard, row.judged_on) == (
        "宁波、舟山", "维修台两个", "独立门店", "网点设置标准 2026", True, today,
    )  # fmt: skip
    assert OutletForm({"code": "hz", "name": "杭州网点", "region": cast.north.pk}).save().meets_standard is None
