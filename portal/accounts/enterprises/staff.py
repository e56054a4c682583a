"""The list of an enterprise's staff: kept by its agent within the quota, asked by number."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, F
from django.utils.translation import gettext_lazy as _

from portal.accounts import citizen_number
from portal.accounts.enterprises.models import Enterprise, StaffMember
from portal.accounts.models import Person
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.fields import BlindIndexField
from portal.common.unmet import Refused, Unmet


@dataclass(frozen=True)
class Firm:
    """An enterprise in force that lists somebody: the division it is registered in, and whether it counts as urgent."""

    place: str
    is_major_project: bool


def add(enterprise_id: UUID, *, name: str, number: str, acting: Acting) -> StaffMember:
    """Put somebody on the list; raises Refused (owner, not_in_force, listed, quota, citizen_number…), nothing written.

    The count and the quota stand in one row, so that the database refuses the one too many whoever comes first.
    """
    read = citizen_number.read(number, as_of=clock.today())
    row = _own(enterprise_id, acting)
    if not row.is_in_force:
        raise Refused([_not_in_force()])
    member = StaffMember(enterprise=row, name=name.strip(), citizen_number=read.number, added_at=clock.now())
    if row.staff.filter(citizen_number_index=_index(read.number)).exists():
        raise Refused([_listed()])
    with transaction.atomic():
        try:
            with transaction.atomic():
                taken = Enterprise.objects.in_force().filter(pk=row.pk).update(staff_count=F("staff_count") + 1)
        except IntegrityError as error:
            raise Refused([_full(row)]) from error
        if not taken:
            raise Refused([_not_in_force()])
        try:
            with transaction.atomic():
                member.save(force_insert=True)
        except IntegrityError as error:
            raise Refused([_listed()]) from error
        _log(row, "staff.added", member, acting)
    return member


def remove(enterprise_id: UUID, member_id: UUID, *, acting: Acting) -> None:
    """Take somebody off the list; the row goes, the audit chain keeps that it went. Raises Refused (owner)."""
    row = _own(enterprise_id, acting)
    with transaction.atomic():
        member = row.staff.select_for_update().filter(pk=member_id).first()
        if member is None:
            return
        _log(row, "staff.removed", member, acting)
        member.delete()
        Enterprise.objects.filter(pk=row.pk).update(staff_count=F("staff_count") - 1)


def firms_of(person: Person) -> tuple[Firm, ...]:
    """Return the enterprises in force that list a person; one query."""
    rows = Enterprise.objects.in_force().filter(staff__citizen_number_index=_index(person.citizen_number))
    columns = rows.order_by("authority").values_list("authority", "is_major_project")
    return tuple(Firm(place, is_major) for place, is_major in columns)


def miscounted() -> Iterator[str]:
    """The count beside the quota is that of the list."""
    rows = Enterprise.objects.annotate(listed=Count("staff")).exclude(staff_count=F("listed")).order_by("pk")
    yield from (f"enterprise {pk}: its count is not its list's" for pk in rows.values_list("pk", flat=True))


def _own(enterprise_id: UUID, acting: Acting) -> Enterprise:
    row = Enterprise.objects.get(pk=enterprise_id)
    if str(row.agent_id) != acting.id:
        raise Refused([Unmet("owner", _("这个单位不是您经办的。"), remedy=_("请用经办人的账户登录。"))])
    return row


def _index(number: str) -> str:
    return BlindIndexField.of(StaffMember, "citizen_number", number)


def _not_in_force() -> Unmet:
    return Unmet("not_in_force", _("备案有效期内才能列人员。"), remedy=_("请看备案的状态和有效期。"))


def _listed() -> Unmet:
    return Unmet("listed", _("这个人已经在名单里。"), remedy=_("不用再加。"), field="citizen_number")


def _full(row: Enterprise) -> Unmet:
    text = _("名额 %(quota)d 人已满。") % {"quota": row.quota}
    remedy = _("请先移出离职的人员；名额不够的，续期时申请增加。")
    return Unmet("quota", text, remedy=remedy, field="citizen_number")


def _log(row: Enterprise, action: str, member: StaffMember, acting: Acting) -> None:
    audit.append(row.chain, action, acting=acting, content={"member": str(member.pk)})
