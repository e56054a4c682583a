"""Guardians: a child comes into a guardian's care on the guardianship register's word, asked again at every act."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts import proving
from portal.accounts.gateways.guardianship import guardianship_register
from portal.accounts.gateways.guardianship.base import Guardian, Relation
from portal.accounts.models import Guardianship, Person
from portal.accounts.presence import record_person
from portal.common import audit, clock, throttle
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.unmet import Refused, Text, Unmet

CHILD_AGE, ADULT_AGE = 16, 18
RELATIONS: dict[Relation, Text] = {
    Relation.FATHER: _("父亲"),
    Relation.MOTHER: _("母亲"),
    Relation.APPOINTED: _("指定监护人"),
}
CLAIMS_A_DAY, DAY_SECONDS = 10, 24 * 3600
_FIELD = "citizen_number"
_SOURCE = _("《中华人民共和国民法典》第二十七条")


def guardians_of(child: Person) -> tuple[Guardian, ...]:
    """Ask the guardianship register about a child, outside any transaction; raises GatewayDown."""
    return _ask(child.citizen_number)


def _ask(number: str) -> tuple[Guardian, ...]:
    answer = guardianship_register().guardians_of(number, request_id=str(uuid4()))
    if answer.citizen_number != number:
        reason = "guardianship_register.wrong_answer"
        raise GatewayDown(reason)
    return answer.guardians


def is_child(person: Person) -> bool:
    """Tell whether a guardian acts for the person: under sixteen today."""
    return person.age_on(clock.today()) < CHILD_AGE


def unmet_to_represent(guardians: Sequence[Guardian], person: Person) -> list[Unmet]:
    """Return why a person is not the child's guardian by what the register says; empty when they are."""
    own = [one for one in guardians if one.citizen_number == person.citizen_number]
    if any(one.in_force(clock.today()) for one in own):
        return []
    remedy = _("请带监护证明和孩子到出入境窗口办理，或者由现在的监护人办理。")
    if any(one.is_revoked for one in own):
        return [Unmet("guardian.revoked", _("登记显示您的监护资格已经撤销。"), _SOURCE, remedy, _FIELD)]
    if own:
        return [Unmet("guardian.expired", _("登记显示您的监护期限已经过了。"), _SOURCE, remedy, _FIELD)]
    return [Unmet("guardian.unknown", _("登记里查不到您是这个孩子的监护人。"), _SOURCE, remedy, _FIELD)]


def take_into_care(guardian: Person, *, name: str, number: str) -> Person:
    """Record a child under sixteen in the care of a guardian, on the word of both registers; returns the child.

    Asks outside any transaction. Raises Refused: name.*, citizen_number.*, guardian.*, identity.unmatched,
    identity.register_down.
    """
    claim = proving.read_claim(name, number)
    if claim.number == guardian.citizen_number:
        remedy = _("请填孩子的号码；您自己的证件直接办理就可以")
        raise Refused([Unmet("guardian.oneself", _("这是您自己的公民身份号码"), remedy=remedy, field=_FIELD)])
    if not throttle.spend("guardian.claim", key=str(guardian.pk), limit=CLAIMS_A_DAY, seconds=DAY_SECONDS):
        words = format_lazy(_("一天内最多核对 {count} 次"), count=CLAIMS_A_DAY)
        raise Refused([Unmet("guardian.too_often", words, remedy=_("请明天再试"), field=_FIELD)])
    try:
        record = proving.look_up(claim, request_id=str(uuid4()))
        listed = _ask(claim.number)
    except GatewayDown:
        remedy = _("请过几分钟再试")
        raise Refused([Unmet("identity.register_down", _("登记系统没有应答"), remedy=remedy, field=_FIELD)]) from None
    except GatewayRefused:
        words = _("姓名和公民身份号码在登记系统里对不上")
        raise Refused([Unmet("identity.unmatched", words, remedy=_("请照户口簿核对"), field=_FIELD)]) from None
    if unmet := unmet_to_represent(listed, guardian):
        raise Refused(unmet)
    with transaction.atomic():
        child = record_person(record, by="guardian")
        if not is_child(child):
            words = format_lazy(_("孩子已满 {age} 周岁"), age=CHILD_AGE)
            remedy = _("请由孩子本人用自己的账户办理")
            raise Refused([Unmet("guardian.of_age", words, remedy=remedy, field=_FIELD)])
        refresh(child, listed)
        content = {"child": str(child.pk)}
        audit.append(f"person:{guardian.user_id}", "child.taken_into_care", acting=guardian.acting, content=content)
    return child


def refresh(child: Person, listed: Sequence[Guardian]) -> None:
    """Bring what is kept of a child's guardians in line with what the register said just now."""
    entries = {Person.index_of(one.citizen_number): one for one in listed}
    people = list(Person.objects.filter(citizen_number_index__in=entries).order_by("pk"))
    of_age = clock.shift_months(date.fromisoformat(child.born), ADULT_AGE * 12) - timedelta(days=1)
    with transaction.atomic():
        for person in people:
            entry = entries[str(person.citizen_number_index)]
            said = {"last_day": min(entry.last_day or of_age, of_age), "is_revoked": entry.is_revoked}
            Guardianship.objects.update_or_create(guardian=person, child=child, defaults=said)
        Guardianship.objects.filter(child=child).exclude(guardian__in=people).update(is_revoked=True)
