"""What was counted: days and months by authority, kind and category, rewritten from the events, never incremented."""

from typing import ClassVar

from django.db import models


class Count(models.Model):
    """How many of what, by authority, kind, category and channel."""

    DIMENSIONS: ClassVar[tuple[str, ...]] = ("authority", "kind", "category", "channel", "what")

    authority = models.CharField("主管机关", max_length=6)
    kind = models.CharField("证件种类", max_length=32)
    category = models.CharField("申请类别", max_length=16)
    channel = models.CharField("渠道", max_length=12)
    what = models.CharField("事项", max_length=12)
    n = models.PositiveIntegerField("件数")

    class Meta:
        abstract = True


class DailyCount(Count):
    """One day's figures."""

    day = models.DateField("日期")

    class Meta:
        verbose_name = "每日统计"
        verbose_name_plural = "每日统计"
        constraints = (models.UniqueConstraint(fields=["day", *Count.DIMENSIONS], name="daily_count_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.authority} {self.kind} {self.what}"


class MonthlyCount(Count):
    """One month's figures; `month` is its first day."""

    month = models.DateField("月份")

    class Meta:
        verbose_name = "每月统计"
        verbose_name_plural = "每月统计"
        constraints = (models.UniqueConstraint(fields=["month", *Count.DIMENSIONS], name="monthly_count_once"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.authority} {self.kind} {self.what}"


class CountingState(models.Model):
    """The one row whose lock lets a single counting run at a time, and when the last one ended."""

    ONLY: ClassVar[str] = "figures"

    name = models.CharField(primary_key=True, max_length=10, default=ONLY)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "统计进度"
        verbose_name_plural = "统计进度"

    def __str__(self) -> str:
        return self.name
