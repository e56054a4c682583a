"""Tables of registered enterprises: the registration with its agent, quota and validity, and its list of staff."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.common import clock
from portal.common.fields import BlindIndexField, SealedTextField
from portal.common.models import Keyed, LifecycleModel

NAME_MAX, STATEMENT_MAX = 80, 300
STATES = ("filed", "returned", "registered", "renewing", "refused", "withdrawn", "cancelled", "expired")
OPEN_STATES = ("filed", "returned", "registered", "renewing")
IN_FORCE = ("registered", "renewing")


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    """Registrations by what they are worth."""

    def in_force(self) -> "EnterpriseQuerySet":
        """Registered today: approved, neither cancelled nor over."""
        return self.filter(status__in=IN_FORCE, expires_on__gte=clock.today())


class Enterprise(LifecycleModel):
    """A firm's registration: its staff may have the longer business endorsements while it is in force.

    `expires_on` is the last day; `barred_until` the last day on which the code cannot be registered again.
    """

    LEGAL_PERSON, BRANCH, OVERSEAS_OFFICE = "legal_person", "branch", "overseas_office"
    KINDS = (
        (LEGAL_PERSON, _("有法人资格的企业、经济组织")),
        (BRANCH, _("企业的分支机构")),
        (OVERSEAS_OFFICE, _("境外企业的常驻代表机构")),
    )
    subject_kind: ClassVar[str] = "enterprise"

    credit_code = models.CharField("统一社会信用代码", max_length=18, db_index=True)
    name = models.CharField("名称", max_length=NAME_MAX)
    kind = models.CharField("类型", max_length=16, choices=KINDS)
    agent = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="enterprises", verbose_name="经办人"
    )
    contact_name = SealedTextField("联系人", max_plain=60)
    contact_phone = SealedTextField("联系电话", max_plain=20)
    materials = models.JSONField("声明的材料", default=list)
    project = SealedTextField("重大项目", blank=True, default="", max_plain=STATEMENT_MAX)
    is_major_project = models.BooleanField("重大项目企业", default=False)
    wanted = models.PositiveSmallIntegerField("申请名额")
    quota = models.PositiveSmallIntegerField("核定名额", default=0)
    staff_count = models.PositiveSmallIntegerField("已列人数", default=0)
    filed_at = models.DateTimeField("提交时间")
    registered_on = models.DateField("备案日期", null=True)
    expires_on = models.DateField("有效期至", null=True)
    barred_until = models.DateField("不得再备案至", null=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        verbose_name = "备案单位"
        verbose_name_plural = "备案单位"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=STATES), name="enterprise_status_known"),
            models.CheckConstraint(condition=Q(staff_count__lte=F("quota")), name="enterprise_staff_within_quota"),
            models.UniqueConstraint(
                fields=["credit_code"], condition=Q(status__in=OPEN_STATES), name="enterprise_one_open_each"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_force(self) -> bool:
        """Tell whether its staff have the longer options today."""
        return self.status in IN_FORCE and self.expires_on is not None and self.expires_on >= clock.today()


class StaffMember(Keyed):
    """Somebody on the list of an enterprise, found by the blind index of the citizen number alone."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="staff")
    name = SealedTextField("姓名", max_plain=100)
    citizen_number = SealedTextField("公民身份号码", max_plain=18)
    citizen_number_index = BlindIndexField(source="citizen_number", db_index=True)
    added_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"
        verbose_name = "备案人员"
        verbose_name_plural = "备案人员"
        ordering: ClassVar = ["added_at", "pk"]
        constraints = (
            models.UniqueConstraint(fields=["enterprise", "citizen_number_index"], name="staff_member_once"),
        )

    def __str__(self) -> str:
        return str(self.id)
