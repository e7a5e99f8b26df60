"""The pages of the rules: in force, section by section, versions, comparison, change with preview."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.listing.paging import page_of
from bihuan.core.permissions.services import can, found, person, require
from bihuan.core.policy.models import PolicyProfile, PolicyVersion
from bihuan.core.policy.queries import parsed
from bihuan.core.policy.services import PolicyError, strange
from bihuan.core.rulebook import permissions as perm
from bihuan.core.rulebook.forms import SectionForm
from bihuan.core.rulebook.services import ChangedMeanwhile, put_in_force, with_section
from bihuan.core.rulebook.texts import SECTIONS, compare, dump, plain


def _profile(request: HttpRequest, code: str, permission: str = perm.POLICY_VIEW) -> PolicyProfile:
    require(request.user, permission)
    rows = PolicyProfile.objects.select_related("current__created_by").filter(code=code, current__isnull=False)
    return found(rows.first())


def _in_force(profile: PolicyProfile) -> PolicyVersion:
    return found(profile.current)


def profile_list(request: HttpRequest) -> HttpResponse:
    """The profiles with what is in force."""
    require(request.user, perm.POLICY_VIEW)
    rows = PolicyProfile.objects.select_related("current__created_by").order_by("-is_default", "code")
    return render(request, "rulebook/list.html", {"rows": rows})


def profile_page(request: HttpRequest, code: str) -> HttpResponse:
    """All sections of the rules in force."""
    profile = _profile(request, code)
    data = plain(parsed(_in_force(profile)))
    sections = [
        (key, label, _size(data.get(key)), dump(data[key]) if key in data else "") for key, label in SECTIONS.items()
    ]
    context = {
        "profile": profile, "sections": sections, "may_edit": can(request.user, perm.POLICY_EDIT),
        "strange": strange(_in_force(profile)),
    }  # fmt: skip
    return render(request, "rulebook/profile.html", context)


def _size(value: Any) -> int | None:
    return len(value) if isinstance(value, list | dict) else None


def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Change one section: write, look at the difference, put it in force."""
    profile = _profile(request, code, perm.POLICY_EDIT)
    if section not in SECTIONS:
        raise Http404
    version = _in_force(profile)
    data = plain(parsed(version))
    form = SectionForm(request.POST or None, initial={"text": dump(data[section]) if section in data else ""})
    context: dict[str, Any] = {"profile": profile, "section": section, "label": SECTIONS[section], "form": form,
                               "strange": strange(version),
                               "seen": request.POST.get("version") or version.pk}  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answer = _try(request, profile, version, section, form, context)
            except PolicyError as problem:
                for line in problem.problems:
                    form.add_error("text", line)
            except ChangedMeanwhile as changed:
                form.add_error(None, changed.reason)
                status = 409
            else:
                if answer:
                    return answer
                status = 200
    return render(request, "rulebook/section.html", context, status=status)


def _try(request: HttpRequest, profile: PolicyProfile, version: PolicyVersion, section: str, form: SectionForm,
         context: dict[str, Any]) -> HttpResponse | None:  # fmt: skip
    after, checked = with_section(version, section, form.cleaned_data["text"])
    context["diff"] = compare(plain(parsed(version)), plain(checked))
    if "confirm" not in request.POST:
        return None
    seen = request.POST.get("version", "")
    fresh = put_in_force(
        profile=profile, seen=int(seen) if seen.isdigit() else 0, data=after, note=form.cleaned_data["note"],
        by=person(request),
    )  # fmt: skip
    messages.success(request, _("Version %(number)s is in force.") % {"number": fresh.number})
    return redirect("rulebook:profile", profile.code)


def versions(request: HttpRequest, code: str) -> HttpResponse:
    """All versions, the newest first."""
    profile = _profile(request, code)
    page = page_of(profile.versions.select_related("created_by").defer("data"), request.GET)
    return render(request, "rulebook/versions.html", {"profile": profile, "page": page})


def version_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What a version changed, and what differs between it and the one in force."""
    profile = _profile(request, code)
    version = found(profile.versions.select_related("created_by").filter(number=number).first())
    before = profile.versions.filter(number__lt=number).order_by("-number").first()
    current = _in_force(profile)
    context = {
        "profile": profile, "version": version, "before": before,
        "changes": compare(plain(parsed(before)) if before else {}, plain(parsed(version))) if before else [],
        "to_now": compare(plain(parsed(current)), plain(parsed(version))) if version.pk != current.pk else [],
        "may_edit": can(request.user, perm.POLICY_EDIT),
    }  # fmt: skip
    return render(request, "rulebook/version.html", context)


@require_POST
def restore(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put the rules of an earlier version in force again, as a new version."""
    profile = _profile(request, code, perm.POLICY_EDIT)
    version = found(profile.versions.filter(number=number).first())
    note = _("Version %(number)s again") % {"number": number}
    seen = request.POST.get("version", "")
    try:
        fresh = put_in_force(
            profile=profile, seen=int(seen) if seen.isdigit() else 0, data=plain(parsed(version)), note=note,
            by=person(request),
        )  # fmt: skip
    except ChangedMeanwhile as changed:
        messages.error(request, changed.reason)
    except PolicyError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Version %(number)s is in force.") % {"number": fresh.number})
    return redirect("rulebook:versions", code)
