"""Forms of signing up, signing in, proving who one is, and officials' sign-in."""

from typing import Any
from unicodedata import normalize

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.accounts import codes, phones, proving
from portal.accounts.models import IdentityProof
from portal.common.forms import PortalForm, RadioRows, SplitDateField
from portal.common.masking import mask_citizen_number, mask_name
from portal.common.unmet import Refused

PASSWORD_LENGTH = 128
MEGABYTE = 1024 * 1024
PICTURE_MAX_BYTES = 10 * MEGABYTE
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"

# Django's validators by code: our words name the limit and the remedy.
PASSWORD_TEXTS = {
    "password_too_short": _("密码至少 10 个字符，请加长"),
    "password_too_common": _("这个密码太常见，容易被猜中，请换一个"),
    "password_entirely_numeric": _("密码不能全是数字，请加上字母或符号"),
}


def _phone_field() -> forms.CharField:
    return forms.CharField(
        label=_("手机号"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "username", "class": "govuk-input--width-20"}
        ),
    )


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("短信验证码"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-10"}
        ),
    )


def read_code(text: str) -> str:
    """Return the six digits of a code, typed with blanks or full width or not; raises ValidationError."""
    code = "".join(normalize("NFKC", text).split())
    if code and not (code.isascii() and code.isdigit() and len(code) == codes.DIGITS):
        raise ValidationError(_("短信验证码是 6 位数字，请对照短信填写"), code="code.shape")
    return code


def _new_password_field() -> forms.CharField:
    return forms.CharField(
        label=_("设置密码"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        help_text=_("至少 10 个字符，不要全用数字。空格也可以用。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "govuk-input--width-20"}),
    )


class PhoneForm(PortalForm):
    """The number to which a code is sent."""

    phone = _phone_field()

    def clean_phone(self) -> str:
        """Return the 11 digits."""
        try:
            return phones.read(self.cleaned_data["phone"])
        except Refused as refused:
            self.refuse(refused.unmet)
            return ""


class SignInForm(PhoneForm):
    """Phone number and password."""

    password = forms.CharField(
        label=_("密码"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "govuk-input--width-20"}),
    )


class CodeForm(PortalForm):
    """The code from the text message and the password to be set."""

    names = {"password": _("密码")}

    code = _code_field()
    password = _new_password_field()

    def clean_code(self) -> str:
        """Return the six digits."""
        return read_code(self.cleaned_data["code"])

    def clean_password(self) -> str:
        """Return the password if it is long and rare enough."""
        password: str = self.cleaned_data["password"]
        try:
            validate_password(password)
        except ValidationError as refused:
            raise ValidationError(
                [
                    ValidationError(PASSWORD_TEXTS.get(error.code or "", error.message), error.code, error.params)
                    for error in refused.error_list
                ]
            ) from None
        return password


class WayForm(PortalForm):
    """How to prove who one is, and the consent to the check itself."""

    FACE, BY_HAND = "face", "by_hand"

    way = forms.ChoiceField(
        label=_("您想用哪种方式证明是您本人？"),
        choices=((FACE, _("拍一张照片，自动比对人脸")), (BY_HAND, _("不用人脸，由工作人员核验"))),
        widget=RadioRows(
            hints={
                FACE: _("通常一分钟内有结果"),
                BY_HAND: _("工作人员核对后通知您，期间可以先填申请表；办事结果完全一样"),
            },
            icons={FACE: "camera", BY_HAND: "user"},
        ),
    )
    agree = forms.BooleanField(
        label=_("我同意用我的姓名和公民身份号码，到人口登记系统核对身份"),
        help_text=_("只为办理出入境证件。核对结果加密保存。"),
    )

    names = {"way": _("核验方式"), "agree": _("同意核对身份")}


class FaceConsentForm(PortalForm):
    """The separate consent to the comparison of a face."""

    agree_face = forms.BooleanField(
        label=_("我单独同意：用我现场拍的照片与登记照片比对，确认是我本人"),
        help_text=_("照片比对完立即删除；转人工核验的，办完就删，最长保存 24 小时。不同意也能办理。"),
    )

    names = {"agree_face": _("同意人脸比对")}


class ClaimForm(PortalForm):
    """Name, citizen number and, unless the way is without a face, a live picture.

    Once name and number were found to belong together they are shown masked and not asked again.
    """

    name = forms.CharField(
        label=_("姓名"),
        max_length=100,
        help_text=_("与身份证上的姓名一致。少数民族姓名里的点照样填写。"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "govuk-input--width-20"}),
    )
    citizen_number = forms.CharField(
        label=_("公民身份号码"),
        max_length=40,
        help_text=_("身份证或港澳台居民居住证上的 18 位号码"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-20"}),
    )
    picture = forms.FileField(
        label=_("本人现场照片"),
        help_text=_("正面、不戴帽子和墨镜、光线均匀。JPEG 或 PNG，不超过 10 MB。填错重交时要重新选一次照片。"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "user"}),
    )

    def __init__(self, *args: Any, proof: IdentityProof, **kwargs: Any) -> None:
        """Leave out what is known or not wanted."""
        super().__init__(*args, **kwargs)
        self.proof = proof
        if proof.without_face:
            del self.fields["picture"]
        if self.knows_claim:
            del self.fields["name"], self.fields["citizen_number"]
        else:
            self.initial = {"name": proof.name, "citizen_number": proof.citizen_number}

    @property
    def knows_claim(self) -> bool:
        """Tell whether only another picture is wanted."""
        return self.proof.face_failures > 0 and not self.proof.without_face

    @property
    def masked(self) -> tuple[str, str]:
        """Name and number as they may be shown."""
        return mask_name(self.proof.name), mask_citizen_number(self.proof.citizen_number)

    def clean_picture(self) -> bytes:
        """Return the picture's bytes if size and beginning are those of a JPEG or PNG file."""
        upload: UploadedFile[Any] = self.cleaned_data["picture"]
        if (upload.size or 0) > PICTURE_MAX_BYTES:
            raise ValidationError(
                _("本人现场照片最大 10 MB，这张有 %(size).1f MB，请缩小或重拍"),
                code="picture.size",
                params={"size": (upload.size or 0) / MEGABYTE},
            )
        data: bytes = upload.read()
        if not data.startswith((JPEG, PNG)):
            raise ValidationError(_("本人现场照片只能是 JPEG 或 PNG 格式，请重拍或换一张"), code="picture.format")
        return data

    def clean(self) -> dict[str, Any]:
        """Check name and number together, each error at its own field."""
        cleaned = super().clean() or {}
        if self.knows_claim:
            return {**cleaned, "name": self.proof.name, "citizen_number": self.proof.citizen_number}
        if "name" in cleaned or "citizen_number" in cleaned:
            try:
                proving.read_claim(cleaned.get("name", "-"), cleaned.get("citizen_number", ""))
            except Refused as refused:
                self.refuse(unmet for unmet in refused.unmet if unmet.field in cleaned)
        return cleaned


class StaffSignInForm(PortalForm):
    """Staff code and password."""

    staff_code = forms.CharField(
        label=_("工号"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "username", "class": "govuk-input--width-20"}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "govuk-input--width-20"}),
    )


class TokenForm(PortalForm):
    """The six digits an authenticator shows now."""

    token = forms.CharField(
        label=_("动态口令"),
        max_length=20,
        help_text=_("打开身份验证器，填写现在显示的 6 位数字。每个口令只能用一次。"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-10"}
        ),
    )

    def clean_token(self) -> str:
        """Return the digits without blanks."""
        token = "".join(normalize("NFKC", self.cleaned_data["token"]).split())
        if not (token.isascii() and token.isdigit() and len(token) == codes.DIGITS):
            raise ValidationError(_("动态口令是 6 位数字，请对照身份验证器填写"), code="token.shape")
        return token


class OwnCodeForm(PortalForm):
    """A code sent to one's own phone, asked for and typed on the same page; `send` sends it, `confirm` uses it.

    `asks_code` says whether the page is so far that the code is typed.
    """

    names = {"code": _("短信验证码")}
    code = _code_field()

    def clean_code(self) -> str:
        """Return the six digits."""
        return read_code(self.cleaned_data["code"])

    def full_clean(self) -> None:
        """Ask for the code only where it is used."""
        code = self.fields["code"]
        code.required = "send" not in self.data
        super().full_clean()
        code.required = True

    @property
    def asks_code(self) -> bool:
        """Tell whether a code was sent, or has just been typed or refused."""
        return self.is_bound and ("send" not in self.data or not self.errors or "code" in self.errors)


class HelperForm(OwnCodeForm):
    """Whom an older person lets act for them, until when, and that they know what it means."""

    names = {"phone": _("代办人的手机号"), "ends_on": _("授权到哪天"), "agree": _("同意授权"), "code": _("短信验证码")}
    phone = forms.CharField(
        label=_("代办人的手机号"),
        help_text=_("对方要用这个手机号登录本网站、完成实名核验后确认。"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off", "class": "govuk-input--width-20"}
        ),
    )
    ends_on = SplitDateField(label=_("授权到哪天为止？"), help_text=_("最长一年，到这一天 24:00。"))
    agree = forms.BooleanField(
        label=_("我让这个人替我填表、提交、缴费、查看进度。我可以随时解除。"),
        help_text=_("证件照片、签名还是我本人的；收到的通知两个人都有。"),
    )
    field_order = ("phone", "ends_on", "agree", "code")

    def clean_phone(self) -> str:
        """Return the 11 digits."""
        try:
            return phones.read(self.cleaned_data["phone"])
        except Refused as refused:
            self.refuse(refused.unmet)
            return ""
