"""A guardian's answer to a child's form, the reminder before it is due, and the end of a form without it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.consents import CONSENT, INVITATION_TOPIC
from applications.lifecycle import LIFECYCLE
from applications.models import GuardianConsent
from applications.review import end_without_issue
from portal.accounts.models import Person
from portal.accounts.services import guardians_of, recipients, unmet_to_represent
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.lifecycle import MESSAGE_TOPIC
from portal.common.models import Promise
from portal.common.registry import MessageSpec, Told
from portal.common.templatetags.portal import day
from portal.common.unmet import Refused, Text, Unmet
from portal.notifications.services import address_of, send_text


def give(row: GuardianConsent, *, person: Person) -> GuardianConsent:
    """Record a guardian's consent; the register is asked once more, outside any transaction.

    Raises Refused (guardian.*, consent.stranger, consent.late, state) and GatewayDown.
    """
    unmet = _unmet_of(row, person) or unmet_to_represent(guardians_of(row.submission.beneficiary), person)
    if unmet:
        raise Refused(unmet)
    return CONSENT.perform(row, "give", acting=person.acting)


def decline(row: GuardianConsent, *, person: Person) -> GuardianConsent:
    """Record a guardian's refusal: nothing of the form goes on. Raises Refused (consent.stranger, state)."""
    if unmet := _unmet_of(row, person):
        raise Refused(unmet)
    with transaction.atomic():
        fresh = CONSENT.perform(row, "decline", acting=person.acting)
        _end(fresh, code="consent_declined")
    return fresh


def remind(promise: Promise) -> None:
    """Keep a promise of topic "applications.consent_reminder": tell both guardians that the answer is still missing."""
    row = GuardianConsent.objects.filter(pk=promise.payload["consent"], status="asked").first()
    if row is not None:
        payload = {"code": "consent.reminder", "subject": str(row.pk), "event": str(row.pk)}
        outbox.promise(MESSAGE_TOPIC, key=f"consent.reminder:{row.pk}", payload=payload)
        outbox.promise(INVITATION_TOPIC, key=f"reminder:{row.pk}", payload={"consent": str(row.pk)})


def invite(promise: Promise) -> None:
    """Keep a promise of topic "applications.consent_invitation": text a guardian without an account how to answer.

    The words name nobody: the phone is what another guardian typed. Raises GiveUp, GatewayDown.
    """
    rows = GuardianConsent.objects.select_related("submission__filer")
    row = rows.filter(pk=promise.payload["consent"], status="asked", answer_by__gt=clock.now()).first()
    phone = row.submission.answers["contact"].get("guardian_phone") if row else None
    if row is None or not phone or _sign_in_of(row):
        return
    with translation.override(row.submission.filer.language):
        words = gettext(
            "有一份孩子的出入境证件申请等您作为监护人同意。请在%(by)s 24:00 前到“证件网办”注册，完成实名核验后答复；"
            "过期申请失效。和您无关的，不用理会。"
        )
        words %= {"by": day(clock.last_day(row.answer_by))}
        address = address_of(reverse("applications:consents"))
        send_text(promise, phone, gettext("请您答复"), f"{words} {address}")


def expire(promise: Promise) -> None:
    """Keep a promise of topic "applications.consent_expiry": without an answer in time nothing of the form goes on."""
    row = GuardianConsent.objects.filter(pk=promise.payload["consent"], status="asked").first()
    if row is None:
        return
    with transaction.atomic():
        fresh = CONSENT.perform(row, "expire", acting=Acting.system("consent_expiry"))
        _end(fresh, code="consent_expired")


def _end(row: GuardianConsent, *, code: str) -> None:
    """End every application of the form that is still open: none of them can have been paid for."""
    system = Acting.system(code)
    for application in row.submission.applications.select_for_update(of=("self",)).order_by("pk"):
        application.refresh_from_db()
        if LIFECYCLE.find("end_unconsented", application.status):
            LIFECYCLE.perform(application, "end_unconsented", acting=system, codes=[code])
            end_without_issue(application, acting=system, codes=[code])


def _unmet_of(row: GuardianConsent, person: Person) -> list[Unmet]:
    if row.guardian_number != person.citizen_number:
        return [Unmet("consent.stranger", _("这份申请不用您同意。"), remedy=_("请用监护人本人的账户登录。"))]
    if row.status == "asked" and row.answer_by <= clock.now():
        return [Unmet("consent.late", _("答复期限已经过了。"), remedy=_("这份申请已失效，请重新申请。"))]
    return []


# --- what people are told


def _sign_in_of(row: GuardianConsent) -> UUID | None:
    """Return the sign-in of the guardian who is asked, where they have one."""
    known = Person.objects.filter(citizen_number_index=Person.index_of(row.guardian_number))
    return known.values_list("user_id", flat=True).first()


def _told(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    """Tell the guardian who is asked, where they have an account, and the guardian who filed."""
    row = GuardianConsent.objects.select_related("submission__beneficiary").get(pk=subject)
    people = set(recipients(row.submission.beneficiary, filer_id=row.submission.filer_id))
    if asked := _sign_in_of(row):
        people.add(asked)
    params = {"by": clock.last_day(row.answer_by).isoformat()}
    return Told(tuple(sorted(people)), params, "applications:consents")


def _present(params: Mapping[str, object]) -> dict[str, object]:
    return {**params, "by": day(date.fromisoformat(str(params["by"])))}


def _spec(code: str, title: Text, body: Text) -> MessageSpec:
    return MessageSpec(f"consent.{code}", title, body, _told, present=_present, sample={"by": "2026-11-20"})


SPECS = (
    _spec(
        "asked",
        _("孩子的申请等另一位监护人同意"),
        _("请另一位监护人在%(by)s 24:00 前登录本网站答复。没有同意，不审批、不收费，过期申请失效。"),
    ),
    _spec(
        "reminder",
        _("还在等另一位监护人同意"),
        _("孩子的申请还没有得到另一位监护人的同意。请在%(by)s 24:00 前登录答复，过期申请失效。"),
    ),
    _spec("given", _("另一位监护人已经同意"), _("孩子的申请已经得到监护人的同意，接着审核。")),
    _spec("declined", _("另一位监护人没有同意"), _("监护人没有同意，孩子的这份申请已失效，没有收费。")),
    _spec(
        "expired",
        _("监护人没有答复，申请失效"),
        _("%(by)s 24:00 前没有得到另一位监护人的答复，孩子的这份申请已失效，没有收费。"),
    ),
)
