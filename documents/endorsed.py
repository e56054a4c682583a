"""The table of endorsements issued on permits: for how long, how often, and on which permit."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from documents import catalog
from portal.common.models import Keyed


class IssuedEndorsementQuerySet(models.QuerySet["IssuedEndorsement"]):
    """Endorsements by what they are still good for."""

    def in_force(self, day: date) -> "IssuedEndorsementQuerySet":
        """On a permit that has not ended, and not over on `day`."""
        return self.filter(expires_on__gte=day, permit__status__in=("valid", "pending_invalidation"))


class IssuedEndorsement(Keyed):
    """One endorsement written on a permit; it ends with its own time or with the permit, whichever is first.

    How many entries are used is known at the border only. `stay_days` is the stay each time, None where it is as the
    other side approved.
    """

    permit = models.ForeignKey(
        "documents.IssuedDocument", on_delete=models.PROTECT, related_name="endorsements", verbose_name="通行证"
    )
    application_id = models.UUIDField(unique=True, editable=False)
    destination = models.CharField("前往地", max_length=2)
    letter = models.CharField("签注种类", max_length=8)
    option = models.CharField("次数和期限", max_length=8)
    stay_days = models.PositiveSmallIntegerField("每次停留天数", null=True)
    issued_on = models.DateField("签发日期")
    expires_on = models.DateField("有效期至")

    objects = IssuedEndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = "已签发签注"
        verbose_name_plural = "已签发签注"
        constraints = (
            models.CheckConstraint(condition=Q(expires_on__gte=F("issued_on")), name="endorsement_dates_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.destination} {self.letter} {self.pk}"

    @property
    def label(self) -> str:
        """Where to, what and how often, in the reader's language."""
        return catalog.endorsement_label(self.destination, self.letter, self.option)
