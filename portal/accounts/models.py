"""Who: sign-ins (User), people (Person) and their real-name proof, one-time codes, authorities, officials."""

from binascii import unhexlify
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from portal.accounts.enterprises.models import Enterprise, StaffMember
from portal.accounts.mandates import Authorisation, Guardianship
from portal.common import clock
from portal.common.acting import Acting
from portal.common.fields import BlindIndexField, SealedTextField
from portal.common.models import Keyed, LifecycleModel

__all__ = [
    "Authenticator",
    "Authorisation",
    "Authority",
    "Enterprise",
    "Guardianship",
    "IdentityProof",
    "Officer",
    "OpeningHours",
    "Person",
    "PhoneCode",
    "ServicePoint",
    "StaffMember",
    "User",
]


class UserManager(BaseUserManager["User"]):
    """Finds a sign-in by phone (citizens) or staff code (officials) without reading either."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the sign-in whose key is `username`, a staff code or a phone number."""
        index = BlindIndexField.of(User, "phone", username or "")
        return self.get(Q(staff_code=username) | Q(phone_index=index))

    def create_citizen(self, *, phone: str, password: str) -> "User":
        """Create a citizen's sign-in; the phone number was proven by a one-time code before."""
        user = User(phone=phone)
        user.set_password(password)
        user.save()
        return user


class User(Keyed, AbstractBaseUser):
    """A sign-in. A citizen's name is their phone number, an official's their staff code."""

    phone = SealedTextField("手机号", blank=True, default="", max_plain=20)
    phone_index = BlindIndexField(source="phone", null=True, unique=True)
    email = SealedTextField("电子邮箱", blank=True, default="", max_plain=254)
    staff_code = models.CharField("工号", max_length=20, null=True, unique=True, blank=True)
    language = models.CharField("语言", max_length=10, default="zh-hans")
    appearance = models.CharField("显示方式", max_length=30, blank=True, default="")
    is_active = models.BooleanField("可用", default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "登录账户"
        verbose_name_plural = "登录账户"

    def __str__(self) -> str:
        return self.staff_code or str(self.id)

    @property
    def acting(self) -> Acting:
        """The sign-in as an actor: the official, the proven person, or the citizen who is not proven yet."""
        if self.official:
            return self.official.acting
        person = Person.objects.filter(user=self).first()
        return person.acting if person else Acting("citizen", str(self.id))

    @cached_property
    def official(self) -> "Officer | None":
        """The office this sign-in holds today, or None."""
        if not self.staff_code:
            return None
        return Officer.objects.in_office().select_related("authority").filter(user=self).first()

    @property
    def is_staff(self) -> bool:
        """Officials in office enter the workbench."""
        return self.official is not None

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Django's permissions are not used: every admin class asks for roles itself."""
        return False

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002 - Django's own signature
        """Django's permissions are not used: every admin class asks for roles itself."""
        return False


class Authority(models.Model):
    """An exit-entry office: its division code says whose applications it decides."""

    code = models.CharField("区划代码", primary_key=True, max_length=6)
    name = models.CharField("名称", max_length=80)

    class Meta:
        verbose_name = "主管机关"
        verbose_name_plural = "主管机关"

    def __str__(self) -> str:
        return self.name


class ServicePoint(Keyed):
    """A hall or counter of an authority that people go to; `closed_on` is the first day it no longer serves."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, verbose_name="主管机关")
    name = models.CharField("名称", max_length=80)
    name_en = models.CharField("英文名称", max_length=120)
    address = models.CharField("地址", max_length=200)
    address_en = models.CharField("英文地址", max_length=200)
    phone = models.CharField("电话", max_length=40, blank=True)
    opened_on = models.DateField("启用日期")
    closed_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = "服务点"
        verbose_name_plural = "服务点"
        constraints = (models.UniqueConstraint(fields=["authority", "name"], name="service_point_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name if (get_language() or "").startswith("zh") else self.name_en

    @property
    def place(self) -> str:
        """The address in the reader's language."""
        return self.address if (get_language() or "").startswith("zh") else self.address_en


class OpeningHours(Keyed):
    """When counters of a service point are open on a weekday, from one day on and up to, not including, another.

    `places` is how many people are served in each half hour.
    """

    ORDINARY, LUNCH, EVENING, WEEKEND, STUDENT = "ordinary", "lunch", "evening", "weekend", "student"
    KINDS = (
        (ORDINARY, _("日常")),
        (LUNCH, _("午间不休息")),
        (EVENING, _("晚间延时")),
        (WEEKEND, _("周末")),
        (STUDENT, _("学生专窗")),
    )
    WEEKDAYS = tuple(enumerate((_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))))

    point = models.ForeignKey(ServicePoint, on_delete=models.CASCADE, related_name="hours", verbose_name="服务点")
    weekday = models.PositiveSmallIntegerField("星期", choices=WEEKDAYS)
    kind = models.CharField("种类", max_length=10, choices=KINDS, default=ORDINARY)
    opens_at = models.TimeField("开始")
    closes_at = models.TimeField("结束")
    places = models.PositiveSmallIntegerField("每半小时人数", default=4)
    effective_from = models.DateField("生效日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "开放时间"
        verbose_name_plural = "开放时间"
        ordering = ("weekday", "opens_at")
        constraints = (
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="opening_hours_end_after_start"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_hours_weekday_known"),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class OfficerQuerySet(models.QuerySet["Officer"]):
    """Officials by whether they serve."""

    def in_office(self) -> "OfficerQuerySet":
        """Whose term has not ended by today."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=clock.today()))


class Officer(Keyed):
    """An official: role and authority of a sign-in."""

    ROLES = (("officer", "审核人员"), ("supervisor", "主管"), ("auditor", "审计人员"))

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="officer", verbose_name="登录账户")
    name = models.CharField("姓名", max_length=60)
    role = models.CharField("角色", max_length=12, choices=ROLES)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, verbose_name="主管机关")
    ends_on = models.DateField("任期止", null=True, blank=True)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = "工作人员"
        verbose_name_plural = "工作人员"

    def __str__(self) -> str:
        return self.name

    @property
    def acting(self) -> Acting:
        """The official as an actor."""
        return Acting(self.role, str(self.user_id), self.authority_id)


class Authenticator(TOTPDevice):  # type: ignore[misc]  # django-otp has no types
    """An official's second factor; its secret lies here, sealed, and the column of django-otp stays empty."""

    secret = SealedTextField(max_plain=80, default=default_key)

    class Meta:
        verbose_name = "动态口令"
        verbose_name_plural = "动态口令"

    @property
    def bin_key(self) -> bytes:
        """The secret as django-otp computes with it."""
        return unhexlify(self.secret)


class Person(Keyed):
    """A resident whose identity is proven; what the population register says of them is looked up, not kept."""

    PROOFS = (
        ("face", "人脸核验"),
        ("manual", "人工核验"),
        ("guardian", "监护人和登记信息"),
        ("counter", "窗口当面核验"),
    )

    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="person")
    citizen_number = SealedTextField("公民身份号码", max_plain=18)
    citizen_number_index = BlindIndexField(source="citizen_number", unique=True)
    name = SealedTextField("姓名", max_plain=100)
    sex = SealedTextField("性别", max_plain=1)
    born = SealedTextField("出生日期", max_plain=10)
    hukou_code = models.CharField("户籍所在市", max_length=6)
    proved_at = models.DateTimeField()
    proved_by = models.CharField(max_length=10, choices=PROOFS)

    class Meta:
        verbose_name = "实名人员"
        verbose_name_plural = "实名人员"

    def __str__(self) -> str:
        return str(self.id)

    @property
    def acting(self) -> Acting:
        """The person as an actor, by opaque id."""
        return Acting("citizen", str(self.id))

    def age_on(self, day: date) -> int:
        """Return the age in whole years; a year is complete on the birthday itself.

        Someone born on 29 February completes a year on 28 February where the year has no 29th (Civil Code article 202).
        """
        born, years = date.fromisoformat(self.born), day.year - int(self.born[:4])
        return years if clock.shift_months(born, years * 12) <= day else years - 1

    @staticmethod
    def index_of(citizen_number: str) -> str:
        """Return the blind index to find the person of a citizen number by."""
        return BlindIndexField.of(Person, "citizen_number", citizen_number)


class PhoneCode(Keyed):
    """A one-time code on its way to a phone, or the message sent in its place to a phone that gets no code."""

    SIGN_UP, RESET, BOOKING, CONFIRM = "sign_up", "reset", "booking", "confirm"
    CODE, ALREADY_KNOWN, NOT_KNOWN = "code", "already_known", "not_known"

    PURPOSES = ((SIGN_UP, "注册"), (RESET, "重设密码"), (BOOKING, "不登录预约"), (CONFIRM, "本人确认"))

    purpose = models.CharField(max_length=10, choices=PURPOSES)
    wording = models.CharField(
        max_length=14, choices=((CODE, "验证码"), (ALREADY_KNOWN, "已有账户"), (NOT_KNOWN, "没有账户"))
    )
    phone = SealedTextField(max_plain=20)
    phone_index = BlindIndexField(source="phone", db_index=True)
    code = SealedTextField(blank=True, default="", max_plain=6)
    code_mac = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "短信验证码"
        verbose_name_plural = "短信验证码"

    def __str__(self) -> str:
        return str(self.id)


class IdentityProofQuerySet(models.QuerySet["IdentityProof"]):
    """Proofs by what is left to do."""

    def open(self) -> "IdentityProofQuerySet":
        """Neither proved nor refused."""
        return self.exclude(status__in=("proved", "refused"))


class IdentityProof(LifecycleModel):
    """One attempt of a sign-in to prove whose it is: consents, what was claimed, and how it ended."""

    subject_kind = "identity_proof"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proofs", verbose_name="登录账户")
    name = SealedTextField("姓名", blank=True, default="", max_plain=100)
    citizen_number = SealedTextField("公民身份号码", blank=True, default="", max_plain=18)
    without_face = models.BooleanField("不用人脸", default=False)
    consented_at = models.DateTimeField("同意核对身份信息的时间")
    face_consented_at = models.DateTimeField("单独同意人脸比对的时间", null=True)
    picture = models.CharField("本人照片文件", max_length=80, blank=True)
    picture_at = models.DateTimeField("本人照片上传时间", null=True)
    submissions = models.PositiveSmallIntegerField("提交次数", default=0)
    face_failures = models.PositiveSmallIntegerField("人脸未通过次数", default=0)
    opened_at = models.DateTimeField("开始时间")

    objects = IdentityProofQuerySet.as_manager()

    class Meta:
        verbose_name = "实名核验"
        verbose_name_plural = "实名核验"
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    status__in=("started", "comparing", "unmatched", "face_failed", "manual", "proved", "refused")
                ),
                name="identity_proof_status_known",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=~Q(status__in=("proved", "refused")),
                name="identity_proof_one_open_for_a_user",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    @property
    def chain(self) -> str:
        """The audit chain of the person this proof is about."""
        return f"person:{self.user_id}"
