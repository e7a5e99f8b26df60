"""What may be done with the quality problem database; which role may is policy."""

from typing import Final

from django.utils.translation import gettext_lazy as _

PROBLEMS_VIEW: Final = "problems.view"
READ_ACROSS: Final = "problems.read_across"

CATALOGUE = {
    PROBLEMS_VIEW: _("See the quality problem database"),
    READ_ACROSS: _("Ask other product lines whether a problem occurs there"),
}
