"""Children and their guardians, made as people make them, with the online service opened to children in Hangzhou."""

from applications import services
from applications.models import GuardianConsent, Submission
from documents import adoption
from portal.accounts.models import Person
from portal.accounts.services import take_into_care
from portal.common import outbox
from portal.common.acting import Acting
from tests.factories import accounts, cases, scope

CHILD, MOTHER, FATHER = "秦少年", "王演示", "赵测试"
HANGZHOU = "330100"
# Where the guardian who files says the other one is reached.
OTHER_PHONE = "13933334444"


def open_to_children() -> None:
    """Open everything to minors of Hangzhou, as two supervisors do it."""
    scope.in_force(HANGZHOU, groups=("minor",))


def in_care(guardian: Person, name: str = CHILD) -> Person:
    """A child in a guardian's care, with the documents the registers know."""
    record = accounts.record(name)
    child = take_into_care(guardian, name=name, number=record.citizen_number)
    accounts.keep(adoption.TOPIC)
    outbox.run_due()
    return child


def acting(guardian: Person, child: Person) -> Acting:
    return Acting("citizen", str(guardian.pk), behalf=str(child.pk))


def drafted(guardian: Person, child: Person, **changes: object) -> Submission:
    """A child's form, filled in by the guardian."""
    assert guardian.user is not None
    form = services.start(guardian.user, child)
    told = {"contact": {**cases.ANSWERS["contact"], "guardian_phone": OTHER_PHONE}, **changes}
    for page, data in cases.answers(child, **told).items():  # type: ignore[arg-type]
        services.save_page(form.pk, page, data, acting=acting(guardian, child))
    cases.take(form.pk, cases.PORTRAIT, cases.portrait(), child)
    cases.take(form.pk, cases.SIGNATURE, cases.signature(), child)
    return Submission.objects.select_related("beneficiary").get(pk=form.pk)


def filed(guardian: Person, child: Person) -> Submission:
    form = drafted(guardian, child)
    services.file(form.pk, acting=acting(guardian, child), known=services.gather(child), declared=cases.DECLARED)
    form.refresh_from_db()
    return form


def asked(form: Submission) -> GuardianConsent:
    """The consent the other guardian is asked for."""
    return form.consents.get(status="asked")
