"""What an endorsement stands on is looked at again before it is decided: the card of now, what was written since."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from applications import services
from applications.models import Application
from documents.models import IssuedDocument
from documents.services import endorse
from portal.accounts.models import Person
from portal.common import clock
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event, Promise
from portal.common.unmet import Refused
from tests.factories import cases
from tests.factories.work import holds, run_for

pytestmark = pytest.mark.django_db

TRIP = {"MO": {"letter": "L", "option": "3m1"}}


@pytest.fixture
def holder() -> Person:
    cases.ground()
    return cases.person("赵测试", phone="13900000007")


@pytest.fixture
def officer(holder: Person) -> Acting:
    return cases.officer(holder.hukou_code)


def card_of(holder: Person) -> IssuedDocument:
    return holder.documents.get(kind="HKM_PERMIT", status="valid")


def refusal(act: Callable[[], object]) -> list[str]:
    """The codes of what is refused, and that nothing was written."""
    before = (Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count())
    with pytest.raises(Refused) as refused:
        act()
    assert (Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count()) == before
    return [reason.code for reason in refused.value.unmet]


def claimed(holder: Person, officer: Acting) -> Application:
    [row] = cases.filed(holder, requests={}, endorsements=TRIP)
    return services.claim(row.pk, acting=officer)


def returned(holder: Person, officer: Acting) -> Application:
    return services.return_for_correction(claimed(holder, officer).pk, acting=officer, codes=["C06"])


def lose(holder: Person) -> Application:
    [row] = cases.filed(holder, {"HKM_PERMIT": "lost"}, endorsements={})
    return row


def shorten(holder: Person) -> None:
    IssuedDocument.objects.filter(pk=card_of(holder).pk).update(expires_on=clock.today() + timedelta(days=80))


def expire(holder: Person) -> None:
    IssuedDocument.objects.filter(pk=card_of(holder).pk).update(expires_on=clock.today() - timedelta(days=1))


def write_another(holder: Person) -> None:
    place = {"destination": "MO", "letter": "L", "option": "1yM"}
    endorse(card_of(holder), application_id=uuid4(), acting=Acting.system("device"), **place)


SINCE = [
    (lose, "permit_missing"),
    (expire, "permit_missing"),
    (shorten, "permit_too_short"),
    (write_another, "endorsement_live"),
]


@pytest.mark.parametrize(("since", "code"), SINCE)
def test_it_is_not_approved_on_a_card_that_cannot_carry_it(
    holder: Person, officer: Acting, since: Callable[[Person], object], code: str
) -> None:
    row = claimed(holder, officer)
    since(holder)
    assert refusal(lambda: services.approve(row.pk, acting=officer)) == [code]
    assert Application.objects.get(pk=row.pk).status == "accepted"
    fresh = services.find(row.pk, acting=officer)
    assert fresh
    # The official sees it before deciding, in the same words.
    look = services.look(fresh, ask_register=True, shows_names=False)
    assert [reason.code for reason in look.unmet] == [code]


@pytest.mark.parametrize(("since", "code"), SINCE)
def test_it_is_not_handed_in_again_on_such_a_card(
    holder: Person, officer: Acting, since: Callable[[Person], object], code: str
) -> None:
    row = returned(holder, officer)
    since(holder)
    known = services.gather(holder)
    again = refusal(lambda: services.correct(row.submission_id, acting=holder.acting, known=known))
    assert again == [code]
    assert Application.objects.get(pk=row.pk).status == "returned"


def test_it_is_returned_for_its_card_and_goes_on_with_the_new_one(holder: Person, officer: Acting) -> None:
    row = claimed(holder, officer)
    lost = lose(holder)
    services.return_for_correction(row.pk, acting=officer, codes=["C09"])
    services.claim(lost.pk, acting=officer)
    services.approve(lost.pk, acting=officer)
    cases.pay(lost.submission_id, holder)
    run_for(60)
    services.correct(row.submission_id, acting=holder.acting, known=services.gather(holder))
    services.claim(row.pk, acting=officer)
    assert services.approve(row.pk, acting=officer).status == "approved"
    holds()


def test_what_is_late_on_its_form_goes_by_the_card_and_not_by_the_form(officer: Acting, holder: Person) -> None:
    rows = {one.destination: one for one in cases.filed(holder, {"HKM_PERMIT": "damaged"}, endorsements=TRIP)}
    services.claim(rows["MO"].pk, acting=officer)
    services.return_for_correction(rows["MO"].pk, acting=officer, codes=["C06"])
    services.claim(rows[""].pk, acting=officer)
    services.approve(rows[""].pk, acting=officer)
    cases.pay(rows[""].submission_id, holder)
    run_for(60)
    lose(holder)
    known = services.gather(holder)
    act = services.correct
    assert refusal(lambda: act(rows["MO"].submission_id, acting=holder.acting, known=known)) == ["permit_missing"]


def test_one_that_ends_with_its_card_is_asked_for_again_with_the_new_card_alone(holder: Person) -> None:
    write_another(holder)
    form = cases.draft(holder, requests={}, endorsements=TRIP)

    def file() -> services.Filed:
        known = services.gather(holder)
        return services.file(form.pk, acting=holder.acting, known=known, declared=cases.DECLARED)

    assert refusal(file) == ["endorsement_live"]
    damaged = {"HKM_PERMIT": {"reason": "damaged", "statement": "掉进水里，芯片坏了。"}}
    services.save_page(form.pk, "requests", damaged, acting=form.beneficiary.acting)
    assert [row.destination for row in file().applications] == ["", "MO"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"requests": {}, "endorsements": TRIP}, "C08"),
        ({"reasons": {"HKM_PERMIT": "damaged"}, "endorsements": {}}, "C09"),
        ({"reasons": {"HKM_PERMIT": "damaged"}, "endorsements": {}}, "C07"),
    ],
    ids=["no address", "no endorsement", "no papers"],
)
def test_nothing_goes_back_for_what_its_form_has_no_page_for(
    holder: Person, officer: Acting, asked: dict[str, object], code: str
) -> None:
    row = services.claim(cases.filed(holder, **asked)[0].pk, acting=officer)  # type: ignore[arg-type]
    assert code not in services.corrections_for(row)
    assert refusal(lambda: services.return_for_correction(row.pk, acting=officer, codes=[code, "C01"])) == ["codes"]
    assert Application.objects.get(pk=row.pk).status == "accepted"
