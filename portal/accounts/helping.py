"""Authorised helpers: an older person lets somebody they trust act for them, until a last day, revocable at once."""

from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts import phones
from portal.accounts.confirming import confirm
from portal.accounts.lifecycle import AUTHORISATION
from portal.accounts.mandates import Authorisation, AuthorisationQuerySet
from portal.accounts.models import Person, User
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.fields import BlindIndexField
from portal.common.models import Promise
from portal.common.templatetags.portal import full_day
from portal.common.unmet import Refused, Unmet

END_TOPIC = "accounts.authorisation_end"

BENEFICIARY_AGE = 60
HELPER_AGE = 18
LONGEST = timedelta(days=365)
# An invitation nobody answers is no standing offer.
INVITATION = timedelta(days=7)


def latest_end() -> date:
    """Return the furthest last day an authorisation given today may have."""
    return clock.today() + LONGEST


def unmet_to_authorise(beneficiary: Person) -> list[Unmet]:
    """Return what keeps a person from having helpers."""
    if beneficiary.age_on(clock.today()) >= BENEFICIARY_AGE:
        return []
    words = format_lazy(_("授权代办只开放给 {age} 周岁以上的人"), age=BENEFICIARY_AGE)
    return [Unmet("helping.age", words, remedy=_("请本人办理，或者请身边的人教您操作"))]


def unmet_to_invite(beneficiary: Person, *, phone: str, ends_on: date) -> list[Unmet]:
    """Return what forbids inviting the helper with this phone until this day; each names its field."""
    unmet = unmet_to_authorise(beneficiary)
    if beneficiary.user and phone == beneficiary.user.phone:
        remedy = _("请填代办人的手机号；您自己办理不需要授权")
        unmet.append(Unmet("helping.oneself", _("这是您自己的手机号"), remedy=remedy, field="phone"))
    if not clock.today() <= ends_on <= latest_end():
        words = format_lazy(_("授权最早到今天、最晚到{day}"), day=full_day(latest_end()))
        unmet.append(Unmet("helping.end", words, remedy=_("请改这个日期；到期以后可以再授权"), field="ends_on"))
    if Authorisation.objects.open().filter(beneficiary=beneficiary, phone_index=_index(phone)).exists():
        unmet.append(_is_open_already())
    return unmet


def invite(beneficiary: Person, *, phone: str, ends_on: date, code_id: UUID | None, typed: str) -> Authorisation:
    """Invite the helper with this phone, confirmed by a code to the beneficiary's own phone.

    Whether the phone has an account stays unknown: whoever signs in with it finds the invitation. Raises Refused
    (helping.age, .oneself, .end, .open, phone.*, code.*).
    """
    number = phones.read(phone)
    unmet = unmet_to_invite(beneficiary, phone=number, ends_on=ends_on)
    if unmet:
        raise Refused(unmet)
    row = Authorisation(
        beneficiary=beneficiary, phone=number, ends_on=ends_on, authority=beneficiary.hukou_code, invited_at=clock.now()
    )

    def write() -> Authorisation:
        try:
            with transaction.atomic():
                AUTHORISATION.begin([row], actions=[("invite", beneficiary.acting)])
        except IntegrityError:
            # Pressed twice, on two devices: one invitation is enough.
            raise Refused([_is_open_already()]) from None
        _promise_end(row, last_day=last_day_to_answer(row))
        return row

    return confirm(_user_of(beneficiary), code_id=code_id, typed=typed, then=write)


def last_day_to_answer(row: Authorisation) -> date:
    """Return the last day on which an invitation can be answered."""
    return min(row.ends_on, clock.local_day(row.invited_at) + INVITATION)


def invitations_to(user: User) -> AuthorisationQuerySet:
    """Return the invitations that wait for whoever has this sign-in's phone."""
    rows = Authorisation.objects.filter(status="invited", phone_index=_index(user.phone), ends_on__gte=clock.today())
    return rows.select_related("beneficiary").order_by("invited_at")


def unmet_to_help(row: Authorisation, helper: Person) -> list[Unmet]:
    """Return what keeps a person from becoming this helper."""
    if row.ends_on < clock.today():
        return [Unmet("helping.over", _("这份授权的期限已经过了"), remedy=_("请对方重新授权"))]
    if helper.pk == row.beneficiary_id:
        return [Unmet("helping.oneself", _("代办人不能是本人"), remedy=_("您自己办理不需要授权"))]
    if helper.age_on(clock.today()) < HELPER_AGE:
        words = format_lazy(_("代办人要年满 {age} 周岁"), age=HELPER_AGE)
        return [Unmet("helping.too_young", words, remedy=_("请另找一位成年人代办"))]
    if Authorisation.objects.in_force().filter(beneficiary=row.beneficiary_id, helper=helper).exists():
        return [_is_open_already()]
    return []


def accept(row: Authorisation, *, helper: Person, code_id: UUID | None, typed: str) -> Authorisation:
    """Become the helper, confirmed by a code to the helper's own phone; raises Refused (helping.*, code.*, state)."""
    unmet = _unmet_of_phone(row, _user_of(helper)) or unmet_to_help(row, helper)
    if unmet:
        raise Refused(unmet)

    def write() -> Authorisation:
        try:
            with transaction.atomic():
                fresh = AUTHORISATION.perform(row, "accept", acting=helper.acting, sets={"helper": helper})
        except IntegrityError:
            raise Refused([_is_open_already()]) from None
        _promise_end(fresh, last_day=fresh.ends_on)
        return fresh

    return confirm(_user_of(helper), code_id=code_id, typed=typed, then=write)


def decline(row: Authorisation, *, user: User) -> Authorisation:
    """Turn an invitation down; the beneficiary is told. Raises Refused (helping.phone, state)."""
    if unmet := _unmet_of_phone(row, user):
        raise Refused(unmet)
    return AUTHORISATION.perform(row, "decline", acting=user.acting)


def revoke(row: Authorisation, *, person: Person) -> Authorisation:
    """End an authorisation at once, from either side; both are told. Raises Refused (helping.stranger, state)."""
    if person.pk not in (row.beneficiary_id, row.helper_id):
        raise Refused([Unmet("helping.stranger", _("这份授权和您无关"), remedy=_("请用本人的账户登录"))])
    return AUTHORISATION.perform(row, "revoke", acting=person.acting)


def authorisations_of(person: Person) -> AuthorisationQuerySet:
    """Return the open authorisations a person has given or holds, the newest first."""
    rows = Authorisation.objects.open().filter(ends_on__gte=clock.today())
    mine = rows.filter(beneficiary=person) | rows.filter(helper=person)
    return mine.select_related("beneficiary__user", "helper__user").order_by("-invited_at")


def end(promise: Promise) -> None:
    """Keep a promise of topic "accounts.authorisation_end": the invitation's week or the last day is over."""
    row = Authorisation.objects.filter(pk=promise.payload["authorisation"]).first()
    if row is None or row.status != promise.payload["status"]:
        return
    with transaction.atomic():
        AUTHORISATION.perform(row, "expire", acting=Acting.system("authorisation_end"))


def _promise_end(row: Authorisation, *, last_day: date) -> None:
    payload = {"authorisation": str(row.pk), "status": row.status}
    outbox.promise(
        END_TOPIC, key=f"{row.pk}:{row.status}", payload=payload, after=clock.midnight(last_day + timedelta(days=1))
    )


def _unmet_of_phone(row: Authorisation, user: User) -> list[Unmet]:
    if row.phone_index == _index(user.phone):
        return []
    return [Unmet("helping.phone", _("这份邀请发给了另一个手机号"), remedy=_("请用收到邀请的手机号登录"))]


def _index(phone: str) -> str:
    return BlindIndexField.of(Authorisation, "phone", phone)


def _user_of(person: Person) -> User:
    if person.user is None:
        raise Refused([Unmet("helping.no_account", _("此人还没有账户"), remedy=_("请先注册并完成实名核验"))])
    return person.user


def _is_open_already() -> Unmet:
    remedy = _("请等对方确认；要改期限，请先解除再授权")
    return Unmet("helping.open", _("已经授权或邀请过这个人"), remedy=remedy, field="phone")
