"""The router of the API: every POST is answered once, and every operation says which errors it may answer with."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import ninja
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.responses import NinjaJSONEncoder

from bihuan.core.idempotency.services import answered_once
from bihuan.core.rest.paging import broken
from bihuan.core.rest.problems import MEDIA, Problem

WORDS = {
    400: "The Idempotency-Key is missing or malformed, or the body is no JSON.",
    401: "No token, or one that does not count.",
    403: "The caller sees this and may not do it.",
    404: "There is nothing here that the caller may see.",
    409: "The rules, the present state or somebody faster forbid it; `title` says why, `code` names the rule.",
    422: "Fields are not right: each is named in `errors`. Or the Idempotency-Key was used for another request.",
    429: "Too many requests; wait as many seconds as Retry-After says.",
}
KEY = {
    "name": "Idempotency-Key", "in": "header", "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"},
    "description": "Any text of your own, new for every new request, the same for every repeat of it.",
}  # fmt: skip
View = Callable[..., Any]


class Router(ninja.Router):
    """A router whose POSTs want an Idempotency-Key and whose errors stand in the schema."""

    def add_api_operation(self, path: str, methods: list[str], view_func: View, **options: Any) -> None:
        """Add an operation; reading needs nothing more, writing is wrapped."""
        extra = dict(options.pop("openapi_extra", None) or {})
        extra["responses"] = {**_problems(path, methods), **extra.get("responses", {})}
        if "POST" in methods:
            extra["parameters"] = [*extra.get("parameters", []), {"$ref": "#/components/parameters/IdempotencyKey"}]
        response = options.get("response")
        status = next(iter(response)) if isinstance(response, dict) else 200
        view = _once(view_func, status) if "POST" in methods else _clean(view_func)
        super().add_api_operation(path, methods, view, openapi_extra=extra, **options)


def _problems(path: str, methods: list[str]) -> dict[int, Any]:
    """The errors that an operation may answer with, read from its method and its address."""
    writes = methods != ["GET"]
    codes = {401, 403, 422, 429} | ({400, 409} if writes else set()) | ({404} if "{" in path or writes else set())
    return {code: {"$ref": f"#/components/responses/Problem{code}"} for code in sorted(codes)}


def components() -> dict[str, Any]:
    """What every operation of the schema refers to."""
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "schemas": {**problem.pop("$defs"), "Problem": problem},
        "responses": {f"Problem{code}": {"description": text, "content": content} for code, text in WORDS.items()},
        "parameters": {"IdempotencyKey": KEY},
    }


def _check_texts(request: HttpRequest, values: dict[str, Any]) -> None:
    path = request.resolver_match.kwargs if request.resolver_match else {}
    if broken({name: value for name, value in values.items() if name in path}):
        raise Http404
    if broken(values):
        raise HttpError(422, _("This text holds broken characters."))


def _clean(view: View) -> View:
    """Refuse broken characters in the address before any row is asked for."""

    @wraps(view)
    def run(request: HttpRequest, **values: Any) -> Any:
        _check_texts(request, values)
        return view(request, **values)

    return run


def _once(view: View, status: int) -> View:
    """Give one answer per key: the view runs in one transaction with the row that keeps its answer."""

    @wraps(view)
    def run(request: HttpRequest, **values: Any) -> HttpResponse:
        _check_texts(request, values)
        return answered_once(request, lambda: _response(view(request, **values), status))

    return run


def _response(value: Any, status: int) -> HttpResponse:
    """Write the answer of a view as JSON, as ninja does."""
    body = json.dumps(value, cls=NinjaJSONEncoder)
    return HttpResponse(body, status=status, content_type="application/json")
