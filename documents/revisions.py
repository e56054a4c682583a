"""The tables of the scope: revisions with the moment from which each holds, and what each opens or closes."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from portal.common import clock
from portal.common.models import Keyed, LifecycleModel

CONFIDENCE = (("H", "高"), ("M", "中"), ("L", "低"))
ONLINE, DEVICE = "online", "device"
CHANNELS = ((ONLINE, "网上"), (DEVICE, "自助设备"))
ADULT, MINOR, STATE_EMPLOYEE, MILITARY = "adult", "minor", "state_employee", "military"
GROUPS = (ADULT, MINOR, STATE_EMPLOYEE, MILITARY)
OPENS, CLOSES = "open", "close"
IN_FORCE = "in_force"


class RuleRevision(LifecycleModel):
    """A change of the scope and the moment from which it holds; an application is pinned to the one it was filed under.

    Those of the data files are `is_loaded` and have no people; any other was proposed by one supervisor and put in
    force by another, and the database holds no other kind. What is no draft any more stands still there, lines and all.
    """

    subject_kind: ClassVar[str] = "rule_revision"

    label = models.CharField("名称", max_length=40, unique=True, editable=False)
    effective_at = models.DateTimeField("生效时间")
    is_loaded = models.BooleanField("随数据文件载入", default=False, editable=False)
    proposed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False, verbose_name="提议人"
    )
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False, verbose_name="决定人"
    )

    class Meta:
        verbose_name = "开放范围变更"
        verbose_name_plural = "开放范围变更"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=("draft", "proposed", IN_FORCE, "rejected", "withdrawn")),
                name="revision_status_known",
            ),
            models.CheckConstraint(
                condition=Q(is_loaded=True, status__in=("draft", IN_FORCE), proposed_by=None, decided_by=None)
                | Q(is_loaded=False, proposed_by__isnull=False),
                name="revision_has_a_proposer",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
                name="revision_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(is_loaded=True)
                | Q(status__in=("draft", "proposed", "withdrawn"), decided_by=None)
                | Q(status__in=(IN_FORCE, "rejected"), decided_by__isnull=False),
                name="revision_ends_with_a_decision",
            ),
            models.UniqueConstraint(
                fields=["effective_at"], condition=Q(status=IN_FORCE), name="revision_one_in_force_at_a_moment"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def effective_from(self) -> date:
        """The day on which it takes effect."""
        return clock.local_day(self.effective_at)


class ScopeLine(Keyed):
    """One thing a revision opens or closes: to residents of a city, a kind in a category, for a group, by a channel.

    `city` is a division code; for a channel that asks nobody where they are from, that of the nation.
    """

    revision = models.ForeignKey(RuleRevision, on_delete=models.PROTECT, related_name="lines", verbose_name="变更")
    act = models.CharField("动作", max_length=5, choices=((OPENS, "开放"), (CLOSES, "关闭")))
    city = models.CharField("区划代码", max_length=6)
    kind = models.CharField("证件种类", max_length=32)
    category = models.CharField("申请类别", max_length=16)
    group = models.CharField("人群", max_length=16)
    channel = models.CharField("渠道", max_length=8, choices=CHANNELS, default=ONLINE)
    source = models.CharField("来源", max_length=200)
    confidence = models.CharField("可信度", max_length=1, choices=CONFIDENCE, default="H")

    class Meta:
        verbose_name = "开放范围"
        verbose_name_plural = "开放范围"
        constraints = (
            models.UniqueConstraint(
                fields=["revision", "city", "kind", "category", "group", "channel"],
                name="scope_line_once_in_a_revision",
            ),
            models.CheckConstraint(condition=Q(act__in=(OPENS, CLOSES)), name="scope_line_act_known"),
            models.CheckConstraint(condition=Q(group__in=GROUPS), name="scope_line_group_known"),
            models.CheckConstraint(condition=Q(channel__in=(ONLINE, DEVICE)), name="scope_line_channel_known"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.city} {self.kind} {self.category} {self.group} {self.channel}"


class Wish(Keyed):
    """Somebody waits for something to open: told once when it has, or taken back before that.

    What is asked for, as the eligibility rules see it, and why it was refused: city and group as they were then.
    """

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="wishes", verbose_name="本人")
    kind = models.CharField("证件种类", max_length=32)
    category = models.CharField("申请类别", max_length=16)
    reason = models.CharField("原因", max_length=32, blank=True)
    destination = models.CharField("前往地", max_length=2, blank=True)
    letter = models.CharField("签注种类", max_length=8, blank=True)
    option = models.CharField("次数和期限", max_length=8, blank=True)
    city = models.CharField("户籍所在市", max_length=6)
    group = models.CharField("人群", max_length=16)
    left_at = models.DateTimeField("留下时间")
    told_at = models.DateTimeField("告知时间", null=True)

    class Meta:
        verbose_name = "开通提醒"
        verbose_name_plural = "开通提醒"
        constraints = (
            models.UniqueConstraint(
                fields=["person", "kind", "category", "destination", "letter"],
                condition=Q(told_at=None),
                name="wish_one_open_for_each_thing",
            ),
            models.CheckConstraint(condition=Q(group__in=GROUPS), name="wish_group_known"),
        )
        indexes = (models.Index(fields=["kind", "category"], name="wish_open", condition=Q(told_at=None)),)

    def __str__(self) -> str:
        return f"{self.kind} {self.category} {self.pk}"
