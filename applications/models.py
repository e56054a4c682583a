"""Tables of the case: the submission (one form), its applications (one a document), receipts and attachments."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Case, F, Q, When

from documents import catalog
from portal.common import crypto
from portal.common.fields import BlindIndexField, SealedJSONField, SealedTextField
from portal.common.models import Keyed, LifecycleModel
from portal.common.phrases import pair

REFERENCE_BYTES = 24
STATES = (
    "filed",
    "returned",
    "accepted",
    "approved",
    "paid",
    "producing",
    "ready",
    "mailed",
    "delivered",
    "refused",
    "withdrawn",
    "lapsed",
    "unproducible",
)
# How a form comes in: by its applicant online, or by an officer at a counter for a person present.
ONLINE, WINDOW = "online", "window"
ATTACHMENT_STATES = ("waiting", "quarantined", "clean", "refused", "removed")
MEDIA = (("pdf", "PDF"), ("jpeg", "JPEG"))
OPEN_STATES = ("filed", "returned", "accepted", "approved", "paid", "producing", "ready", "mailed")


def new_reference() -> str:
    """Return a public reference of 192 random bits."""
    return secrets.token_urlsafe(REFERENCE_BYTES)


class Submission(Keyed):
    """One form of one person: shared answers, portrait, signature and delivery; a draft until it is filed."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference, editable=False)
    filer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="submissions")
    beneficiary = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="submissions")
    answers = SealedJSONField("填写内容")
    facts = SealedJSONField("提交时的登记事实")
    findings = SealedJSONField("所需材料和登记系统的回答", editable=False)
    channel = models.CharField(
        "办理渠道", max_length=8, choices=((ONLINE, "网上"), (WINDOW, "窗口")), default=ONLINE, editable=False
    )
    portrait_id = models.UUIDField(null=True, editable=False)
    signature_id = models.UUIDField(null=True, editable=False)
    secret_index = models.CharField(max_length=64, blank=True, editable=False)
    authority = models.CharField("主管机关", max_length=6, editable=False)
    revision = models.CharField("规则版本", max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    filed_at = models.DateTimeField("提交时间", null=True)

    class Meta:
        verbose_name = "申请表"
        verbose_name_plural = "申请表"
        constraints = (
            models.UniqueConstraint(
                fields=["beneficiary"], condition=Q(filed_at=None), name="submission_one_draft_each"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def chain(self) -> str:
        """The audit chain of the case."""
        return f"submission:{self.pk}"

    @staticmethod
    def secret_of(reference: str, number_tail: str) -> str:
        """Return the keyed index of the second secret: the last four of the citizen number, bound to the reference."""
        return crypto.blind_index("applications.Submission.secret", f"{reference}|{number_tail}")


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications by where they stand."""

    def open(self) -> "ApplicationQuerySet":
        """Somebody still has to act."""
        return self.filter(status__in=OPEN_STATES)

    def to_review(self) -> "ApplicationQuerySet":
        """An officer has to accept or decide."""
        return self.filter(status__in=("filed", "accepted"))

    def in_turn(self) -> "ApplicationQuerySet":
        """Confirmed urgent ones first by their own clock, then those due first; without a due date last.

        Whoever only says that it is urgent keeps their turn until an officer has confirmed it.
        """
        confirmed = Case(When(urgency_decided_at__isnull=False, then=F("urgent_by")))
        return self.order_by(confirmed.asc(nulls_last=True), F("due_on").asc(nulls_last=True), "filed_at", "pk")

    def to_pay(self) -> "ApplicationQuerySet":
        """Approved and not paid yet."""
        return self.filter(status="approved")

    def of(self, authority: str) -> "ApplicationQuerySet":
        """Inside the jurisdiction of a division: a city's own, a province's cities, or the nation's."""
        if authority == "000000":
            return self
        if authority.endswith("0000"):
            return self.filter(authority__startswith=authority[:2])
        return self.filter(authority=authority)


class Application(LifecycleModel):
    """One document or endorsement asked for: its own receipt, fee, decision and end."""

    subject_kind: ClassVar[str] = "application"

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="applications", verbose_name="申请表"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField("证件种类", max_length=32)
    category = models.CharField("申请类别", max_length=16)
    reason = models.CharField("申请原因", max_length=32)
    destination = models.CharField("前往地", max_length=2, blank=True, default="")
    endorsement_type = models.CharField("签注种类", max_length=8, blank=True, default="")
    option = models.CharField("签注次数和期限", max_length=8, blank=True, default="")
    receipt = models.CharField("受理编号", max_length=24, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    old_document = models.ForeignKey(
        "documents.IssuedDocument", on_delete=models.PROTECT, null=True, related_name="applications_to_replace"
    )
    depends_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="dependants")
    reserved_number = SealedTextField("证件号码", blank=True, default="", max_plain=20)
    printed = SealedJSONField("审核通过时的姓名和照片", editable=False)
    issued_on = models.DateField("签发日期", null=True, editable=False)
    document_id = models.UUIDField(null=True, unique=True, editable=False)
    revision = models.CharField("规则版本", max_length=40)
    fee_fen = models.PositiveIntegerField("费用（分）", null=True)
    filed_at = models.DateTimeField("提交时间")
    accepted_at = models.DateTimeField("受理时间", null=True)
    due_on = models.DateField("办结期限", null=True)
    due_provisional = models.BooleanField("期限暂定", default=False)
    term = models.CharField("办理期限", max_length=32, default="online")
    extension = models.CharField("提请延长到", max_length=32, blank=True, default="")
    extension_by = models.UUIDField("提请人", null=True, editable=False)
    extended_by = models.UUIDField("批准人", null=True, editable=False)
    urgency = models.CharField("加急原因", max_length=24, blank=True, default="")
    urgent_by = models.DateField("加急期限", null=True)
    urgency_decided_at = models.DateTimeField(null=True)
    checking_since = models.DateTimeField("其他机关核查开始", null=True)
    waiting_since = models.DateTimeField(null=True)
    correct_by = models.DateTimeField("补正期限", null=True)
    pay_by = models.DateTimeField("缴费期限", null=True)
    paid_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason_codes = models.JSONField("补正或不予批准的原因", default=list)
    parcel = SealedTextField("快递单号", blank=True, default="", max_plain=40)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "申请"
        verbose_name_plural = "申请"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=STATES), name="application_status_known"),
            models.UniqueConstraint(
                fields=["person", "kind", "destination", "endorsement_type"],
                condition=Q(status__in=OPEN_STATES),
                name="application_one_open_each",
            ),
            models.CheckConstraint(
                condition=Q(extended_by=None) | Q(extension_by__isnull=False) & ~Q(extended_by=F("extension_by")),
                name="application_extended_by_another",
            ),
        )
        indexes = (
            models.Index(
                fields=["authority", "due_on"],
                name="application_queue",
                condition=Q(status__in=("filed", "accepted")),
            ),
        )

    def __str__(self) -> str:
        return self.receipt

    @property
    def chain(self) -> str:
        """The audit chain of the case, shared by the applications of one form."""
        return f"submission:{self.submission_id}"

    @property
    def is_endorsement(self) -> bool:
        """Tell whether an endorsement is asked for, not the permit itself."""
        return self.category == "endorse"

    @property
    def label(self) -> str:
        """What is asked for, in the reader's language: kind and category, or what the endorsement is for."""
        if self.is_endorsement:
            named = catalog.endorsement_label(self.destination, self.endorsement_type, self.option)
            return pair(catalog.category(self.category).label, named)
        return pair(catalog.kind(self.kind).label, catalog.category(self.category).label)


class Attachment(LifecycleModel):
    """A file uploaded for one material; `owner` is the key of the form it belongs to, number counts within it.

    The file names are those of sealed files: `original` as it came, until it is scanned; `final` what may be opened.
    """

    subject_kind: ClassVar[str] = "attachment"

    owner = models.UUIDField(db_index=True)
    material = models.CharField("材料", max_length=32)
    number = models.PositiveSmallIntegerField("第几个")
    name = SealedTextField("文件名", max_plain=100)
    media = models.CharField("格式", max_length=4, choices=MEDIA)
    size = models.PositiveIntegerField("大小（字节）")
    received_at = models.DateTimeField("收到时间")
    scanned_at = models.DateTimeField("检查时间", null=True)
    original = models.CharField(max_length=60, blank=True)
    final = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "材料文件"
        verbose_name_plural = "材料文件"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=ATTACHMENT_STATES), name="attachment_status_known"),
            models.UniqueConstraint(fields=["owner", "number"], name="attachment_numbered_once"),
        )

    def __str__(self) -> str:
        return f"{self.material} {self.number}"

    @property
    def chain(self) -> str:
        """The audit chain of the files of one form."""
        return f"attachments:{self.owner}"

    @property
    def is_waiting(self) -> bool:
        """The scan is not done yet."""
        return self.status == "waiting"

    @property
    def is_quarantined(self) -> bool:
        """No scanner has answered: nobody may open it."""
        return self.status == "quarantined"

    @property
    def is_clean(self) -> bool:
        """It may be opened."""
        return self.status == "clean"


class GuardianConsent(LifecycleModel):
    """A guardian's word on a child's form: the one who filed it signs, every other is asked until a moment."""

    subject_kind: ClassVar[str] = "guardian_consent"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="consents", verbose_name="申请表")
    guardian_number = SealedTextField("监护人公民身份号码", max_plain=18)
    guardian_index = BlindIndexField(source="guardian_number", db_index=True)
    guardian_name = SealedTextField("监护人姓名", max_plain=100)
    relation = models.CharField("关系", max_length=12)
    asked_at = models.DateTimeField("请求时间")
    answer_by = models.DateTimeField("答复期限")

    class Meta:
        verbose_name = "监护人同意"
        verbose_name_plural = "监护人同意"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("asked", "given", "declined", "expired")), name="guardian_consent_status_known"
            ),
            models.UniqueConstraint(fields=["submission", "guardian_index"], name="guardian_consent_once"),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def chain(self) -> str:
        """The audit chain of the case."""
        return f"submission:{self.submission_id}"


class ReceiptCounter(models.Model):
    """How many receipts an authority gave out on a day."""

    authority = models.CharField(max_length=6)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "受理编号计数"
        verbose_name_plural = "受理编号计数"
        constraints = (models.UniqueConstraint(fields=["authority", "day"], name="receipt_counter_once"),)

    def __str__(self) -> str:
        return f"{self.authority} {self.day}"
