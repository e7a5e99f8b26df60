"""What came in, kept as it came."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.secrets.fields import SecretField
from bihuan.service.intake.reasons import told


class Mailbox(models.Model):
    """A mailbox that is polled by IMAP and answered from."""

    name = models.CharField(_("name"), max_length=60)
    address = models.EmailField(_("address"), unique=True)
    channel = models.SlugField(_("channel"), max_length=60, default="email")
    host = models.CharField(_("IMAP server"), max_length=120)
    port = models.PositiveIntegerField(_("port"), default=993)
    use_tls = models.BooleanField(_("encrypted"), default=True)
    username = models.CharField(_("login name"), max_length=120)
    secret = SecretField(_("password"))
    folder = models.CharField(_("folder"), max_length=60, default="INBOX")
    is_enabled = models.BooleanField(_("switched on"), default=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    last_polled_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("mailbox")

    def __str__(self) -> str:
        return self.address


class MessageState(models.TextChoices):
    """Where a message is between the wire and a case."""

    STORED = "stored", _("Stored")
    ROUTED = "routed", _("In a case")
    WAITING = "waiting", _("To be decided")
    QUARANTINED = "quarantined", _("Quarantined")
    IGNORED = "ignored", _("No case needed")


class InboundMessage(models.Model):
    """One message as it came, on any channel; stored first and once, then read, then routed."""

    source = models.CharField(max_length=120)
    external_id = models.CharField(max_length=255)
    channel = models.SlugField(max_length=60)
    mailbox = models.ForeignKey(Mailbox, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    raw = models.BinaryField(null=True, blank=True)
    raw_sha256 = models.CharField(max_length=64, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=MessageState.choices, default=MessageState.STORED)
    reason = models.CharField(max_length=300, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    sender_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    new_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    is_automatic = models.BooleanField(default=False)
    defects = models.JSONField(default=list, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("message")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="message_stored_once"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="message_inbox"),
            models.Index(fields=["external_id"], name="message_thread"),
            models.Index(fields=["id"], name="message_unread", condition=Q(state="stored")),
        ]

    def __str__(self) -> str:
        return self.subject or self.external_id

    @property
    def why(self) -> str:
        """The reason for people."""
        return told(self.reason)


class CallOutcome(models.TextChoices):
    """What became of a call."""

    ANSWERED = "answered", _("Answered")
    MISSED = "missed", _("Missed")
    ABANDONED = "abandoned", _("Caller hung up")


class PhoneCall(models.Model):
    """An incoming call, kept for connect rate and ring limit (INT-14, KPI-06)."""

    channel = models.SlugField(max_length=60)
    caller = models.CharField(_("caller's number"), max_length=40, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=CallOutcome.choices, default=CallOutcome.ANSWERED)
    rings = models.PositiveSmallIntegerField(_("rings"), null=True, blank=True)
    wait_seconds = models.PositiveIntegerField(_("waiting time (s)"), null=True, blank=True)
    began_at = models.DateTimeField(_("began at"))
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("telephone call")
        indexes = [models.Index(fields=["channel", "began_at"], name="call_rates")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M} {self.caller}"
