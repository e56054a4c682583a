"""Shots: pictures that were sent in, what the inspection found, and which one was chosen."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from portal.common.models import LifecycleModel

PORTRAIT, SIGNATURE = "portrait", "signature"
PURPOSES = ((PORTRAIT, "证件照"), (SIGNATURE, "签名"))
STATES = ("waiting", "accepted", "refused", "human", "passed", "turned_down", "removed")


class Shot(LifecycleModel):
    """One picture of one purpose; `owner` is the opaque key of the form it belongs to.

    The file names are those of sealed files: `original` as sent, `preview` re-encoded for the page, `final` the
    finished picture (a portrait 354×472): there for every accepted shot, and for another where a crop was found.
    """

    subject_kind: ClassVar[str] = "shot"

    owner = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=10, choices=PURPOSES)
    number = models.PositiveSmallIntegerField("第几张")
    received_at = models.DateTimeField()
    inspected_at = models.DateTimeField(null=True)
    original = models.CharField(max_length=60, blank=True)
    preview = models.CharField(max_length=60, blank=True)
    final = models.CharField(max_length=60, blank=True)
    verdict = models.JSONField(default=dict)
    is_chosen = models.BooleanField(default=False)

    class Meta:
        verbose_name = "照片"
        verbose_name_plural = "照片"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=STATES), name="shot_status_known"),
            models.UniqueConstraint(fields=["owner", "purpose", "number"], name="shot_numbered_once"),
            models.UniqueConstraint(
                fields=["owner", "purpose"], condition=Q(is_chosen=True), name="shot_one_chosen_each"
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} {self.number}"

    @property
    def chain(self) -> str:
        """The audit chain of the case the picture belongs to."""
        return f"shots:{self.owner}"

    @property
    def is_waiting(self) -> bool:
        """The inspection is not done yet."""
        return self.status == "waiting"

    @property
    def is_accepted(self) -> bool:
        """The checker, or an officer, found the picture in order."""
        return self.status in ("accepted", "passed")

    @property
    def is_refused(self) -> bool:
        """The checker found it not in order, and no officer was asked."""
        return self.status == "refused"

    @property
    def is_with_officer(self) -> bool:
        """It waits for an officer's eyes."""
        return self.status == "human"

    @property
    def is_usable(self) -> bool:
        """A form may be filed with it: accepted, or on its way to an officer's eyes."""
        return self.is_accepted or self.is_with_officer
