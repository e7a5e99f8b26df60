"""Who the caller is."""

from django.http import HttpRequest
from ninja import Schema

from bihuan.core.permissions.services import person
from bihuan.core.rest.routing import Router

router = Router(tags=["people"])


class MeOut(Schema):
    """The person as whom the token acts."""

    username: str
    name: str
    department: str | None
    region: str | None
    roles: list[str]
    language: str


@router.get("/me", response=MeOut, summary="Who am I")
def me(request: HttpRequest) -> MeOut:
    """The person as whom the token acts, with his roles."""
    user = person(request)
    return MeOut(
        username=user.username, name=user.name, language=user.language, roles=sorted(user.role_codes),
        department=user.department.code if user.department else None,
        region=user.region.code if user.region else None,
    )  # fmt: skip
