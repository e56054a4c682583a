"""What officials write to one another about a case; the applicant never sees it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from portal.common.fields import SealedTextField
from portal.common.models import Keyed

NOTE_LENGTH = 1000


class CaseNote(Keyed):
    """A sealed note an official left with a case when handing it over or assigning it."""

    HANDED_OVER, REASSIGNED = "handed_over", "reassigned"

    application_id = models.UUIDField(db_index=True, editable=False)
    occasion = models.CharField(max_length=16, choices=((HANDED_OVER, "转交"), (REASSIGNED, "指派")))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = SealedTextField("说明", max_plain=NOTE_LENGTH)

    class Meta:
        verbose_name = "案件说明"
        verbose_name_plural = "案件说明"
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return str(self.id)
