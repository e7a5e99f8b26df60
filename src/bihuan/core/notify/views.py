"""The inbox of notices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bihuan.core.listing.pages import list_page
from bihuan.core.listing.paging import page_of
from bihuan.core.notify import permissions as perm
from bihuan.core.notify.forms import PreferenceForm
from bihuan.core.notify.listing import MAILS, NOT_FAILED
from bihuan.core.notify.models import Level, MailState, NoticePreference, Notification, OutboundMail
from bihuan.core.notify.services import mark_read, resend, set_preference
from bihuan.core.permissions.services import found, person, require
from bihuan.core.search.queries import address_of


def inbox(request: HttpRequest) -> HttpResponse:
    """My notices, the newest first; a POST marks all as read."""
    if request.method == "POST":
        mark_read(user=request.user)
        return redirect("notify:inbox")
    page = page_of(Notification.objects.filter(user=request.user.pk), request.GET)
    wish = NoticePreference.objects.filter(user=request.user.pk).first()
    form = PreferenceForm(initial={"mail_level": wish.mail_level if wish else Level.URGENT})
    return render(request, "notify/inbox.html", {"page": page, "form": form})


@require_POST
def preference(request: HttpRequest) -> HttpResponse:
    """Keep from which level on my notices also come by e-mail."""
    form = PreferenceForm(request.POST)
    if form.is_valid():
        set_preference(user=person(request), mail_level=form.cleaned_data["mail_level"])
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Please choose from the list."))
    return redirect("notify:inbox")


def mails(request: HttpRequest) -> HttpResponse:
    """Mails that left the house, or could not."""
    return list_page(request, MAILS, "notify/mails.html")


def mail_page(request: HttpRequest, pk: int) -> HttpResponse:
    """When a mail left, or why it could not; not its words, which may hold the customer's own link."""
    require(request.user, perm.NOTIFY_MAIL_LOG)
    mail = found(OutboundMail.objects.defer("text").filter(pk=pk).first())
    return render(request, "notify/mail.html", {"mail": mail, "may_send": mail.state == MailState.FAILED})


@require_POST
def mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a mail that failed once more."""
    require(request.user, perm.NOTIFY_MAIL_LOG)
    mail = found(OutboundMail.objects.filter(pk=pk).first())
    if resend(mail=mail, by=person(request)):
        messages.success(request, _("The mail is sent again."))
    else:
        messages.error(request, str(NOT_FAILED))
    return redirect("notify:mails")


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a notice is about, and mark it as read."""
    row = Notification.objects.filter(user=request.user.pk, pk=pk).first()
    if row is None:
        return redirect("notify:inbox")
    mark_read(user=request.user, ids=[pk])
    place = address_of(row.subject_type, row.subject_id) if row.subject_id is not None else ""
    return redirect(place or "notify:inbox")
