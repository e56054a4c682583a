"""One-time codes by text message: made, sent as a promise, tried a few times, used once, forgotten."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts import phones
from portal.accounts.models import PhoneCode, User
from portal.common import clock, outbox, throttle
from portal.common.crypto import keyed_hash
from portal.common.fields import BlindIndexField
from portal.common.models import Promise
from portal.common.unmet import Refused, Unmet

SMS_TOPIC = "sms.code"
FORGET_TOPIC = "accounts.forget_code"

DIGITS = 6
VALID_MINUTES = 5
MAX_TRIES = 5
RESEND_SECONDS = 60
CODES_AN_HOUR_BY_PHONE = 6
CODES_AN_HOUR_BY_ADDRESS = 60
HOUR_SECONDS = 3600
# The row outlives its code a little, so that the page can still offer to send another one.
FORGOTTEN_AFTER = timedelta(hours=1)

Result = TypeVar("Result")


@dataclass(frozen=True, repr=False)
class TextMessage:
    """What a channel has to send: to which number, which words."""

    phone: str
    text: str


def request_code(phone: str, *, purpose: str, address: str, language: str, again: bool = False) -> PhoneCode:
    """Write a code for `phone` and promise to send it; earlier codes for the same purpose end.

    Asked twice within a minute, it returns the code just sent, unless `again` insists on another one.
    phone: as typed. purpose: one of PhoneCode's. address: the caller's network address, only counted.
    Whether the number has an account changes the words of the message and nothing the caller can see.
    Raises Refused (phone.*, code.too_soon, code.too_many).
    """
    number = phones.read(phone)
    index = BlindIndexField.of(PhoneCode, "phone", number)
    just_now = clock.now() - timedelta(seconds=RESEND_SECONDS)
    sent = PhoneCode.objects.filter(phone_index=index, purpose=purpose, ended_at=None, created_at__gt=just_now).first()
    if sent and not again:
        # A second press of the same button: one message is enough.
        return sent
    _spend_allowance(number, address)
    known = User.objects.filter(phone_index=BlindIndexField.of(User, "phone", number)).exists()
    refusal = PhoneCode.ALREADY_KNOWN if purpose == PhoneCode.SIGN_UP else PhoneCode.NOT_KNOWN
    welcome = purpose == PhoneCode.BOOKING or known == (purpose != PhoneCode.SIGN_UP)
    now = clock.now()
    row = PhoneCode(
        purpose=purpose,
        wording=PhoneCode.CODE if welcome else refusal,
        phone=number,
        language=language,
        created_at=now,
        expires_at=now + timedelta(minutes=VALID_MINUTES),
    )
    if welcome:
        row.code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        row.code_mac = _mac(row.id, row.code)
    with transaction.atomic():
        for earlier in PhoneCode.objects.select_for_update().filter(phone_index=index, purpose=purpose, ended_at=None):
            _end(earlier)
        row.save()
        payload = {"phone_code": str(row.id)}
        outbox.promise(SMS_TOPIC, key=str(row.id), payload=payload)
        outbox.promise(FORGET_TOPIC, key=str(row.id), payload=payload, after=now + FORGOTTEN_AFTER)
    return row


def request_again(code_id: UUID, *, address: str, language: str) -> PhoneCode:
    """Send another code to the number of an earlier one; raises Refused like request_code."""
    row = PhoneCode.objects.filter(pk=code_id).first()
    if row is None:
        raise Refused([_forgotten()])
    return request_code(row.phone, purpose=row.purpose, address=address, language=language, again=True)


def phone_of(code_id: UUID) -> str | None:
    """Return the number a code was sent to, to be shown masked, or None once it is forgotten."""
    row = PhoneCode.objects.filter(pk=code_id).first()
    return row.phone if row else None


def redeem(code_id: UUID, *, purpose: str, typed: str, then: Callable[[str], Result]) -> Result:
    """Use a code up and do `then(phone number)` in the same transaction; returns its result.

    A wrong code is counted, also when the number never got one. Raises Refused (code.wrong, code.used_up,
    code.expired), or whatever `then` raises, in which case the code stays usable.
    """
    unmet: Unmet | None = None
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update().filter(pk=code_id, purpose=purpose).first()
        if row is None or row.ended_at or row.expires_at <= clock.now():
            unmet = _forgotten()
        elif row.tries >= MAX_TRIES:
            unmet = _used_up()
        elif not compare_digest(_mac(row.id, typed), row.code_mac or _mac(row.id, secrets.token_hex(8))):
            row.tries += 1
            row.save(update_fields=["tries"])
            unmet = _wrong(MAX_TRIES - row.tries) if row.tries < MAX_TRIES else _used_up()
        else:
            result = then(row.phone)
            _end(row)
    if unmet:
        raise Refused([unmet])
    return result


def message_of(code_id: UUID) -> TextMessage | None:
    """Return the words to send for a promise of topic "sms.code", or None when there is nothing to send any more."""
    row = PhoneCode.objects.filter(pk=code_id, ended_at=None, expires_at__gt=clock.now()).first()
    if row is None:
        return None
    with translation.override(row.language):
        if row.wording == PhoneCode.ALREADY_KNOWN:
            words = gettext(
                "这个手机号已经有证件网办账户，请直接登录；忘记密码可以用短信重设。不是您本人操作，请不用理会。"
            )
        elif row.wording == PhoneCode.NOT_KNOWN:
            words = gettext("这个手机号还没有证件网办账户，不能重设密码，请先注册。不是您本人操作，请不用理会。")
        else:
            words = gettext(
                "证件网办验证码 %(code)s，%(minutes)s 分钟内有效。我们不会向您索要验证码，请不要告诉任何人。"
            )
            words %= {"code": row.code, "minutes": VALID_MINUTES}
    return TextMessage(row.phone, words)


def forget(promise: Promise) -> None:
    """Keep a promise of topic "accounts.forget_code": delete the row, number and all."""
    PhoneCode.objects.filter(pk=promise.payload["phone_code"]).delete()


def _end(row: PhoneCode) -> None:
    """Make a code useless and take it out of the database."""
    row.ended_at = clock.now()
    row.code, row.code_mac = "", ""
    row.save(update_fields=["ended_at", "code", "code_mac"])


def _mac(code_id: UUID, code: str) -> str:
    return keyed_hash(settings.INDEX_KEY, "phone_code", str(code_id), code)


def _spend_allowance(number: str, address: str) -> None:
    """Count one message against the address and the number, whoever owns it."""
    if not throttle.spend("phone_code.minute", key=number, limit=1, seconds=RESEND_SECONDS):
        words = format_lazy(_("同一个手机号 {seconds} 秒内只能发一次验证码"), seconds=RESEND_SECONDS)
        raise Refused([Unmet("code.too_soon", words, remedy=_("请等一等再按“重新发送”"), field="phone")])
    by_phone = throttle.spend("phone_code.phone", key=number, limit=CODES_AN_HOUR_BY_PHONE, seconds=HOUR_SECONDS)
    by_address = throttle.spend("phone_code.address", key=address, limit=CODES_AN_HOUR_BY_ADDRESS, seconds=HOUR_SECONDS)
    if not (by_phone and by_address):
        words = format_lazy(_("一小时内最多发 {count} 次验证码"), count=CODES_AN_HOUR_BY_PHONE)
        raise Refused([Unmet("code.too_many", words, remedy=_("请一小时后再试"), field="phone")])


def _wrong(left: int) -> Unmet:
    words = format_lazy(_("验证码不对，还可以试 {left} 次"), left=left)
    return Unmet("code.wrong", words, remedy=_("请对照最新一条短信里的 6 位数字"), field="code")


def _used_up() -> Unmet:
    words = format_lazy(_("验证码试错 {tries} 次，已经作废"), tries=MAX_TRIES)
    return Unmet("code.used_up", words, remedy=_("请按“重新发送”，用新的验证码"), field="code")


def _forgotten() -> Unmet:
    words = format_lazy(_("验证码 {minutes} 分钟内有效，这个已经过期或用过"), minutes=VALID_MINUTES)
    return Unmet("code.expired", words, remedy=_("请按“重新发送”，用新的验证码"), field="code")
