"""The one search over HTTP."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Schema

from bihuan.core.rest.fields import Code
from bihuan.core.rest.paging import Words
from bihuan.core.rest.problems import wrong
from bihuan.core.rest.routing import Router
from bihuan.core.search.queries import find_visible, kinds

router = Router(tags=["search"])


class HitOut(Schema):
    """One found subject; ``text`` is what stands around the words."""

    type: str
    id: int
    title: str
    text: str
    at: datetime


@router.get("", response=list[HitOut], summary="Search everything")
def search(request: HttpRequest, q: Words, type: Code = "") -> list[HitOut]:  # noqa: A002 - the name of the parameter
    """The newest subjects that hold every word and that the caller may see; ``type`` is such as ``desk.case``."""
    if type and type not in kinds:
        raise wrong("type", type)
    hits = find_visible(request.user, q.strip(), types=[type] if type else []) if q.strip() else []
    return [
        HitOut(type=hit.subject_type, id=hit.subject_id, title=hit.title, text="".join(hit.snippet), at=hit.at)
        for hit in hits
    ]
