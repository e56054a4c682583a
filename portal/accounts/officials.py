"""Officials: appointed and dismissed by a supervisor, signed in with a second factor."""

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Authenticator, Authority, Officer, User
from portal.common import audit
from portal.common.acting import Acting
from portal.common.unmet import Refused, Unmet


def appoint(  # noqa: PLR0913 - what an office consists of
    staff_code: str, *, name: str, role: str, authority: Authority, password: str, acting: Acting
) -> Officer:
    """Create an official's sign-in; the second factor is enrolled at the first sign-in.

    Raises Refused (official.code_taken, official.jurisdiction, official.role).
    """
    _may_manage(acting, authority.code)
    if User.objects.filter(staff_code=staff_code).exists():
        raise Refused(
            [Unmet("official.code_taken", _("这个工号已经有人用"), remedy=_("请换一个工号"), field="staff_code")]
        )
    hashed = make_password(password)
    with transaction.atomic():
        user = User.objects.create(staff_code=staff_code, password=hashed)
        officer = Officer.objects.create(user=user, name=name, role=role, authority=authority)
        _log(officer, "official.appointed", acting, role=role, authority=authority.code)
    return officer


def change_office(
    officer: Officer, *, role: str, authority: Authority, ends_on: date | None, acting: Acting
) -> Officer:
    """Change role, authority or the end of a term; acts at the official's next request.

    Raises Refused (official.self, official.jurisdiction, official.role).
    """
    if acting.id == str(officer.user_id):
        raise Refused([Unmet("official.self", _("不能更改自己的职务"), remedy=_("请由另一位主管办理"))])
    _may_manage(acting, officer.authority_id)
    _may_manage(acting, authority.code)
    with transaction.atomic():
        row = Officer.objects.select_for_update().get(pk=officer.pk)
        row.role, row.authority, row.ends_on = role, authority, ends_on
        row.save(update_fields=["role", "authority", "ends_on"])
        ends = ends_on.isoformat() if ends_on else ""
        _log(row, "official.changed", acting, role=role, authority=authority.code, ends_on=ends)
    return row


def reset_second_factor(officer: Officer, *, note: str, acting: Acting) -> None:
    """Take a lost authenticator away: the next sign-in enrols a new one; raises Refused like change_office."""
    if acting.id == str(officer.user_id):
        raise Refused([Unmet("official.self", _("不能重置自己的动态口令"), remedy=_("请由另一位主管办理"))])
    _may_manage(acting, officer.authority_id)
    if not note.strip():
        raise Refused([Unmet("note", _("请写明理由。"), remedy=_("理由会留在审计记录里。"), field="note")])
    with transaction.atomic():
        Authenticator.objects.filter(user_id=officer.user_id).delete()
        digest = audit.commitment_of(str(officer.id), note)
        _log(officer, "official.second_factor_reset", acting, note=digest)


def device_of(user: User) -> Authenticator:
    """Return the official's authenticator, made but not confirmed yet at the first sign-in."""
    with transaction.atomic():
        # The user's row is the lock: two first visits must not make two secrets.
        User.objects.select_for_update().get(pk=user.pk)
        devices = Authenticator.objects.filter(user_id=user.pk)
        device: Authenticator | None = devices.order_by("-confirmed", "pk").first()
        return device or Authenticator.objects.create(user_id=user.pk, name="totp", key="", confirmed=False)


def verify_second_factor(user: User, token: str) -> Authenticator | None:
    """Return the authenticator if `token` is its code now and was never used; the first right code confirms it.

    Wrong codes close it for a time that doubles with each.
    """
    with transaction.atomic():
        devices = Authenticator.objects.select_for_update().filter(user_id=user.pk)
        device: Authenticator | None = devices.order_by("-confirmed", "pk").first()
        if device is None or not device.verify_is_allowed()[0] or not device.verify_token(token):
            return None
        enrolled = not device.confirmed
        if enrolled:
            device.confirmed = True
            device.save(update_fields=["confirmed"])
        official = user.official
        if official is None:
            return None
        _log(official, "official.enrolled" if enrolled else "official.signed_in", official.acting)
    return device


def _may_manage(acting: Acting, authority: str) -> None:
    if acting.kind not in {"supervisor", "system"}:
        raise Refused([Unmet("official.role", _("只有主管能更改工作人员"), remedy=_("请交给主管办理"))])
    if not acting.covers(authority):
        raise Refused(
            [Unmet("official.jurisdiction", _("这个机关不归您管辖"), remedy=_("请交给上级主管"), field="authority")]
        )


def _log(officer: Officer, action: str, acting: Acting, **content: str) -> None:
    audit.append(f"official:{officer.user_id}", action, acting=acting, content={"officer": str(officer.id), **content})
