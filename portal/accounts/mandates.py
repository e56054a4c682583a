"""Tables of who may act for whom: authorisations that older people give, children in their guardians' care."""

from django.db import models
from django.db.models import F, Q

from portal.common import clock
from portal.common.fields import BlindIndexField, SealedTextField
from portal.common.models import Keyed, LifecycleModel


class AuthorisationQuerySet(models.QuerySet["Authorisation"]):
    """Authorisations by what they allow."""

    def open(self) -> "AuthorisationQuerySet":
        """Waiting for the helper, or given."""
        return self.filter(status__in=("invited", "active"))

    def in_force(self) -> "AuthorisationQuerySet":
        """Given, not revoked, and its last day is not over, whether or not the end has been written yet."""
        return self.filter(status="active", ends_on__gte=clock.today())


class Authorisation(LifecycleModel):
    """An older person's leave for a helper to act for them until a last day; the helper is known once they agree."""

    subject_kind = "authorisation"

    beneficiary = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="authorisations", verbose_name="被代办人"
    )
    helper = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, related_name="helping", verbose_name="代办人"
    )
    phone = SealedTextField("代办人手机号", max_plain=20)
    phone_index = BlindIndexField(source="phone", db_index=True)
    ends_on = models.DateField("授权最后一天")
    invited_at = models.DateTimeField("邀请时间")

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        verbose_name = "授权代办"
        verbose_name_plural = "授权代办"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("invited", "active", "declined", "revoked", "expired")),
                name="authorisation_status_known",
            ),
            models.CheckConstraint(
                condition=Q(helper=None) | ~Q(helper=F("beneficiary")), name="authorisation_helper_is_another"
            ),
            models.CheckConstraint(condition=~Q(status="active", helper=None), name="authorisation_helper_known"),
            models.UniqueConstraint(
                fields=["beneficiary", "phone_index"],
                condition=Q(status__in=("invited", "active")),
                name="authorisation_one_open_for_a_phone",
            ),
            models.UniqueConstraint(
                fields=["beneficiary", "helper"],
                condition=Q(status__in=("invited", "active")),
                name="authorisation_one_open_for_a_pair",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def chain(self) -> str:
        """The audit chain of the person who authorises."""
        return f"person:{self.beneficiary.user_id}"


class GuardianshipQuerySet(models.QuerySet["Guardianship"]):
    """Guardianships by what they allow."""

    def in_force(self) -> "GuardianshipQuerySet":
        """Neither revoked nor past their last day."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=clock.today()), is_revoked=False)


class Guardianship(Keyed):
    """What the guardianship register said last of a guardian and a child, both known here."""

    guardian = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="in_care", verbose_name="监护人"
    )
    child = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="guardianships", verbose_name="被监护人"
    )
    last_day = models.DateField("监护最后一天", null=True)
    is_revoked = models.BooleanField("已撤销", default=False)

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        verbose_name = "监护关系"
        verbose_name_plural = "监护关系"
        constraints = (
            models.CheckConstraint(condition=~Q(guardian=F("child")), name="guardianship_guardian_is_another"),
            models.UniqueConstraint(fields=["guardian", "child"], name="guardianship_once"),
        )

    def __str__(self) -> str:
        return str(self.id)
