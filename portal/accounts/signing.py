"""Citizens' sign-ins: made and repaired by a one-time code, opened by phone number and password."""

from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts import codes
from portal.accounts.models import PhoneCode, User
from portal.common import audit, throttle
from portal.common.acting import Acting
from portal.common.crypto import normalised
from portal.common.unmet import Refused, Unmet

WINDOW_SECONDS = 15 * 60
TRIES_BY_NAME = 10
TRIES_BY_ADDRESS = 100


class TooManyTries(Exception):
    """Sign-in is closed for this name or address for `minutes`."""

    def __init__(self) -> None:
        super().__init__("sign_in.throttled")
        self.minutes = WINDOW_SECONDS // 60


def sign_up(code_id: UUID, *, code: str, password: str, language: str) -> User:
    """Create the sign-in of the phone that received the code; the password was validated by the form.

    Raises Refused (code.*, account.exists).
    """
    # Hashing takes a fifth of a second on purpose: never while the database waits.
    hashed = make_password(password)

    def create(phone: str) -> User:
        user = User(phone=phone, password=hashed, language=language)
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError:
            raise Refused([_already_exists()]) from None
        _log(user, "account.signed_up", acting=Acting("citizen", str(user.id)))
        return user

    return codes.redeem(code_id, purpose=PhoneCode.SIGN_UP, typed=code, then=create)


def reset_password(code_id: UUID, *, code: str, password: str) -> User:
    """Set a new password for the account of the phone that received the code; every open session of it ends.

    Raises Refused (code.*).
    """
    hashed = make_password(password)

    def change(phone: str) -> User:
        user = User.objects.get_by_natural_key(phone)
        user.password = hashed
        user.save(update_fields=["password"])
        _log(user, "account.password_reset", acting=user.acting)
        return user

    return codes.redeem(code_id, purpose=PhoneCode.RESET, typed=code, then=change)


def check_password(request: HttpRequest, *, name: str, password: str, address: str) -> User | None:
    """Return the user of a phone number or staff code if the password is theirs; None does not say what was wrong.

    Raises TooManyTries once a name or an address has failed too often in a quarter of an hour.
    """
    # One account has one count: blanks and wide digits lead to the same number, and must not open a new window.
    spelling = normalised(name)
    by_name = throttle.spend("sign_in.name", key=spelling, limit=TRIES_BY_NAME, seconds=WINDOW_SECONDS)
    by_address = throttle.spend("sign_in.address", key=address, limit=TRIES_BY_ADDRESS, seconds=WINDOW_SECONDS)
    if not (by_name and by_address):
        raise TooManyTries
    user = authenticate(request, username=name, password=password)
    if user is not None:
        throttle.forget("sign_in.name", key=spelling)
    return user


def _log(user: User, action: str, *, acting: Acting) -> None:
    audit.append(f"person:{user.id}", action, acting=acting, content={"user": str(user.id)})


def _already_exists() -> Unmet:
    remedy = _("请直接登录；忘记密码可以用短信重设")
    return Unmet("account.exists", _("这个手机号已经有账户"), remedy=remedy, field="code")
