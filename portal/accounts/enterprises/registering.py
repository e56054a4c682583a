"""Registering an enterprise: the agent asks, officials of its place decide, time ends it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import phones
from portal.accounts.divisions import city_of
from portal.accounts.enterprises import credit_code
from portal.accounts.enterprises.lifecycle import ENTERPRISE, RENEWAL_MONTHS
from portal.accounts.enterprises.models import OPEN_STATES, Enterprise
from portal.accounts.models import Authority, Person
from portal.common import clock, outbox
from portal.common.acting import NATION, Acting
from portal.common.lifecycle import MESSAGE_TOPIC
from portal.common.models import Promise
from portal.common.unmet import Refused, Unmet

EXPIRY_TOPIC = "accounts.enterprise_expiry"
REMINDER_TOPIC = "accounts.enterprise_reminder"
# Rules of a provincial capital (Kunming): in force for a year, barred for three after false data.
VALID_MONTHS, BAR_MONTHS = 12, 36
QUOTA_MAX = 999
# The papers an agent states to have at hand; an officer may ask to see them. The last one is not every firm's.
MATERIALS = {
    "licence": _("营业执照或登记证"),
    "insurance": _("人员的社会保险记录（办多次往返的，连续 6 个月以上）"),
    "authority_letter": _("单位给经办人的委托书"),
    "tax": _("纳税证明"),
}
NEEDED = ("licence", "insurance", "authority_letter")


@dataclass(frozen=True)
class Told:
    """What an agent says of an enterprise; `place` is the division code of the authority at the firm's place."""

    credit_code: str
    name: str
    kind: str
    place: str
    contact_name: str
    contact_phone: str
    wanted: int
    materials: tuple[str, ...]
    project: str = ""


def register(agent: Person, told: Told) -> Enterprise:
    """Ask for a registration; raises Refused with every reason, each at its field, having written nothing."""
    columns = _columns(told)
    row = Enterprise(agent=agent, authority=city_of(told.place), filed_at=clock.now(), **columns)
    try:
        with transaction.atomic():
            ENTERPRISE.begin([row], actions=[("file", agent.acting)])
    except IntegrityError:
        raise Refused([_open_already()]) from None
    return row


def correct(enterprise_id: UUID, told: Told, *, acting: Acting) -> Enterprise:
    """Hand a returned registration in again; the code stays. Raises Refused."""
    row = Enterprise.objects.get(pk=enterprise_id)
    columns = _columns(told, but=row)
    sets = {**columns, "credit_code": row.credit_code, "filed_at": clock.now()}
    return ENTERPRISE.perform(row, "correct", acting=acting, sets=sets)


def ask_renewal(enterprise_id: UUID, *, acting: Acting) -> Enterprise:
    """Ask for another year; raises Refused before the last month."""
    return ENTERPRISE.perform(Enterprise.objects.get(pk=enterprise_id), "ask_renewal", acting=acting)


def withdraw(enterprise_id: UUID, *, acting: Acting) -> Enterprise:
    """Take back what nobody has decided yet; raises Refused."""
    return ENTERPRISE.perform(Enterprise.objects.get(pk=enterprise_id), "withdraw", acting=acting)


def approve(row: Enterprise, *, quota: int, is_major_project: bool, note: str, acting: Acting) -> Enterprise:
    """Register an enterprise for a year from today, for so many people; raises Refused."""
    sets = {"registered_on": clock.today(), "is_major_project": is_major_project}
    return _grant(row, "approve", clock.today(), quota=quota, note=note, acting=acting, sets=sets)


def renew(row: Enterprise, *, quota: int, is_major_project: bool, note: str, acting: Acting) -> Enterprise:
    """Prolong a registration by a year from its last day; the quota is set anew. Raises Refused."""
    begins = (row.expires_on or clock.today()) + timedelta(days=1)
    sets = {"is_major_project": is_major_project}
    return _grant(row, "renew", begins, quota=quota, note=note, acting=acting, sets=sets)


def _grant(  # noqa: PLR0913 - the parts of one decision
    row: Enterprise, action: str, begins: date, *, quota: int, note: str, acting: Acting, sets: Mapping[str, object]
) -> Enterprise:
    with transaction.atomic():
        locked = Enterprise.objects.select_for_update().get(pk=row.pk)
        if not 1 <= quota <= QUOTA_MAX or quota < locked.staff_count:
            text = _("名额要在 1 到 %(most)d 之间，也不能少于已列的 %(listed)d 人。")
            said = text % {"most": QUOTA_MAX, "listed": locked.staff_count}
            raise Refused([Unmet("quota", said, remedy=_("请改名额。"), field="quota")])
        expires_on = clock.shift_months(begins, VALID_MONTHS) - timedelta(days=1)
        columns = {**sets, "quota": quota, "expires_on": expires_on}
        fresh = ENTERPRISE.perform(locked, action, acting=acting, note=note, sets=columns)
        payload = {"enterprise": str(row.pk), "expires_on": expires_on.isoformat()}
        key = f"{row.pk}:{expires_on.isoformat()}"
        reminds = clock.midnight(clock.shift_months(expires_on, -RENEWAL_MONTHS))
        outbox.promise(REMINDER_TOPIC, key=key, payload=payload, after=reminds)
        outbox.promise(EXPIRY_TOPIC, key=key, payload=payload, after=clock.midnight(expires_on + timedelta(days=1)))
    return fresh


def cancel(row: Enterprise, *, note: str, acting: Acting) -> Enterprise:
    """End a registration made with false data: its list goes at once, its code is barred for three years."""
    barred_until = clock.shift_months(clock.today(), BAR_MONTHS) - timedelta(days=1)
    with transaction.atomic():
        sets = {"barred_until": barred_until, "staff_count": 0}
        fresh = ENTERPRISE.perform(row, "cancel", acting=acting, note=note, sets=sets)
        fresh.staff.all().delete()
    return fresh


def decide(row: Enterprise, action: str, *, note: str, acting: Acting) -> Enterprise:
    """Return, refuse, or refuse a renewal; raises Refused."""
    return ENTERPRISE.perform(row, action, acting=acting, note=note)


def expire(promise: Promise) -> None:
    """End a registration whose last day is over; one prolonged meanwhile goes on. Its list goes with it."""
    with transaction.atomic():
        row = _promised(promise)
        if row is not None:
            ended = ENTERPRISE.perform(row, "expire", acting=Acting.system("expiry"), sets={"staff_count": 0})
            ended.staff.all().delete()


def remind(promise: Promise) -> None:
    """Tell the agent that the last month has begun, unless the registration ended or was prolonged."""
    with transaction.atomic():
        row = _promised(promise)
        if row is not None:
            told = {"code": "enterprise.renewal_opens", "subject": str(row.pk), "event": str(promise.pk)}
            outbox.promise(MESSAGE_TOPIC, key=f"enterprise.renewal:{promise.key}", payload=told)


def _promised(promise: Promise) -> Enterprise | None:
    rows = Enterprise.objects.select_for_update().filter(pk=promise.payload["enterprise"])
    return rows.filter(status__in=("registered", "renewing"), expires_on=promise.payload["expires_on"]).first()


def places() -> list[tuple[str, str]]:
    """Return the authorities a firm can be registered with: those of cities, by code and name."""
    rows = Authority.objects.exclude(pk=NATION).order_by("pk").values_list("pk", "name")
    return [(code, name) for code, name in rows if city_of(code) == code]


def unmet_of_materials(stated: Collection[str]) -> list[Unmet]:
    """Return that a paper is missing which every firm needs."""
    if not set(NEEDED) - set(stated):
        return []
    text = _("营业执照、社会保险记录和委托书都要有。")
    return [Unmet("materials", text, remedy=_("备齐再申请，审核时可能请您出示。"), field="materials")]


def _columns(told: Told, *, but: Enterprise | None = None) -> dict[str, object]:
    """Return what was told as columns; raises Refused with everything that is missing or wrong."""
    unmet: list[Unmet] = []
    code = phone = ""
    try:
        code = but.credit_code if but else credit_code.read(told.credit_code)
    except Refused as refused:
        unmet += refused.unmet
    try:
        phone = phones.read(told.contact_phone)
    except Refused as refused:
        unmet += [Unmet(one.code, one.text, one.source, one.remedy, "contact_phone") for one in refused.unmet]
    if told.place not in dict(places()):
        unmet.append(Unmet("place", _("请选单位所在地的出入境机关。"), remedy=_("只能选列出的。"), field="place"))
    unmet += unmet_of_materials(told.materials)
    if code and not but:
        unmet += _barred(code)
    if unmet:
        raise Refused(unmet)
    return {
        "credit_code": code,
        "name": told.name.strip(),
        "kind": told.kind,
        "contact_name": told.contact_name.strip(),
        "contact_phone": phone,
        "wanted": told.wanted,
        "materials": sorted(set(told.materials) & MATERIALS.keys()),
        "project": told.project.strip(),
    }


def _barred(code: str) -> list[Unmet]:
    rows = Enterprise.objects.filter(credit_code=code)
    if rows.filter(status__in=OPEN_STATES).exists():
        return [_open_already()]
    bar = rows.filter(barred_until__gte=clock.today()).order_by("-barred_until").first()
    if bar is None or bar.barred_until is None:
        return []
    text = _("这个单位因材料虚假被取消备案，%(day)s以前不能再备案。") % {"day": bar.barred_until.isoformat()}
    return [Unmet("barred", text, remedy=_("有异议请向取消备案的机关提出。"), field="credit_code")]


def _open_already() -> Unmet:
    text = _("这个单位已经备案，或者正在申请。")
    return Unmet("enterprise.open", text, remedy=_("请联系单位的经办人。"), field="credit_code")
