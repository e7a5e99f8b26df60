"""The inbox of notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from bihuan.core.listing.paging import page_of
from bihuan.core.notify.models import Notification
from bihuan.core.notify.services import mark_read


def inbox(request: HttpRequest) -> HttpResponse:
    """My notices, the newest first; a POST marks all as read."""
    if request.method == "POST":
        mark_read(user=request.user)
        return redirect("notify:inbox")
    page = page_of(Notification.objects.filter(user=request.user.pk), request.GET)
    return render(request, "notify/inbox.html", {"page": page})


def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a notice is about, and mark it as read."""
    row = Notification.objects.filter(user=request.user.pk, pk=pk).first()
    if row is None:
        return redirect("notify:inbox")
    mark_read(user=request.user, ids=[pk])
    try:
        return redirect(reverse(f"{row.subject_type.split('.')[0]}:go", args=[row.subject_id]))
    except NoReverseMatch:
        return redirect("notify:inbox")
