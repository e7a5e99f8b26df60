"""The engineer's pages that work without a network: the shell, the facts for the phone, and what comes back from it."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.core.files import access
from bihuan.core.files.forms import FilesField
from bihuan.core.files.views import serve
from bihuan.core.idempotency.services import KeyProblem, answered_once
from bihuan.core.permissions.services import Refused, found, person, require
from bihuan.core.workflow.table import MoveRefused
from bihuan.service.visits import permissions as perm
from bihuan.service.visits.forms import PHOTOS
from bihuan.service.visits.phone import EntryForms, HeadForm, facts_of, words
from bihuan.service.visits.queries import for_page
from bihuan.service.visits.services.handing_in import earlier, hand_in, require_unchanged
from bihuan.service.visits.services.working import add_photos, digest_of, require_on_it

STYLES = tuple(f"app/{name}.css" for name in ("base", "blocks", "forms", "pages", "public", "lists", "visits"))
SCRIPTS = ("vendor/signature_pad.min.js", "app/phone/store.js", "app/phone/sending.js", "app/phone/page.js")
NEEDED = ("app/phone/store.js", "app/phone/sending.js")
View = Callable[..., HttpResponse]


def shell(request: HttpRequest) -> HttpResponse:
    """The page that the phone keeps: it holds nothing personal, what it shows comes from the phone's own store."""
    require(request.user, perm.VISITS_WORK)
    context = {"words": words(), "styles": STYLES, "scripts": SCRIPTS}
    return HttpResponse(render_to_string("visits/phone/shell.html", context))


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: a new list of files is a new version, which replaces the old one."""
    require(request.user, perm.VISITS_WORK)
    files = [reverse("visits:phone"), static("vendor/tabler.min.css"), static("app/logo.svg"),
             *(static(path) for path in (*STYLES, *SCRIPTS))]  # fmt: skip
    page = render_to_string("visits/phone/shell.html", {"words": words(), "styles": STYLES, "scripts": SCRIPTS})
    mark = hashlib.sha256(f"{get_language()} {files} {page}".encode()).hexdigest()[:12]
    context = {"files": json.dumps(files), "version": mark, "needed": json.dumps([static(path) for path in NEEDED])}
    text = render_to_string("visits/phone/worker.js", context)
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def for_phone(view: View) -> View:
    """Answer in JSON, also what is refused: the phone keeps an entry until it reads that it was received."""

    @wraps(view)
    def run(request: HttpRequest, **values: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return problem(401, _("Please sign in."))
        try:
            if request.method == "POST":
                if not is_whole(request):
                    return problem(400, _("The request arrived incompletely."), code="cut")
                return answered_once(request, lambda: view(request, **values))
            return view(request, **values)
        except KeyProblem as error:
            busy = error.code == "busy"
            text = _("The same request is being worked on. Repeat it in a moment.") if busy else str(error)
            return problem(409 if busy else 400, text, code=f"key_{error.code}")
        except Refused as error:
            return problem(403, str(error.reason))
        except Http404:
            return problem(404, _("This visit is no longer among yours."))
        except MoveRefused as error:
            return problem(409, str(error.reason), code=error.code)
        except ValidationError as error:
            return problem(422, " ".join(error.messages))

    return login_not_required(run)


def is_whole(request: HttpRequest) -> bool:
    """Whether everything arrived: of a connection that broke, a server may see the first part as the whole."""
    if request.content_type != "multipart/form-data":
        return len(request.body) == int(request.headers.get("Content-Length") or 0)
    wanted = request.POST.get("sha256", "")
    return [digest_of(item) for item in request.FILES.getlist("photo")] == [wanted]


def problem(status: int, title: str, **more: Any) -> JsonResponse:
    """Why not, for a person to read."""
    return JsonResponse({"title": title, **more}, status=status)


@for_phone
def facts(request: HttpRequest) -> HttpResponse:
    """The visits of the coming days with their forms, to be kept on the phone."""
    require(request.user, perm.VISITS_WORK)
    numbers = request.GET.getlist("number")
    return JsonResponse(
        {**facts_of(request.user, numbers), "csrf": get_token(request)}, headers={"Cache-Control": "no-store"}
    )


def drawing(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A drawing under an address that the phone can answer by itself."""
    return serve(request, found(access.visible(request.user, pk)))


@require_POST
@for_phone
def photo(request: HttpRequest, number: str) -> HttpResponse:
    """One photo of an entry; it goes ahead of the words, so that a cut connection costs one photo at most."""
    visit = found(for_page(request.user, number))
    uploads = FilesField(allow=PHOTOS).clean(request.FILES.getlist("photo"))
    fresh = add_photos(visit=visit, by=person(request), uploads=uploads)
    return JsonResponse({"number": number, "new": fresh})


@require_POST
@for_phone
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """The words and the signature of an entry: received once, or refused with the reason."""
    visit, by = found(for_page(request.user, number)), person(request)
    require_on_it(visit, by)
    head = HeadForm(request.POST)
    if not head.is_valid():
        return problem(422, _("The entry cannot be read."))
    key, version = head.cleaned_data["key"], head.cleaned_data["version"]
    kept = earlier(by=by, key=key)
    if kept is None:
        require_unchanged(visit, version)
        forms = EntryForms(visit, request.POST)
        if errors := forms.errors():
            return problem(422, _("Please correct what is marked."), errors=errors)
        kept = hand_in(visit=visit, by=by, key=key, version=version, written=forms.written())
    return JsonResponse({"number": number, "received_at": kept.received_at.isoformat()})
