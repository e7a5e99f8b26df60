"""Customers and how to reach them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerKind(models.TextChoices):
    """A company or a person."""

    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class Customer(models.Model):
    """Who bought or uses our products (CUS-01, CUS-06)."""

    code = models.CharField(_("customer no."), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=CustomerKind.choices, default=CustomerKind.COMPANY)
    region = models.ForeignKey(
        "people.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="customers",
        verbose_name=_("region"),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="customers",
        verbose_name=_("account manager"),
    )  # fmt: skip
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    note = models.TextField(_("remark"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        indexes = [
            models.Index(fields=["name"], name="customer_name"),
            models.Index(fields=["phone_key"], name="customer_phone"),
            models.Index(fields=["email"], name="customer_email"),
            models.Index(fields=["region", "-id"], name="customer_region"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person to talk to."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=40)
    position = models.CharField(_("position"), max_length=40, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    is_primary = models.BooleanField(_("main contact"), default=False)

    class Meta:
        verbose_name = _("contact")
        ordering = ["-is_primary", "id"]
        indexes = [
            models.Index(fields=["phone_key"], name="contact_phone"),
            models.Index(fields=["email"], name="contact_email"),
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where the customer uses our products."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=200)
    region = models.ForeignKey(
        "people.Region",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("region"),
    )

    class Meta:
        verbose_name = _("site")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
