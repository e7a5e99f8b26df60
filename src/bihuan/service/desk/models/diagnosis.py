"""Finding out: remote support, diagnosis, consultation of other departments."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.service.desk.models.case import Case


class RemoteMeans(models.TextChoices):
    """How the engineer helped from afar (WO-02, WO-06)."""

    PHONE = "phone", _("Telephone")
    CHAT = "chat", _("Online chat")
    VIDEO = "video", _("Video conference")
    DESKTOP = "desktop", _("Remote desktop")
    EMAIL = "email", _("E-mail")


class RemoteSession(models.Model):
    """One remote support session with its steps in detail (WO-06)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="remote_sessions")
    cycle = models.PositiveSmallIntegerField(default=1)
    means = models.CharField(_("means"), max_length=8, choices=RemoteMeans.choices)
    engineer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(_("began at"))
    minutes = models.PositiveIntegerField(_("duration (min)"))
    steps = models.TextField(_("communication and operating steps"))
    solved = models.BooleanField(_("solved the problem"), default=False)
    downtime_minutes = models.PositiveIntegerField(_("customer's downtime (min)"), null=True, blank=True)

    class Meta:
        verbose_name = _("remote support session")
        ordering = ["began_at"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.means}"


class Diagnosis(models.Model):
    """What the engineer found; a later one replaces it and both are kept (WO-01, WO-04)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="diagnoses")
    cycle = models.PositiveSmallIntegerField(default=1)
    engineer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    findings = models.TextField(_("findings"))
    cause = models.TextField(_("cause"))
    parts = models.CharField(_("spare parts needed"), max_length=300, blank=True)
    tools = models.CharField(_("tools needed"), max_length=300, blank=True)
    skills = models.CharField(_("skills needed"), max_length=300, blank=True)
    estimated_hours = models.DecimalField(_("estimated hours"), max_digits=7, decimal_places=1, null=True, blank=True)
    structural_damage = models.BooleanField(_("major structural damage"), default=False)
    endangers_production = models.BooleanField(_("endangers production safety"), default=False)
    needs_onsite = models.BooleanField(_("needs service on site"), default=False)

    class Meta:
        verbose_name = _("diagnosis")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.pk}"


class Consultation(models.Model):
    """A technical consultation: departments are invited, say what they think, one conclusion (WO-05, SOL-10)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="consultations")
    topic = models.CharField(_("question"), max_length=200)
    convened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField(auto_now_add=True)
    answer_by = models.DateTimeField(_("opinions wanted by"))
    concluded_at = models.DateTimeField(null=True, blank=True)
    causes = models.TextField(_("possible causes"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    resources = models.TextField(_("people, parts and tools needed"), blank=True)

    class Meta:
        verbose_name = _("technical consultation")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.topic


class Opinion(models.Model):
    """The opinion of one invited person or department."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="opinions")
    department = models.ForeignKey(
        "people.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    expert_name = models.CharField(_("outside expert"), max_length=60, blank=True)
    text = models.TextField(_("opinion"), blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("opinion")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.expert_name or str(self.user or self.department)
