"""The second key to an act that binds somebody: a code sent to their own phone while they are signed in."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from portal.accounts import codes
from portal.accounts.models import PhoneCode, User
from portal.common.unmet import Refused, Unmet

Result = TypeVar("Result")


def send_own_code(user: User, *, address: str, language: str) -> UUID:
    """Send a code to the user's own phone and return its key; raises Refused (code.too_soon, code.too_many)."""
    return codes.request_code(user.phone, purpose=PhoneCode.CONFIRM, address=address, language=language).pk


def confirm(user: User, *, code_id: UUID | None, typed: str, then: Callable[[], Result]) -> Result:
    """Use up the code sent to the user's own phone and do `then` in the same transaction; returns its result.

    Raises Refused (code.*), or whatever `then` raises, in which case the code stays usable.
    """
    if code_id is None:
        remedy = _("请先按“发送验证码”，再填短信里的 6 位数字")
        raise Refused([Unmet("code.not_sent", _("还没有发送验证码"), remedy=remedy, field="code")])

    def act(phone: str) -> Result:
        if phone != user.phone:
            raise Refused([Unmet("code.wrong", _("验证码不对"), remedy=_("请重新发送"), field="code")])
        return then()

    return codes.redeem(code_id, purpose=PhoneCode.CONFIRM, typed=typed, then=act)
