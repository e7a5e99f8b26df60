"""Django application of the leaf."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Configuration of bihuan.core.approvals."""

    name = "bihuan.core.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Describe what happens to approvals."""
        from django.utils.translation import gettext_lazy as _

        from bihuan.core.activity.verbs import describe

        describe(
            {
                "approval.opened": _("asked for approval"),
                "approval.voted": _("approved a step"),
                "approval.refused": _("returned it"),
                "approval.approved": _("ended the approval: approved"),
                "delegation.given": _("gave the votes to a deputy"),
                "delegation.ended": _("ended the delegation of votes"),
                "approval.returned": _("ended the approval: returned"),
            }
        )
