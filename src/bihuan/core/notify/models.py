"""Notices to our people, mails to anybody, robots of chat groups, webhooks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.core.notify.kinds import labels
from bihuan.core.secrets.fields import SecretField


class Level(models.TextChoices):
    """How loud."""

    INFO = "info", _("Information")
    WARN = "warn", _("Warning")
    URGENT = "urgent", _("Urgent")


class Notification(models.Model):
    """One notice in one person's inbox; the same thread is not told twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    verb = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    level = models.CharField(max_length=6, choices=Level.choices, default=Level.INFO)
    thread_key = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "thread_key"], condition=~Q(thread_key=""), name="notice_once_per_thread"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_inbox"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class NoticePreference(models.Model):
    """From which level on a person's notices also go to his e-mail; nothing kept means urgent ones."""

    NEVER = "never"
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_preference")
    mail_level = models.CharField(
        _("also by e-mail"), max_length=6, choices=[*Level.choices, (NEVER, _("Never"))], default=Level.URGENT
    )

    class Meta:
        verbose_name = _("notice preference")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.mail_level}"


class MailState(models.TextChoices):
    """Where a mail is on its way out."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SUPPRESSED = "suppressed", _("Not sent")


class OutboundMail(models.Model):
    """A mail that leaves the house; written in the transaction of its cause and sent at least once."""

    kind = models.CharField(max_length=30)
    to = models.JSONField(default=list)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    headers = models.JSONField(default=dict)
    message_id = models.CharField(max_length=255, unique=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    dedupe_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    is_automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        indexes = [
            models.Index(fields=["state", "-id"], name="mail_by_state"),
            models.Index(fields=["subject_type", "subject_id"], name="mail_subject"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def kind_label(self) -> str | Promise:
        """The kind in words."""
        return labels.get(self.kind, self.kind)


class RobotKind(models.TextChoices):
    """Chat groups that we can write to."""

    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


class Robot(models.Model):
    """A group robot; takes notices from its level on."""

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=RobotKind.choices)
    url = models.URLField(_("address"), max_length=500)
    secret = SecretField(_("signing secret"), blank=True)
    level = models.CharField(_("from level"), max_length=6, choices=Level.choices, default=Level.URGENT)
    is_enabled = models.BooleanField(_("switched on"), default=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("group robot")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Webhook(models.Model):
    """A program outside that is told of events, signed and retried."""

    name = models.CharField(_("name"), max_length=60)
    url = models.URLField(_("address"), max_length=500)
    secret = SecretField(_("signing secret"))
    events = models.JSONField(_("events"), default=list)
    is_enabled = models.BooleanField(_("switched on"), default=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("webhook")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
