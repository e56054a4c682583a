"""Tables every step shares: events, promises (outbox), audit chains, the calendar, heartbeats and dirty days."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from portal.common.fields import SealedTextField


class Keyed(models.Model):
    """A row whose key exists before it is written: sealing binds data to the key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class LifecycleModel(Keyed):
    """A row whose `status` only its lifecycle writes; `authority` is the division that decides on it."""

    subject_kind: ClassVar[str]

    status = models.CharField("状态", max_length=32, editable=False)
    authority = models.CharField("主管机关", max_length=6, db_index=True, editable=False)
    event_seq = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        """The audit chain of the case this row belongs to; a row that is a case of its own has its own."""
        return f"{self.subject_kind}:{self.pk}"


class Event(Keyed):
    """Something that happened to a row with a lifecycle; statistics and timelines are read from here."""

    subject_kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=40)
    source = models.CharField(max_length=32, blank=True)
    target = models.CharField(max_length=32)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    behalf = models.CharField(max_length=36, blank=True, default="")
    authority = models.CharField(max_length=6)
    at = models.DateTimeField()
    codes = models.JSONField(default=list)
    params = models.JSONField(default=dict)
    note = SealedTextField(blank=True, default="")

    class Meta:
        verbose_name = "事件"
        verbose_name_plural = "事件"
        constraints = (models.UniqueConstraint(fields=["subject_id", "seq"], name="event_once_in_sequence"),)
        indexes = (models.Index(fields=["action", "at"], name="event_action_at"),)

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.action} {self.seq}"


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Promises by what is left to do."""

    def open(self) -> "PromiseQuerySet":
        """Neither kept nor given up."""
        return self.filter(done_at=None, dead_at=None)

    def dead(self) -> "PromiseQuerySet":
        """Given up: a person has to look."""
        return self.exclude(dead_at=None)


class Promise(Keyed):
    """A deferred step, written in the transaction of its cause: the row is the promise, a task only the nudge."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_seconds = models.PositiveIntegerField(default=60)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    nudged_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_code = models.CharField(max_length=80, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = "待办步骤"
        verbose_name_plural = "待办步骤"
        constraints = (models.UniqueConstraint(fields=["topic", "key"], name="promise_once_per_key"),)
        indexes = (models.Index(fields=["due_at"], name="promise_due", condition=Q(done_at=None) & Q(dead_at=None)),)

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class AuditHead(models.Model):
    """The last link of one audit chain; locked by whoever appends."""

    chain = models.CharField(primary_key=True, max_length=80)
    count = models.PositiveIntegerField(default=0)
    last_mac = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "审计链"
        verbose_name_plural = "审计链"

    def __str__(self) -> str:
        return f"{self.chain} {self.count}"


class AuditEntry(Keyed):
    """One link of an audit chain; never changed, except that an erasure empties salt and content together."""

    chain = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=90)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    salt = models.CharField(max_length=32, blank=True)
    content = models.JSONField(null=True)
    commitment = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        constraints = (models.UniqueConstraint(fields=["chain", "seq"], name="audit_once_in_sequence"),)
        indexes = (models.Index(fields=["subject"], name="audit_subject"),)

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.action}"


class CalendarYear(models.Model):
    """A year whose holiday notice has been loaded."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    notice = models.CharField("依据", max_length=200)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = "已公布放假安排的年份"
        verbose_name_plural = "已公布放假安排的年份"

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, or a make-up working day."""

    day = models.DateField(primary_key=True)
    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40)

    class Meta:
        verbose_name = "节假日和调休"
        verbose_name_plural = "节假日和调休"

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Heartbeat(models.Model):
    """When a background process was last seen alive."""

    name = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "进程心跳"
        verbose_name_plural = "进程心跳"

    def __str__(self) -> str:
        return self.name


class DirtyDay(Keyed):
    """A day of an authority whose figures must be counted again; deleted once they are."""

    day = models.DateField()
    authority = models.CharField(max_length=6)
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = "待重算的日期"
        verbose_name_plural = "待重算的日期"
        indexes = (models.Index(fields=["day", "authority"], name="dirty_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.authority}"
