"""Tables of window cases: places in time, bookings, prepared cases, one-trip sheets, visits at home."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from portal.appointments.catalog import ALL_MATTERS, HOME_REASONS
from portal.common.fields import BlindIndexField, SealedJSONField, SealedTextField
from portal.common.models import Keyed, LifecycleModel

REFERENCE_BYTES = 24
BOOKING_STATES = ("booked", "arrived", "called", "finished", "cancelled", "missed", "left")
BOOKING_OPEN = ("booked", "arrived", "called")
CASE_STATES = ("prepared", "handed_in", "taken", "completed", "turned_away", "dropped")
VISIT_STATES = ("asked", "accepted", "visited", "refused", "withdrawn")
VISIT_OPEN = ("asked", "accepted")


def new_reference() -> str:
    """Return a secret reference of 192 random bits; nothing of a person is in it."""
    return secrets.token_urlsafe(REFERENCE_BYTES)


class Visitor(Keyed):
    """A phone number proven by a code, of somebody who books without an account."""

    phone = SealedTextField("手机号", max_plain=20)
    phone_index = BlindIndexField(source="phone", unique=True)
    language = models.CharField("语言", max_length=10)
    confirmed_at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = "免登录预约人"
        verbose_name_plural = "免登录预约人"

    def __str__(self) -> str:
        return str(self.id)

    @staticmethod
    def index_of(phone: str) -> str:
        """Return the blind index to find the row of a phone by."""
        return BlindIndexField.of(Visitor, "phone", phone)


class Slot(Keyed):
    """Half an hour at the counters of a service point; the database itself keeps `sold` within `capacity`."""

    ANY, STUDENT = "any", "student"

    point = models.ForeignKey(
        "accounts.ServicePoint", on_delete=models.PROTECT, related_name="slots", verbose_name="服务点"
    )
    starts_at = models.DateTimeField("开始时间")
    counter = models.CharField("窗口", max_length=8, choices=((ANY, "所有人"), (STUDENT, "学生")), default=ANY)
    capacity = models.PositiveSmallIntegerField("名额")
    sold = models.PositiveSmallIntegerField("已约", default=0)

    class Meta:
        verbose_name = "预约时段"
        verbose_name_plural = "预约时段"
        constraints = (
            models.CheckConstraint(condition=Q(sold__lte=F("capacity")), name="slot_not_oversold"),
            models.UniqueConstraint(fields=["point", "starts_at", "counter"], name="slot_once"),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def left(self) -> int:
        """How many places are free."""
        return self.capacity - self.sold


class Booking(LifecycleModel):
    """Somebody's place at a window: booked for a slot, or walked in without one.

    `holder_index` stands for the person: one open booking each for a day and matter. `user` made it, for `person`.
    """

    subject_kind: ClassVar[str] = "booking"

    reference = models.CharField(max_length=40, unique=True, default=new_reference, editable=False)
    point = models.ForeignKey(
        "accounts.ServicePoint", on_delete=models.PROTECT, related_name="bookings", verbose_name="服务点"
    )
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, null=True, related_name="bookings", verbose_name="时段")
    day = models.DateField("日期")
    matter = models.CharField("事项", max_length=12, choices=tuple(ALL_MATTERS.items()))
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="bookings")
    visitor = models.ForeignKey(Visitor, on_delete=models.PROTECT, null=True, related_name="bookings")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="bookings")
    holder_index = models.CharField(max_length=64, editable=False)
    name = SealedTextField("姓名", max_plain=100)
    citizen_number = SealedTextField("公民身份号码", blank=True, default="", max_plain=18)
    citizen_number_index = BlindIndexField(source="citizen_number", db_index=True)
    booked_at = models.DateTimeField("预约时间")
    arrived_at = models.DateTimeField("到达时间", null=True)

    class Meta:
        verbose_name = "预约"
        verbose_name_plural = "预约"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=BOOKING_STATES), name="booking_status_known"),
            models.UniqueConstraint(
                fields=["holder_index", "day", "matter"],
                condition=Q(status__in=BOOKING_OPEN),
                name="booking_one_open_each",
            ),
        )
        indexes = (models.Index(fields=["point", "day"], name="booking_point_day"),)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def may_change(self) -> bool:
        """Whether it can still be moved or cancelled."""
        return self.status == "booked"


class WindowCase(LifecycleModel):
    """What travels to the window with a booking: what was told before, and what the counter takes in.

    `told` is plain data of applications (facts, wants, answers); empty for somebody who told nothing before.
    `submission` is the form an officer opened at the counter for the person present.
    """

    subject_kind: ClassVar[str] = "window_case"

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="case", verbose_name="预约")
    submission = models.ForeignKey(
        "applications.Submission", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="申请表"
    )
    told = SealedJSONField("已经填写的内容")
    name = SealedTextField("姓名", max_plain=100)
    citizen_number = SealedTextField("公民身份号码", blank=True, default="", max_plain=18)
    hukou_code = models.CharField("户籍所在市", max_length=6, blank=True)
    materials = models.JSONField("收到的材料", default=list)
    fee_fen = models.PositiveIntegerField("费用（分）", null=True)
    taken_at = models.DateTimeField("受理时间", null=True)
    due_on = models.DateField("办结期限", null=True)
    due_provisional = models.BooleanField("期限暂定", default=False)

    class Meta:
        verbose_name = "窗口案件"
        verbose_name_plural = "窗口案件"
        constraints = (models.CheckConstraint(condition=Q(status__in=CASE_STATES), name="window_case_status_known"),)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def chain(self) -> str:
        """The audit chain of the booking it travels with."""
        return f"booking:{self.booking_id}"


class Sheet(Keyed):
    """A one-trip sheet kept under a secret link, so that it can be sent to a phone; it names nobody."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference, editable=False)
    told = SealedJSONField("自查的回答")
    phone = SealedTextField("手机号", max_plain=20)
    language = models.CharField("语言", max_length=10)
    created_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "一次办好单"
        verbose_name_plural = "一次办好单"

    def __str__(self) -> str:
        return str(self.id)


class HomeVisit(LifecycleModel):
    """A request that officers come to somebody who cannot come to a window."""

    subject_kind: ClassVar[str] = "home_visit"

    reference = models.CharField(max_length=40, unique=True, default=new_reference, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="home_visits")
    visitor = models.ForeignKey(Visitor, on_delete=models.PROTECT, null=True, related_name="home_visits")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="home_visits")
    holder_index = models.CharField(max_length=64, editable=False)
    name = SealedTextField("姓名", max_plain=100)
    phone = SealedTextField("联系电话", max_plain=20)
    address = SealedTextField("住址", max_plain=300)
    details = SealedTextField("情况说明", blank=True, default="", max_plain=600)
    reason = models.CharField("原因", max_length=12, choices=tuple(HOME_REASONS.items()))
    asked_at = models.DateTimeField("申请时间")
    visit_on = models.DateField("上门日期", null=True, blank=True)

    class Meta:
        verbose_name = "上门服务"
        verbose_name_plural = "上门服务"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=VISIT_STATES), name="home_visit_status_known"),
            models.UniqueConstraint(
                fields=["holder_index"], condition=Q(status__in=VISIT_OPEN), name="home_visit_one_open_each"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def may_withdraw(self) -> bool:
        """Whether the person can still take it back."""
        return self.status in VISIT_OPEN
