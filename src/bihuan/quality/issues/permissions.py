"""What may be done with quality issues; which role may is policy (D08, D09)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

ISSUE_VIEW: Final = "issues.view"
ISSUE_MANAGE: Final = "issues.manage"
ISSUE_INVESTIGATE: Final = "issues.investigate"
ISSUE_PLAN: Final = "issues.plan"
ISSUE_EXECUTE: Final = "issues.execute"
ISSUE_RESPONSIBILITY: Final = "issues.responsibility"
ISSUE_RULE: Final = "issues.rule"
ISSUE_VERIFY: Final = "issues.verify"
ISSUE_CLOSE: Final = "issues.close"
ISSUE_SUPERVISE: Final = "issues.supervise"

CATALOGUE = {
    ISSUE_VIEW: _("See quality issues"),
    ISSUE_MANAGE: _("Register, grade and assign quality issues"),
    ISSUE_INVESTIGATE: _("Investigate causes"),
    ISSUE_PLAN: _("Plan measures"),
    ISSUE_EXECUTE: _("Carry out measures"),
    ISSUE_RESPONSIBILITY: _("Decide internal or external responsibility"),
    ISSUE_RULE: _("Give the final ruling on objections"),
    ISSUE_VERIFY: _("Judge the effect of measures"),
    ISSUE_CLOSE: _("Close and reopen quality issues"),
    ISSUE_SUPERVISE: _("Supervise: findings, rewards and penalties"),
}
