"""Work on recalls outside the request."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.core.jobs.registry import job
from bihuan.core.jobs.services import Progress
from bihuan.quality.recall.models import Recall
from bihuan.quality.recall.services.owners import tell_everybody
from bihuan.quality.recall.services.population import look_again


@job("recall.tell", label=_("Tell the owners of a recall"))
def tell(payload: dict[str, Any], progress: Progress) -> dict[str, int]:
    """Tell the owners one by one; a second run goes on where the first one ended."""
    recall = Recall.objects.select_related("issue").get(pk=payload["recall"])
    return {"customers": tell_everybody(recall=recall, report=progress.report)}


@job("recall.look_again", label=_("Look for units shipped since a recall"))
def again(payload: dict[str, Any], progress: Progress) -> dict[str, int]:
    """Add what was shipped or booked within the scope since the decision."""
    return {"units": look_again(recall=Recall.objects.get(pk=payload["recall"]))}
