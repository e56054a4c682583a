"""Tables of what is issued: tariff and scope as dated rows, number ranges, and the register of issued documents."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from documents import catalog, numbers
from documents.endorsed import IssuedEndorsement
from documents.revisions import CONFIDENCE, RuleRevision, ScopeLine, Wish
from portal.common.fields import BlindIndexField, SealedTextField
from portal.common.models import LifecycleModel

__all__ = [
    "Dated",
    "IssuedDocument",
    "IssuedEndorsement",
    "NumberRange",
    "RuleRevision",
    "ScopeLine",
    "Tariff",
    "Wish",
]


class Dated(models.Model):
    """A fact that changes without the law: in force from a day, up to, not including, another."""

    effective_from = models.DateField("生效日")
    effective_to = models.DateField("失效日", null=True, blank=True, help_text="从这一天起不再适用。")
    confidence = models.CharField("可信度", max_length=1, choices=CONFIDENCE, default="H")

    class Meta:
        abstract = True


class Tariff(Dated):
    """The price of one item, in fen."""

    item = models.CharField("项目", max_length=40)
    fen = models.PositiveIntegerField("金额（分）")
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "收费标准"
        verbose_name_plural = "收费标准"
        constraints = (
            models.UniqueConstraint(fields=["item", "effective_from"], name="tariff_once_from_day"),
            models.UniqueConstraint(fields=["item"], condition=Q(effective_to=None), name="tariff_one_open_row"),
            models.CheckConstraint(condition=Q(effective_to__gt=F("effective_from")), name="tariff_dates_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.effective_from}"


class NumberRange(models.Model):
    """A block of consecutive numbers, one for each blank booklet or card; `next` is the next to be given out.

    Numbers are kept as places in their series (`documents.numbers.position`).
    """

    kind = models.CharField("证件种类", max_length=32)
    series = models.CharField("号段", max_length=4)
    first = models.PositiveBigIntegerField("第一个")
    last = models.PositiveBigIntegerField("最后一个")
    next = models.PositiveBigIntegerField("下一个", editable=False)

    class Meta:
        verbose_name = "证件号段"
        verbose_name_plural = "证件号段"
        constraints = (
            models.UniqueConstraint(fields=["series", "first"], name="number_range_once"),
            models.CheckConstraint(
                condition=Q(first__lte=F("last"), next__gte=F("first"), next__lte=F("last") + 1),
                name="number_range_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{numbers.number_at(self.series, self.first)} - {numbers.number_at(self.series, self.last)}"

    @property
    def left(self) -> int:
        """How many places are left."""
        return self.last - self.next + 1


class IssuedDocumentQuerySet(models.QuerySet["IssuedDocument"]):
    """Documents by what they are still good for."""

    def live(self) -> "IssuedDocumentQuerySet":
        """Not ended; their time may be over."""
        return self.filter(status__in=("valid", "pending_invalidation"))

    def in_force(self, day: date) -> "IssuedDocumentQuerySet":
        """Not ended, and their time is not over on `day`."""
        return self.live().filter(expires_on__gte=day)


class IssuedDocument(LifecycleModel):
    """One document, issued here or taken over from the population register; `authority` is the office that issued it.

    `ending_for` is the application whose issue will end it; `end_code` says why it ended: replaced, lost, stolen,
    register (found ended in the population register, whose day may be unknown).
    """

    subject_kind: ClassVar[str] = "document"

    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="documents", verbose_name="持证人"
    )
    kind = models.CharField("证件种类", max_length=32)
    number = SealedTextField("证件号码", max_plain=20)
    number_index = BlindIndexField(source="number", unique=True)
    surname = SealedTextField("姓（拼音）", max_plain=100)
    given = SealedTextField("名（拼音）", max_plain=100, blank=True, default="")
    mrz = SealedTextField("机读码", max_plain=100, blank=True, default="")
    issued_on = models.DateField("签发日期")
    expires_on = models.DateField("有效期至")
    application_id = models.UUIDField(null=True, unique=True, editable=False)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name="替代的旧证件"
    )
    ending_for = models.UUIDField(null=True, editable=False)
    end_code = models.CharField("作废原因", max_length=20, blank=True, editable=False)
    ended_on = models.DateField("作废日期", null=True, editable=False)

    objects = IssuedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "已签发证件"
        verbose_name_plural = "已签发证件"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("valid", "pending_invalidation", "invalid")), name="document_status_known"
            ),
            models.CheckConstraint(condition=Q(expires_on__gt=F("issued_on")), name="document_dates_in_order"),
            models.CheckConstraint(condition=Q(status="invalid") ^ Q(end_code=""), name="document_end_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="pending_invalidation") ^ Q(ending_for=None), name="document_end_is_awaited"
            ),
        )
        indexes = (models.Index(fields=["person", "kind"], name="document_person_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @staticmethod
    def chain_of(key: UUID) -> str:
        """Return the audit chain of the document with this key."""
        return f"document:{key}"

    @property
    def chain(self) -> str:
        """The audit chain of this document: it outlives the application it came from."""
        return self.chain_of(self.pk)

    @property
    def label(self) -> str:
        """The kind's name in the reader's language."""
        return catalog.kind(self.kind).label

    def is_in_force(self, day: date) -> bool:
        """Tell whether the document has not ended and its time is not over on `day`."""
        return self.status != "invalid" and self.issued_on <= day <= self.expires_on
