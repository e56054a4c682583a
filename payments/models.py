"""Tables of money: orders with their lines, charges at a provider, refunds, ledger entries, callbacks received."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from applications.models import Application, Submission
from documents import catalog
from portal.accounts.models import Person
from portal.common.fields import SealedTextField
from portal.common.models import Keyed, LifecycleModel

ORDER_STATES = ("open", "paying", "paid", "lapsed", "cancelled")
OPEN_ORDER_STATES = ("open", "paying")
CHARGE_STATES = ("started", "captured", "surplus", "failed")
MONEY_STATES = ("captured", "surplus")
REFUND_STATES = ("due", "asked", "refunded", "stuck")
REFUND_REASONS = (
    ("wrong_amount", "金额有误"),
    ("paid_twice", "重复缴费"),
    ("closed", "申请已经结束"),
    ("unproducible", "无法制证"),
)
VERDICTS = ("booked", "repeated", "surplus", "failed", "ignored", "mismatch", "unknown", "forged")
CALLBACK_MAX_BYTES = 16_384


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders by what is left to do."""

    def open(self) -> "OrderQuerySet":
        """Money is still wanted for it."""
        return self.filter(status__in=OPEN_ORDER_STATES)


class Order(LifecycleModel):
    """What is to be paid at once: the approved applications of one form, fixed when the order is made."""

    subject_kind: ClassVar[str] = "order"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="orders", verbose_name="申请表")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="orders")
    amount_fen = models.PositiveIntegerField("应缴（分）")
    pay_by = models.DateTimeField("缴费期限")
    made_at = models.DateTimeField("开单时间")
    paid_at = models.DateTimeField("缴费时间", null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = "缴费单"
        verbose_name_plural = "缴费单"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=ORDER_STATES), name="order_status_known"),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(status__in=OPEN_ORDER_STATES), name="order_one_open_each"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def chain(self) -> str:
        """The audit chain of the case."""
        return f"submission:{self.submission_id}"


class OrderLine(Keyed):
    """One application on an order with its price; never changed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="order_lines")
    kind = models.CharField("证件种类", max_length=32)
    category = models.CharField("申请类别", max_length=16)
    position = models.PositiveSmallIntegerField()
    fen = models.PositiveIntegerField("金额（分）")

    class Meta:
        verbose_name = "缴费单明细"
        verbose_name_plural = "缴费单明细"
        constraints = (models.UniqueConstraint(fields=["order", "application"], name="order_line_once_each"),)

    def __str__(self) -> str:
        return f"{self.order_id} {self.position}"

    @property
    def label(self) -> str:
        """What is paid for, in the reader's language."""
        return f"{catalog.kind(self.kind).label}，{catalog.category(self.category).label}"


class ChargeQuerySet(models.QuerySet["Charge"]):
    """Charges by where their money is."""

    def pending(self) -> "ChargeQuerySet":
        """The provider has not said its last word: money may be on its way."""
        return self.filter(status="started")

    def with_money(self) -> "ChargeQuerySet":
        """The provider holds money for it, whatever becomes of that money."""
        return self.filter(status__in=MONEY_STATES)


class Charge(LifecycleModel):
    """One attempt to pay an order at a provider; its key is the order number the provider sees.

    `captured` has settled the order; `surplus` is money that could not, and goes back.
    """

    subject_kind: ClassVar[str] = "charge"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="charges", verbose_name="缴费单")
    provider = models.CharField("支付机构", max_length=20)
    provider_reference = models.CharField("支付机构流水号", max_length=80, blank=True, default="")
    amount_fen = models.PositiveIntegerField("应收（分）")
    captured_fen = models.PositiveIntegerField("实收（分）", default=0)
    started_at = models.DateTimeField("发起时间")
    ended_at = models.DateTimeField("结束时间", null=True)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        verbose_name = "支付"
        verbose_name_plural = "支付"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=CHARGE_STATES), name="charge_status_known"),
            models.CheckConstraint(
                condition=(Q(captured_fen=0) & ~Q(status__in=MONEY_STATES))
                | (Q(captured_fen__gt=0) & Q(status__in=MONEY_STATES)),
                name="charge_money_goes_with_status",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="charge_once_per_provider_reference",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="captured"), name="charge_one_settles_an_order"
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(status="started"), name="charge_one_pending_each"),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def chain(self) -> str:
        """The audit chain of the case."""
        return self.order.chain


class Refund(LifecycleModel):
    """Money of one charge that goes back the way it came: for one application, or all of it."""

    subject_kind: ClassVar[str] = "refund"

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="refunds", verbose_name="支付")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="refunds", verbose_name="申请"
    )
    amount_fen = models.PositiveIntegerField("退款（分）")
    reason = models.CharField("退款原因", max_length=20, choices=REFUND_REASONS)
    due_at = models.DateTimeField("应退时间")
    refunded_at = models.DateTimeField("退款时间", null=True)

    class Meta:
        verbose_name = "退款"
        verbose_name_plural = "退款"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=REFUND_STATES), name="refund_status_known"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_of_something"),
            models.UniqueConstraint(
                fields=["charge", "application"],
                condition=~Q(application=None),
                name="refund_once_per_charge_and_application",
            ),
            models.UniqueConstraint(
                fields=["charge"], condition=Q(application=None), name="refund_of_whole_charge_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def chain(self) -> str:
        """The audit chain of the case."""
        return self.charge.chain

    @property
    def is_stuck(self) -> bool:
        """The provider refuses, and a person has to act."""
        return self.status == "stuck"


class LedgerEntry(Keyed):
    """One line of the double-entry ledger; the lines of a booking sum to zero and are never changed."""

    booking = models.CharField("记账", max_length=60)
    position = models.PositiveSmallIntegerField()
    account = models.CharField("科目", max_length=12)
    debit_fen = models.PositiveIntegerField("借（分）", default=0)
    credit_fen = models.PositiveIntegerField("贷（分）", default=0)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="entries")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="ledger_entries")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "账目"
        verbose_name_plural = "账目"
        constraints = (
            models.CheckConstraint(
                condition=(Q(debit_fen=0) & Q(credit_fen__gt=0)) | (Q(debit_fen__gt=0) & Q(credit_fen=0)),
                name="ledger_entry_on_one_side",
            ),
            # The name of a booking says what it books of which row: nothing can be booked twice.
            models.UniqueConstraint(fields=["booking", "position"], name="ledger_booked_once"),
        )

    def __str__(self) -> str:
        return f"{self.booking} {self.position}"


class Callback(Keyed):
    """One message that claimed to come from a provider, and what was made of it."""

    provider = models.CharField("支付机构", max_length=20)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, null=True, related_name="callbacks")
    provider_reference = models.CharField("支付机构流水号", max_length=80, blank=True, default="")
    nonce = models.CharField(max_length=64, blank=True, default="")
    verdict = models.CharField("结论", max_length=12)
    received_at = models.DateTimeField("收到时间")
    digest = models.CharField("内容摘要", max_length=64)
    body = SealedTextField("内容", max_plain=CALLBACK_MAX_BYTES)

    class Meta:
        verbose_name = "支付回调"
        verbose_name_plural = "支付回调"
        constraints = (
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="callback_verdict_known"),
            models.UniqueConstraint(
                fields=["provider", "nonce"], condition=~Q(nonce=""), name="callback_nonce_used_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.verdict} {self.id}"
