"""Who: sign-ins (User), people (Person), authorities, officials."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from portal.common.acting import Acting
from portal.common.fields import BlindIndexField, SealedTextField
from portal.common.models import Keyed


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
    def is_staff(self) -> bool:
        """Officials enter the workbench."""
        return Officer.objects.filter(user=self, ends_on=None).exists() if self.staff_code else False

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


class Officer(Keyed):
    """An official: role and authority of a sign-in."""

    ROLES = (("officer", "审核人员"), ("supervisor", "主管"), ("auditor", "审计人员"))

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="officer", verbose_name="登录账户")
    name = models.CharField("姓名", max_length=60)
    role = models.CharField("角色", max_length=12, choices=ROLES)
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, verbose_name="主管机关")
    ends_on = models.DateField("任期止", null=True, blank=True)

    class Meta:
        verbose_name = "工作人员"
        verbose_name_plural = "工作人员"

    def __str__(self) -> str:
        return self.name

    @property
    def acting(self) -> Acting:
        """The official as an actor."""
        return Acting(self.role, str(self.user_id), self.authority_id)


class Person(Keyed):
    """A resident whose identity is proven; what the population register says of them is looked up, not kept."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="person")
    citizen_number = SealedTextField("公民身份号码", max_plain=18)
    citizen_number_index = BlindIndexField(source="citizen_number", unique=True)
    name = SealedTextField("姓名", max_plain=100)
    sex = SealedTextField("性别", max_plain=1)
    born = SealedTextField("出生日期", max_plain=10)
    hukou_code = models.CharField("户籍所在市", max_length=6)
    proved_at = models.DateTimeField()
    proved_by = models.CharField(max_length=10, choices=(("face", "人脸核验"), ("manual", "人工核验")))

    class Meta:
        verbose_name = "实名人员"
        verbose_name_plural = "实名人员"

    def __str__(self) -> str:
        return str(self.id)

    @property
    def acting(self) -> Acting:
        """The person as an actor, by opaque id."""
        return Acting("citizen", str(self.id))
