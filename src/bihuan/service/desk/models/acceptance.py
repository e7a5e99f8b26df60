"""Was it done well: the customer says so, then the house looks, then it is kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.service.desk.models.case import Case


class AcceptanceStage(models.TextChoices):
    """Customer first, then internal (ACC-05, ACC-06)."""

    CUSTOMER = "customer", _("Customer acceptance")
    INTERNAL = "internal", _("Internal acceptance")


class Acceptance(models.Model):
    """One try of one stage; a refused one stays and is followed by another after the rework."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="acceptances")
    cycle = models.PositiveSmallIntegerField(default=1)
    stage = models.CharField(max_length=8, choices=AcceptanceStage.choices)
    passed = models.BooleanField(_("accepted"))
    demonstrated = models.BooleanField(_("result demonstrated and precautions explained"), default=False)
    site_cleaned = models.BooleanField(_("site cleaned"), default=False)
    run_test = models.TextField(_("run or trial test and its result"), blank=True)
    process_score = models.PositiveSmallIntegerField(_("process"), null=True, blank=True)
    result_score = models.PositiveSmallIntegerField(_("result"), null=True, blank=True)
    attitude_score = models.PositiveSmallIntegerField(_("attitude"), null=True, blank=True)
    quality_ok = models.BooleanField(_("repair quality"), null=True, blank=True)
    records_ok = models.BooleanField(_("records complete"), null=True, blank=True)
    satisfaction_ok = models.BooleanField(_("customer satisfied"), null=True, blank=True)
    opinion = models.TextField(_("opinion"), blank=True)
    person = models.CharField(_("signed by"), max_length=60, blank=True)
    signature = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("acceptance")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage}"


class Dossier(models.Model):
    """The archived record of one cycle: one page, one PDF with all parts (CUS-03, ACC-10)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="dossiers")
    cycle = models.PositiveSmallIntegerField()
    archived_at = models.DateTimeField(auto_now_add=True)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    keep_until = models.DateField(_("keep until"))
    pdf = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("service dossier")
        constraints = [models.UniqueConstraint(fields=["case", "cycle"], name="dossier_once_per_cycle")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.cycle}"
