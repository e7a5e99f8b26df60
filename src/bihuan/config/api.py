"""The REST API: who calls, what goes wrong and how it is told; the endpoints live in their leaves."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from bihuan import __version__
from bihuan.core.approvals.api import router as approvals
from bihuan.core.documents.api import router as papers
from bihuan.core.files.api import router as files
from bihuan.core.files.services import FileRefused
from bihuan.core.idempotency.services import KeyProblem, key_of
from bihuan.core.permissions.services import Refused
from bihuan.core.policy.queries import NoPolicy, PolicyUnreadable
from bihuan.core.rest.limits import TokenLimit
from bihuan.core.rest.problems import MEDIA, WrongFields, field_of, message_of
from bihuan.core.rest.routing import components
from bihuan.core.search.api import router as search
from bihuan.core.search.queries import QueryTooLong
from bihuan.core.workflow.table import MoveRefused
from bihuan.quality.cost.api import router as costs
from bihuan.quality.issues.api import router as issues
from bihuan.quality.monitor.api import router as monitor
from bihuan.quality.nonconformity.api import router as nonconformities
from bihuan.quality.problems.api import router as problems
from bihuan.quality.recall.api import router as recalls
from bihuan.quality.returned.api import router as returned
from bihuan.registry.customers.api import router as customers
from bihuan.registry.people.api import router as people
from bihuan.registry.people.models import User
from bihuan.registry.people.tokens import TokenAuth
from bihuan.registry.products.api import router as products
from bihuan.service.desk.api import inbox, rules
from bihuan.service.desk.api import router as cases
from bihuan.service.followup.api import router as follow_ups
from bihuan.service.intake.api import calls
from bihuan.service.intake.api import router as messages
from bihuan.service.parts.api import router as parts
from bihuan.service.parts.count_api import router as part_counts
from bihuan.service.parts.paper_api import router as part_papers
from bihuan.service.returns.api import router as returns
from bihuan.service.visits.api import router as visits
from bihuan.service.visits.dispatch_api import router as dispatch

NO_JSON = "Cannot parse request body"


class Token(TokenAuth):
    """Lets a valid token in; a POST must also carry its key, whatever else is wrong with it."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return the user of the token."""
        user = super().authenticate(request, token)
        if user is not None and request.method == "POST":
            key_of(request)
        return user


class Api(NinjaAPI):
    """The API with the shape of its problems in the schema."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Add what every operation refers to."""
        schema = super().get_openapi_schema(**options)
        for kind, found in components().items():
            schema["components"].setdefault(kind, {}).update(found)
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation by its leaf and its function, such as ``cases_register``."""
        leaf = [part for part in operation.view_func.__module__.split(".") if part != "api"][-1]
        return f"{leaf}_{operation.view_func.__name__}"


api = Api(
    title="Bihuan",
    version=__version__,
    description="The service loop of a manufacturer for programs: docs/api/README.md walks through it.",
    urls_namespace="api",
    auth=Token(),
    throttle=[TokenLimit()],
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("/cases", cases)
api.add_router("/rules", rules.router)
api.add_router("/inbox", inbox.router)
api.add_router("/messages", messages)
api.add_router("/calls", calls)
api.add_router("/follow-ups", follow_ups)
api.add_router("/parts", part_papers)
api.add_router("/parts", part_counts)
api.add_router("/parts", parts)
api.add_router("/visits", visits)
api.add_router("/dispatch", dispatch)
api.add_router("/returns", returns)
api.add_router("/nonconformities", nonconformities)
api.add_router("/issues", issues)
api.add_router("/monitor", monitor)
api.add_router("/costs", costs)
api.add_router("/approvals", approvals)
api.add_router("/papers", papers)
api.add_router("/files", files)
api.add_router("/customers", customers)
api.add_router("/products", products)
api.add_router("/people", people)
api.add_router("/recalls", recalls)
api.add_router("/returned", returned)
api.add_router("/problems", problems)
api.add_router("/search", search)


def problem(request: HttpRequest, status: int, title: str, **more: Any) -> HttpResponse:
    """Answer with application/problem+json (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, **more}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = MEDIA
    return response


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(request, 401, _("Sign in with a valid token."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(KeyProblem)
def _key(request: HttpRequest, error: KeyProblem) -> HttpResponse:
    status, title = {
        "missing": (400, _("Send an Idempotency-Key with every POST: a new one for every new request.")),
        "malformed": (400, _("An Idempotency-Key has 1 to 120 visible characters.")),
        "reused": (422, _("This Idempotency-Key was used for another request.")),
        "busy": (409, _("The same request is being worked on. Repeat it in a moment.")),
    }[error.code]
    response = problem(request, status, title, code=f"key_{error.code}")
    if status == 409:
        response["Retry-After"] = "1"
    return response


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(request, 403, str(error.reason), permission=error.permission)


@api.exception_handler(NoPolicy)
def _no_rules(request: HttpRequest, error: NoPolicy) -> HttpResponse:
    unreadable = isinstance(error, PolicyUnreadable)
    title = _("The rules in force cannot be read") if unreadable else _("No profile is loaded yet")
    return problem(request, 503, title, code="policy")


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, _("There is nothing here that you may see."))


@api.exception_handler(MoveRefused)
def _illegal(request: HttpRequest, error: MoveRefused) -> HttpResponse:
    return problem(request, 409, str(error.reason), code=error.code)


@api.exception_handler(FileRefused)
def _file(request: HttpRequest, error: FileRefused) -> HttpResponse:
    return problem(request, 422, str(error.reason), errors=[{"field": "file", "message": str(error.reason)}])


@api.exception_handler(QueryTooLong)
def _long(request: HttpRequest, error: QueryTooLong) -> HttpResponse:
    return problem(request, 422, _("The search text is too long."))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": field_of(item), "message": message_of(item)} for item in error.errors]
    return problem(request, 422, _("Some fields are not right."), errors=errors)


@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, RequestDataTooBig):
        return problem(request, 413, _("The request is too large."))
    return problem(request, 400, _("The body cannot be read."))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    titles = {NO_JSON: _("The body is not valid JSON."), "Too many requests.": _("Too many requests.")}
    more = {"errors": error.errors} if isinstance(error, WrongFields) else {}
    return problem(request, error.status_code, titles.get(error.message, error.message), **more)
