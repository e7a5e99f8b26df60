"""Sign-in, the own account, and the list of users."""

from typing import Any

import segno
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bihuan.core.listing.pages import list_page
from bihuan.core.permissions.services import can, found, require
from bihuan.core.policy import queries as policy
from bihuan.registry.people import permissions as perm
from bihuan.registry.people import services
from bihuan.registry.people.forms import LoginForm, NewUserForm, PasswordForm, UserForm
from bihuan.registry.people.listing import USERS
from bihuan.registry.people.models import User


def refused_sign_in() -> str:
    """The rule of the lock, the same for every name: nobody learns who exists, and who is locked knows how long."""
    return _(
        "Name, password or code is wrong. After %(tries)s failures in a row an account is locked for"
        " %(minutes)s minutes."
    ) % {"tries": services.MAX_FAILURES, "minutes": int(services.LOCKED_FOR.total_seconds() // 60)}


@sensitive_post_parameters()
@login_not_required
def login(request: HttpRequest) -> HttpResponse:
    """Sign in; what is wrong is not said, so that nobody can guess names."""
    form = LoginForm(request.POST or None)
    target = request.POST.get("next") or request.GET.get("next", "")
    status = 200
    if request.method == "POST":
        user = auth.authenticate(request, **form.cleaned_data) if form.is_valid() else None
        if user is not None:
            auth.login(request, user)
            safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
            return redirect(target if safe and target else "home")
        if form.is_valid():
            form.add_error(None, refused_sign_in())
        status = 422
    return render(request, "people/login.html", {"form": form, "next": target}, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    auth.logout(request)
    return redirect("people:login")


def me(request: HttpRequest) -> HttpResponse:
    """The own account: second factor and tokens; what is refused is told beside its field."""
    user = _self(request)
    change = CHANGES.get(request.POST.get("what", ""))
    told = change(request, user) if change else {}
    context = {
        "user": user, "tokens": list(user.tokens.all()), "rules": policy.default(), "roles": user.role_codes, **told,
    }  # fmt: skip
    return render(request, "people/me.html", context, status=422 if "refused" in told else 200)


def _scan(user: User) -> dict[str, Any]:
    """What an authenticator needs: a picture, or the key for whoever has no camera."""
    uri = services.totp_uri(user)
    return {"picture": str(segno.make(uri).svg_data_uri(scale=4)), "key": user.totp_secret}


def _begin_factor(request: HttpRequest, user: User) -> dict[str, Any]:
    if user.totp_confirmed_at:
        return {}
    services.start_totp(user=user)
    return _scan(user)


def _confirm_factor(request: HttpRequest, user: User) -> dict[str, Any]:
    if services.confirm_totp(user=user, code=request.POST.get("code", "")):
        messages.success(request, _("The second factor is on."))
        return {}
    refused = {"refused": "code", "reason": _("This code is not right.")}
    return {**_scan(user), **refused} if user.totp_secret and not user.totp_confirmed_at else refused


def _stop_factor(request: HttpRequest, user: User) -> dict[str, Any]:
    if not user.check_password(request.POST.get("password", "")):
        return {"refused": "password", "reason": _("This password is not right.")}
    services.stop_totp(user=user, by=user)
    messages.success(request, _("The second factor is off."))
    return {}


def _make_token(request: HttpRequest, user: User) -> dict[str, Any]:
    name = request.POST.get("name", "").strip()
    if not name:
        return {"refused": "name", "reason": _("Say what the token is for.")}
    return {"fresh": services.create_token(user=user, name=name[:60], by=user)}


def _revoke_token(request: HttpRequest, user: User) -> dict[str, Any]:
    wish = request.POST.get("token", "")
    token = found(user.tokens.filter(pk=int(wish)).first() if wish.isdigit() else None)
    services.revoke_token(token=token, by=user)
    messages.success(request, _("The token counts no more."))
    return {}


CHANGES = {
    "totp": _begin_factor, "confirm": _confirm_factor, "stop": _stop_factor, "token": _make_token,
    "revoke": _revoke_token,
}  # fmt: skip


def _self(request: HttpRequest) -> User:
    return get_object_or_404(User, pk=request.user.pk)


@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password."""
    user = _self(request)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        services.change_password(user=user, password=form.cleaned_data["new"], by=user)
        auth.update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    return render(request, "people/password.html", {"form": form}, status=422 if form.is_bound else 200)


def user_list(request: HttpRequest) -> HttpResponse:
    """List the users with their roles."""
    return list_page(request, USERS, "people/list.html", {"may_edit": can(request.user, perm.PEOPLE_EDIT)})


def user_new(request: HttpRequest) -> HttpResponse:
    """Make a user; he changes the first password when he signs in."""
    require(request.user, perm.PEOPLE_EDIT)
    form = NewUserForm(request.POST or None, rules=policy.default())
    if request.method == "POST" and form.is_valid():
        services.create_user(**form.cleaned_data, must_change_password=True, by=_self(request))
        messages.success(request, _("The user is made."))
        return redirect("people:list")
    return render(request, "people/edit.html", {"form": form}, status=422 if form.is_bound else 200)


def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a user."""
    require(request.user, perm.PEOPLE_EDIT)
    user = get_object_or_404(User, pk=pk)
    names = ("name", "email", "phone", "department", "region", "outlet", "is_active")
    initial: dict[str, Any] = {
        **{name: getattr(user, name) for name in names},
        "roles": list(user.role_codes),
    }
    form = UserForm(request.POST or None, rules=policy.default(), initial=initial)
    if request.method == "POST" and form.is_valid():
        services.update_user(user=user, by=_self(request), **form.cleaned_data)
        messages.success(request, _("The user is changed."))
        return redirect("people:list")
    return render(request, "people/edit.html", {"form": form, "person": user}, status=422 if form.is_bound else 200)
