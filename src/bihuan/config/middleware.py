"""What every request passes: sign-in, the rules in force, refusals turned into pages."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequired
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from bihuan.core.permissions.services import Refused
from bihuan.core.policy.queries import NoPolicy, PolicyUnreadable, one_look
from bihuan.core.workflow.table import MoveRefused

GetResponse = Callable[[HttpRequest], HttpResponse]
FREE_PATHS = ("/api/", "/static/")
SHORTEST_TEXT = 6
NOT_SHOWN = ("csrf", "password", "secret", "token", "code", "key")


class LoginRequiredMiddleware(DjangoLoginRequired):
    """Every page wants a sign-in unless its view says ``login_not_required``; the API has its own tokens."""

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponseBase | None:  # type: ignore[no-untyped-def]
        """Let the API through, and send those who must change their password to that page."""
        if request.path.startswith(FREE_PATHS):
            return None
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None:
            return answer
        user = request.user
        allowed = {reverse("people:password"), reverse("people:logout"), reverse("set_language")}
        if user.is_authenticated and user.must_change_password and request.path not in allowed:
            return redirect("people:password")
        return None


class LanguageMiddleware:
    """Chinese, unless the person chose otherwise in his account or by the switch; the browser is not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the language of one request."""
        user = getattr(request, "user", None)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if user is not None and user.is_authenticated and user.language:
            chosen = user.language
        known = {code for code, _name in settings.LANGUAGES}
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


def typed(request: HttpRequest) -> list[str]:
    """The texts that were posted, so that a refusal without a form of its own loses none of them; never a secret."""
    names = [name for name in request.POST if not any(word in name for word in NOT_SHOWN)]
    texts = [str(request.POST.get(name, "")).strip() for name in names]
    return [text for text in texts if len(text) >= SHORTEST_TEXT]


class RefusalMiddleware:
    """Reads the rules in force once, and turns refusals into answers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Wrap one request."""
        with one_look():
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """403 for a missing right, 409 for an illegal move, 503 while no profile is loaded or readable."""
        if isinstance(error, Refused):
            return render(request, "403.html", {"reason": error.reason, "typed": typed(request)}, status=403)
        if isinstance(error, MoveRefused):
            return render(request, "409.html", {"reason": error.reason, "typed": typed(request)}, status=409)
        if isinstance(error, NoPolicy):
            return render(request, "503.html", {"unreadable": isinstance(error, PolicyUnreadable)}, status=503)
        return None
