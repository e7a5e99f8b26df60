"""The small tables of notices: robots of chat groups, webhooks."""

from typing import Any, ClassVar

import httpx
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from bihuan.core.activity.verbs import known
from bihuan.core.masterdata.fields import KeepsSecret, SecretInputField, WordsField
from bihuan.core.masterdata.registry import ActionFailed, Table, TableAction, register
from bihuan.core.notify import permissions as perm
from bihuan.core.notify.models import Robot, Webhook
from bihuan.core.notify.reach import AddressRefused, allowed_ip
from bihuan.core.notify.robots import RobotError, send_to_robot
from bihuan.core.notify.webhooks import WebhookError, deliver

GROUP = _("Connections")


class OutsideForm(KeepsSecret):
    """Something outside with an address that this installation allows, and a secret."""

    secret = SecretInputField(label=_("signing secret"))
    url = forms.URLField(label=_("address"), max_length=500, assume_scheme="https")

    def clean_url(self) -> str:
        """An address that nothing would be posted to is refused when it is written down."""
        url: str = self.cleaned_data["url"]
        try:
            allowed_ip(url)
        except (AddressRefused, httpx.InvalidURL) as refused:
            raise ValidationError(str(refused)) from refused
        return url


class RobotForm(OutsideForm):
    """A group robot."""

    wide_fields: ClassVar[tuple[str, ...]] = ("url",)
    needs_secret = False

    class Meta:
        model = Robot
        fields = ("name", "kind", "url", "secret", "level", "is_enabled")


class WebhookForm(OutsideForm):
    """A program that is told of events."""

    wide_fields: ClassVar[tuple[str, ...]] = ("url", "events")
    events = WordsField(label=_("events"), help_text=_("Names of events such as case.registered, or * for all."))

    class Meta:
        model = Webhook
        fields = ("name", "url", "secret", "events", "is_enabled")

    def clean_events(self) -> list[str]:
        """Every event must exist."""
        events: list[str] = self.cleaned_data["events"]
        unknown = [event for event in events if event != "*" and event not in known()]
        if unknown:
            raise ValidationError(_("“%(value)s” is not known"), params={"value": unknown[0]})
        return events


def try_robot(robot: Any, by: Any) -> str:
    """Write a test message to the group."""
    try:
        send_to_robot(robot.kind, robot.url, robot.secret, translate("Bihuan: a test message"))
    except (RobotError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise ActionFailed(translate("It did not work: %(reason)s") % {"reason": error}) from error
    return translate("The test message is sent.")


def try_webhook(hook: Any, by: Any) -> str:
    """Post a test event."""
    try:
        deliver(hook, {"verb": "test", "id": 0}, delivery_id="test")
    except (WebhookError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise ActionFailed(translate("It did not work: %(reason)s") % {"reason": error}) from error
    return translate("The test event was taken.")


register(
    Table(
        "robots", _("Group robots"), "robot", RobotForm,
        ((_("name"), lambda row: row.name), (_("kind"), lambda row: row.get_kind_display()),
         (_("from level"), lambda row: row.get_level_display()), (_("switched on"), lambda row: row.is_enabled),
         (_("last error"), lambda row: row.last_error)),
        perm.NOTIFY_ADMIN, perm.NOTIFY_ADMIN, GROUP,
        _("Chat groups in WeCom, DingTalk and Feishu that are told of urgent things."),
        secrets=("secret",), actions=(TableAction("test", _("Send a test message"), try_robot),),
    ),
    created=_("added the robot"), changed=_("changed the robot"),
)  # fmt: skip
register(
    Table(
        "webhooks", _("Webhooks"), "webhook", WebhookForm,
        ((_("name"), lambda row: row.name), (_("address"), lambda row: row.url),
         (_("events"), lambda row: "、".join(row.events)), (_("switched on"), lambda row: row.is_enabled),
         (_("last error"), lambda row: row.last_error)),
        perm.NOTIFY_ADMIN, perm.NOTIFY_ADMIN, GROUP, _("Programs that are told of events, signed and retried."),
        secrets=("secret",), actions=(TableAction("test", _("Send a test event"), try_webhook),),
    ),
    created=_("added the webhook"), changed=_("changed the webhook"),
)  # fmt: skip
