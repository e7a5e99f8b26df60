"""Units that nobody uses any more, in a recall."""

import pytest
from django.utils import timezone

from bihuan.quality.recall.services import owners
from bihuan.registry.products.models import Unit
from bihuan.registry.products.services import end_unit
from tests.quality import recall_story as story
from tests.quality.story import Quality

pytestmark = pytest.mark.django_db


def test_nobody_is_told_of_what_he_no_longer_has(q: Quality) -> None:
    """QIS-12, RET-07: what was taken back or scrapped stays in the population, its last customer gets no notice."""
    recall, today = story.decided(q), timezone.localdate()
    for serial, ending in (("RC000", "returned"), ("RC001", "scrapped"), ("RC002", "returned")):
        assert list(owners.customers_to_tell(recall)) == [q.cast.customer]
        if serial == "RC002":
            owners.tell_customer(recall=recall, customer=q.cast.customer)
            assert list(recall.affected.filter(state="told").values_list("serial", flat=True)) == ["RC002"]
        end_unit(unit=Unit.objects.get(serial=serial), ending=ending, on=today, by=None)
    assert not owners.customers_to_tell(recall).exists()
    assert sum(recall.affected.values_list("quantity", flat=True)) == 20
