"""Guardians and a child's form: who may file it, whose consent it needs, and whether that is there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import GuardianConsent, Submission
from portal.accounts.models import Person, User
from portal.accounts.services import RELATIONS, Guardian, Relation, is_child, unmet_to_represent
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.fields import BlindIndexField
from portal.common.lifecycle import NEW, OFFICIAL_ROLES, Lifecycle, State, Transition
from portal.common.masking import mask_name
from portal.common.phrases import pair
from portal.common.unmet import Text, Unmet

REMINDER_TOPIC, EXPIRY_TOPIC = "applications.consent_reminder", "applications.consent_expiry"
# A text message to a guardian who has no account yet.
INVITATION_TOPIC = "applications.consent_invitation"
# As long as the applicant has to correct or to pay; reminded once before.
ANSWER_DAYS, REMINDER_DAYS = 7, 3
ADULT = 18
# Who signs the declaration.
APPLICANT, HELPER, GUARDIAN = "applicant", "helper", "guardian"

CONSENT = Lifecycle(
    "guardian_consent",
    states=(
        State("asked", "asked", _("等监护人同意")),
        State("given", "given", _("已同意"), open=False),
        State("declined", "declined", _("没有同意"), open=False),
        State("expired", "expired", _("过期没有答复"), open=False),
    ),
    transitions=(
        Transition("sign", (NEW,), "given", ("citizen",), _("提交人签名")),
        Transition("ask", (NEW,), "asked", ("citizen",), _("请另一位监护人同意"), message="consent.asked"),
        Transition("give", ("asked",), "given", ("citizen",), _("同意"), message="consent.given"),
        Transition("decline", ("asked",), "declined", ("citizen",), _("不同意"), message="consent.declined"),
        Transition("expire", ("asked",), "expired", ("system",), _("过期没有答复"), message="consent.expired"),
    ),
)


def signer(acting: Acting, person: Person) -> str:
    """Return who signs the declaration: the applicant, a helper beside them, or a guardian in a child's place.

    Before an officer at a counter everybody signs for themselves, and a guardian for a child.
    """
    if not acting.behalf:
        return APPLICANT
    if is_child(person):
        return GUARDIAN
    return APPLICANT if acting.kind in OFFICIAL_ROLES else HELPER


def unmet_of_guardian(person: Person, acting: Acting, guardians: Sequence[Guardian]) -> list[Unmet]:
    """Return why whoever acts may not file for a child: only a guardian of today does; at sixteen, nobody."""
    if not is_child(person):
        if not acting.behalf or person.age_on(clock.today()) >= ADULT:
            return []
        remedy = _("请由孩子本人用自己的账户办理，填过的都还在。")
        return [Unmet("guardian.of_age", _("孩子已满 16 周岁。"), remedy=remedy)]
    if not acting.behalf:
        remedy = _("请监护人用自己的账户替您办理。")
        return [Unmet("guardian.needed", _("未满 16 周岁的由监护人办理。"), remedy=remedy)]
    return unmet_to_represent(guardians, Person.objects.get(pk=UUID(acting.id)))


def unmet_of_invitation(submission: Submission, acting: Acting, guardians: Sequence[Guardian]) -> list[Unmet]:
    """Return that nobody could ask the other guardian: whoever files gives the phone they are reached by."""
    today = [one for one in guardians if one.in_force(clock.today())]
    if len(today) < 2:  # noqa: PLR2004 - whoever files is one of them
        return []
    own = Person.objects.select_related("user").get(pk=UUID(acting.id))
    told = submission.answers.get("contact", {})
    if not told.get("guardian_phone"):
        text = _("登记里孩子还有另一位监护人，还没有填他（她）的手机号。")
        remedy = _("请填上，提交后发短信请他（她）用自己的账户同意。")
        return [Unmet("guardian.phone", text, remedy=remedy, field="contact.guardian_phone")]
    return unmet_of_own_phone(told, own.user)


def unmet_of_own_phone(told: Mapping[str, Any], user: User | None) -> list[Unmet]:
    """Return that whoever fills in the form gave their own phone as another guardian's."""
    if not user or not told.get("guardian_phone") or told["guardian_phone"] != user.phone:
        return []
    remedy = _("请填另一位监护人自己的手机号。")
    return [Unmet("guardian.own_phone", _("这是您自己的手机号。"), remedy=remedy, field="contact.guardian_phone")]


def ask(submission: Submission, acting: Acting, guardians: Sequence[Guardian]) -> None:
    """Write the filing guardian's signature and ask every other guardian of today, inside the filing's transaction.

    An adult's form needs neither.
    """
    if not is_child(submission.beneficiary):
        return
    own, now = Person.objects.get(pk=UUID(acting.id)), clock.now()
    answer_by = clock.midnight(clock.today() + timedelta(days=ANSWER_DAYS + 1))
    rows = [
        GuardianConsent(
            submission=submission,
            authority=submission.authority,
            guardian_number=one.citizen_number,
            guardian_name=one.name,
            relation=one.relation,
            asked_at=now,
            answer_by=answer_by,
        )
        for one in guardians
        if one.in_force(clock.today())
    ]
    signed = [row for row in rows if row.guardian_number == own.citizen_number]
    asked = [row for row in rows if row not in signed]
    CONSENT.begin(signed, actions=[("sign", acting)])
    if asked:
        CONSENT.begin(asked, actions=[("ask", acting)])
    for row in asked:
        payload = {"consent": str(row.pk)}
        reminded = clock.midnight(clock.today() + timedelta(days=REMINDER_DAYS))
        outbox.promise(INVITATION_TOPIC, key=f"asked:{row.pk}", payload=payload)
        outbox.promise(REMINDER_TOPIC, key=str(row.pk), payload=payload, after=reminded)
        outbox.promise(EXPIRY_TOPIC, key=str(row.pk), payload=payload, after=answer_by)


def lacking(submission_id: UUID) -> bool:
    """Tell whether a form still lacks a guardian's consent; of an adult's form none is needed."""
    return GuardianConsent.objects.filter(submission_id=submission_id).exclude(status="given").exists()


def awaited(submission_id: UUID) -> datetime | None:
    """Return by when another guardian has to answer; None where nobody is asked any more."""
    rows = GuardianConsent.objects.filter(submission_id=submission_id, status="asked")
    return rows.order_by("answer_by").values_list("answer_by", flat=True).first()


def unmet_of_consents(submission_id: UUID) -> list[Unmet]:
    """Return that a guardian's consent is missing, for whoever wants to approve."""
    if not lacking(submission_id):
        return []
    text, remedy = _("另一位监护人还没有同意。"), _("请等监护人答复；过期没有答复的，申请自动失效。")
    return [Unmet("consent", text, remedy=remedy)]


def unmet_of_guardianship(submission: Submission, guardians: Sequence[Guardian]) -> list[Unmet]:
    """Return that somebody who consented is no guardian any more, for whoever wants to approve."""
    today = {one.citizen_number for one in guardians if one.in_force(clock.today())}
    of_age = not is_child(submission.beneficiary)
    if of_age or all(row.guardian_number in today for row in submission.consents.all()):
        return []
    text, remedy = _("监护关系在提交以后有变化。"), _("请退回或不予批准，由现在的监护人重新办理。")
    return [Unmet("guardian.changed", text, remedy=remedy)]


def asked_of(person: Person) -> "QuerySet[GuardianConsent]":
    """Return the consents that wait for a person, the oldest first."""
    index = BlindIndexField.of(GuardianConsent, "guardian_number", person.citizen_number)
    rows = GuardianConsent.objects.filter(guardian_index=index).select_related("submission__beneficiary")
    return rows.order_by("asked_at")


def people_beside(submission: Submission) -> list[tuple[Text, Text]]:
    """Return, for the officer, who acts beside the applicant: a helper who filed, or guardians and their answers."""
    if submission.answers.get("declaration", {}).get("signer") == HELPER:
        return [(_("提交人"), _("代办人"))]
    return [
        (RELATIONS[Relation(row.relation)], pair(mask_name(row.guardian_name), CONSENT.states[row.status].label))
        for row in submission.consents.order_by("asked_at", "pk")
    ]
