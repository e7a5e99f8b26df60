"""The words for the mails of follow-up."""

from django.utils.translation import gettext_lazy as _

from bihuan.core.notify.kinds import describe

describe({"survey": _("Satisfaction survey")})
