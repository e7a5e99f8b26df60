"""The REST API: authentication, errors, idempotency; the endpoints live in their leaves."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bihuan import __version__
from bihuan.core.permissions.services import Refused
from bihuan.core.workflow.table import MoveRefused
from bihuan.registry.people.tokens import TokenAuth
from bihuan.service.desk.api import router as cases
from bihuan.service.followup.api import router as follow_ups
from bihuan.service.intake.api import router as messages

api = NinjaAPI(
    title="Bihuan",
    version=__version__,
    urls_namespace="api",
    auth=TokenAuth(),
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("/cases", cases)
api.add_router("/messages", messages)
api.add_router("/follow-ups", follow_ups)


def problem(request: HttpRequest, status: int, title: str, **more: Any) -> HttpResponse:
    """Answer with application/problem+json (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(request, 401, _("Sign in with a valid token."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(request, 403, str(error.reason), permission=error.permission)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, _("There is nothing here that you may see."))


@api.exception_handler(MoveRefused)
def _illegal(request: HttpRequest, error: MoveRefused) -> HttpResponse:
    return problem(request, 409, str(error.reason), code=error.code)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": ".".join(map(str, item["loc"])), "message": item["msg"]} for item in error.errors]
    return problem(request, 422, _("Some fields are not right."), errors=errors)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, error.message)
