"""Django application of the leaf."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    """Configuration of bihuan.core.deadlines."""

    name = "bihuan.core.deadlines"
    label = "deadlines"

    def ready(self) -> None:
        """Follow the journal."""
        from django.utils.translation import gettext_lazy as _

        from bihuan.core.activity.reactions import follow_all
        from bihuan.core.activity.verbs import describe
        from bihuan.core.deadlines import jobs
        from bihuan.core.deadlines.services import follow

        follow_all(follow)
        describe(
            {
                "deadline.warned": _("warned of a deadline"),
                "deadline.breached": _("noted a missed deadline"),
                "deadline.escalated": _("escalated a missed deadline"),
            }
        )
        del jobs
