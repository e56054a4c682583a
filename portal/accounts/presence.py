"""People known without a sign-in: children in somebody's care, and whoever stands at a counter with their card."""

from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import proving
from portal.accounts.divisions import city_of
from portal.accounts.gateways.register.base import RegisterRecord
from portal.accounts.models import Person
from portal.common import audit, clock, outbox
from portal.common.acting import Acting
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.lifecycle import OFFICIAL_ROLES
from portal.common.unmet import Refused, Unmet

_FIELD = "citizen_number"


def identify(name: str, number: str, *, acting: Acting) -> Person:
    """Return the person an officer has before them with their identity card; the population register must know them.

    Asks outside any transaction, and the audit names the officer. Raises Refused: role, name.*, citizen_number.*,
    identity.unmatched, identity.register_down.
    """
    if acting.kind not in OFFICIAL_ROLES:
        raise Refused([Unmet("role", _("您没有办理这一步的权限。"), remedy=_("请交给有权限的人员办理。"))])
    claim = proving.read_claim(name, number)
    try:
        record = proving.look_up(claim, request_id=str(uuid4()))
    except GatewayDown:
        remedy = _("请过几分钟再试")
        raise Refused([Unmet("identity.register_down", _("登记系统没有应答"), remedy=remedy, field=_FIELD)]) from None
    except GatewayRefused:
        words = _("姓名和公民身份号码在登记系统里对不上")
        raise Refused([Unmet("identity.unmatched", words, remedy=_("请照身份证核对"), field=_FIELD)]) from None
    with transaction.atomic():
        person = record_person(record, by="counter")
        content = {"person": str(person.pk)}
        audit.append(f"person:{person.pk}", "person.identified_at_counter", acting=acting, content=content)
    return person


def record_person(record: RegisterRecord, *, by: str) -> Person:
    """Return the person of a record, made without a sign-in if nobody knows them yet; they claim it at their proof."""
    person, is_new = Person.objects.get_or_create(
        citizen_number_index=Person.index_of(record.citizen_number),
        defaults={
            "citizen_number": record.citizen_number,
            "name": record.name,
            "sex": record.sex,
            "born": record.born.isoformat(),
            "hukou_code": city_of(record.hukou_code) if record.hukou_code else "",
            "proved_at": clock.now(),
            "proved_by": by,
        },
    )
    if is_new:
        payload = {"person": str(person.pk)}
        outbox.promise(proving.PERSON_PROVED_TOPIC, key=str(person.pk), payload=payload)
    return person
