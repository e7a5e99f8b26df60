"""Team, findings, facts of the problem, the tree of causes, replies of departments."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.quality.issues.models.issue import Issue
from bihuan.quality.issues.models.parts import IssuePart


class TeamMember(models.Model):
    """A member of the investigation team; its leader never approves the plan (CAP-01, CAP-02)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(_("part in the team"), max_length=60, blank=True)
    is_leader = models.BooleanField(_("leader"), default=False)

    class Meta:
        verbose_name = _("team member")
        ordering = ["-is_leader", "id"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "user"], name="issue_team_once"),
            models.UniqueConstraint(fields=["issue"], name="issue_one_leader", condition=Q(is_leader=True)),
        ]

    def __str__(self) -> str:
        return str(self.user)


class FindingKind(models.TextChoices):
    """How something was found out."""

    SURVEY = "survey", _("Site survey")
    TEST = "test", _("Test of returned parts")
    INTERVIEW = "interview", _("Interview")
    EXPERT = "expert", _("Expert review")
    RECORDS = "records", _("Study of records")


class Finding(models.Model):
    """What a survey, a test or an expert review brought, with its evidence (CAP-02, CAP-16)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="findings")
    cycle = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=FindingKind.choices)
    place = models.CharField(_("place"), max_length=120, blank=True)
    text = models.TextField(_("what was found"))
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("finding")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:40]}"


class FactKind(models.TextChoices):
    """The questions that describe a problem sharply (CAP-03)."""

    WHAT = "what", _("What is it")
    WHY = "why", _("Why")
    WHERE = "where", _("Where")
    WHEN = "when", _("When")
    WHO = "who", _("Who")
    HOW = "how", _("How, how many")


class ProblemFact(models.Model):
    """A row of 5W1H with what is and what is not so (CAP-03)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(_("question"), max_length=6, choices=FactKind.choices)
    is_text = models.CharField(_("is"), max_length=300)
    is_not = models.CharField(_("is not"), max_length=300, blank=True)
    difference = models.CharField(_("what differs or changed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("fact of the problem")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.is_text


class FlowStep(models.Model):
    """A step of the process in which the problem arose, as the flow chart draws it (CAP-03)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="flow")
    text = models.CharField(_("step"), max_length=60)
    control = models.CharField(_("how it is controlled"), max_length=200, blank=True)
    is_suspect = models.BooleanField(_("the problem may arise or escape here"), default=False)

    class Meta:
        verbose_name = _("step of the process")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class ReturnedPart(IssuePart):
    """A defective product that came back: analysed within its own hours (SLA-04)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="parts")
    name = models.CharField(_("part or product"), max_length=120)
    serial = models.CharField(_("serial no."), max_length=60, blank=True)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    result = models.TextField(_("what the test showed"), blank=True)
    is_confirmed = models.BooleanField(_("fault confirmed"), null=True, blank=True)
    analysed_at = models.DateTimeField(null=True, blank=True)
    analysed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("returned part")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name} {self.serial}".strip()

    @property
    def state(self) -> str:
        """Where the part stands."""
        return "analysed" if self.analysed_at else "received"


class Bone(models.TextChoices):
    """The six bones of the fishbone (CAP-03)."""

    PEOPLE = "people", _("People")
    MACHINE = "machine", _("Machine")
    MATERIAL = "material", _("Material")
    METHOD = "method", _("Method")
    ENVIRONMENT = "environment", _("Environment")
    MEASUREMENT = "measurement", _("Measurement")


class CauseKind(models.TextChoices):
    """Why it arose, why nobody saw it, why the system let both happen."""

    OCCURRENCE = "occurrence", _("Occurrence cause")
    ESCAPE = "escape", _("Escape cause")
    SYSTEM = "system", _("System cause")


class CauseState(models.TextChoices):
    """A cause is a guess until evidence confirms or rejects it."""

    OPEN = "open", _("Suspected")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")


class Cause(models.Model):
    """A suspected cause on a bone; its chain of whys goes down through ``parent``."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="causes")
    cycle = models.PositiveSmallIntegerField(default=1)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="deeper")
    bone = models.CharField(_("category"), max_length=12, choices=Bone.choices)
    kind = models.CharField(_("kind of cause"), max_length=10, choices=CauseKind.choices, default=CauseKind.OCCURRENCE)
    text = models.CharField(_("cause"), max_length=200)
    state = models.CharField(_("judgement"), max_length=10, choices=CauseState.choices, default=CauseState.OPEN)
    evidence = models.TextField(_("evidence"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("cause")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(parent=F("id")), name="issue_cause_not_its_own_why")]

    def __str__(self) -> str:
        return self.text


class Reply(IssuePart):
    """What a department answered by its due date, and who confirmed it before the customer hears (SLA-14, QIS-15)."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="replies")
    department = models.ForeignKey("people.Department", on_delete=models.PROTECT, related_name="+")
    question = models.TextField(_("to be answered"), blank=True)
    due_at = models.DateTimeField(_("due"))
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cause = models.TextField(_("cause analysis"), blank=True)
    disposition = models.TextField(_("disposition"), blank=True)
    corrective = models.TextField(_("corrective measure"), blank=True)
    preventive = models.TextField(_("preventive measure"), blank=True)
    need = models.TextField(_("customer's needs"), blank=True)
    done_on = models.DateField(_("completion date"), null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("reply of a department")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.issue}·{self.department}"

    @property
    def state(self) -> str:
        """Where the reply stands."""
        if self.confirmed_at:
            return "confirmed"
        return "replied" if self.replied_at else "asked"
