"""Names that are not of the plain kind, from the form to the document: surnames, rare characters, no surname at all."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from applications import services
from applications.models import Application
from applications.romanisation import Spelling, doubts_about, romanise
from documents.models import IssuedDocument
from documents.register import zone
from documents.services import wrong_names
from portal.accounts.gateways.register.base import canonical_name
from portal.accounts.models import Person
from portal.common import outbox
from tests.factories import accounts, cases

RARE, MINORITY, EARLIER = "彭𠮷样", "阿依·示例", "吕旧拼"


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("便明", "PIAN"),
        ("不明", "FOU"),
        ("圈明", "JUAN"),
        ("蔚明", "YU"),
        ("还明", "HUAN"),
        ("贲明", "BEN"),
        ("镡明", "CHAN"),
        ("隽明", "JUAN"),
        ("单明", "SHAN"),
        ("仇明", "QIU"),
        ("曾明", "ZENG"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, spelled: str) -> None:
    assert romanise(name).surname == spelled


@pytest.mark.parametrize(
    ("name", "spelled"), [("吕女", ("LYU", "NYU")), ("略虐", ("LUE", "NUE")), ("吕略", ("LYU", "LUE"))]
)
def test_the_two_dots_are_yu_and_in_lue_and_nue_u(name: str, spelled: tuple[str, str]) -> None:
    found = romanise(name)
    assert (found.surname, found.given) == spelled


@pytest.mark.parametrize("kept", ["LU", "LV"])
def test_an_earlier_spelling_raises_no_doubt(kept: str) -> None:
    assert doubts_about(kept, "MING", "吕明", earlier=(Spelling(kept, "MING"),)) == []
    assert doubts_about(kept, "MING", "吕明")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("阿依•示例", MINORITY), ("阿依・示例", MINORITY), (" 阿依 · 示例 ", MINORITY), ("\uf979明", "凉明")],
)
def test_one_name_has_one_form(typed: str, stored: str) -> None:
    assert canonical_name(typed) == stored


@pytest.mark.parametrize(("surname", "given"), [("", "AYISHILI"), ("WANG", "X" * 33), ("", "X" * 39)])
def test_what_may_be_filed_fits_the_zone(surname: str, given: str) -> None:
    assert wrong_names(surname, given) == ()


@pytest.mark.django_db
def test_a_rare_character_is_stored_shown_and_on_the_receipt() -> None:
    cases.ground()
    person = cases.person(RARE)
    assert Person.objects.get(pk=person.pk).name == RARE
    client = accounts.sign_in(Client(), person)
    assert RARE in client.get(reverse("home:documents")).content.decode()
    row = cases.paid(person, cases.officer(person.hukou_code), {cases.PASSPORT: "expiring"})[0]
    receipt = client.get(reverse("payments:receipt", args=[row.submission.reference]))
    assert RARE in receipt.content.decode()
    assert receipt["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.django_db
def test_the_earlier_spelling_is_offered_and_kept() -> None:
    cases.ground()
    person = cases.person(EARLIER)
    form = cases.draft(person, pictures=False)
    page = accounts.sign_in(Client(), person).get(reverse("applications:page", args=[form.pk, "name"]))
    assert "LU / JIUPIN" in page.content.decode()
    assert "LYU / JIUPIN" in page.content.decode()


@pytest.mark.django_db
def test_a_name_without_surname_is_printed_and_read_by_machine() -> None:
    cases.ground()
    person = cases.person(MINORITY)
    named = {"surname": "", "given": "AYISHILI", "confirmed": True}
    form = cases.draft(person, {cases.PASSPORT: "expiring"}, name=named)
    services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    row, officer = form.applications.get(), cases.officer(person.hukou_code)
    services.claim(row.pk, acting=officer)
    services.approve(row.pk, acting=officer)
    cases.pay(form.pk, person)
    outbox.run_due()
    assert Application.objects.get(pk=row.pk).printed["given"] == "AYISHILI"
    document = IssuedDocument(
        kind=cases.PASSPORT, number="E10000001", surname="", given="AYISHILI", expires_on=row.filed_at.date()
    )
    first = zone(document, born=date.fromisoformat(person.born), sex="F").splitlines()[0]
    assert first.startswith("POCHNAYISHILI<<<")
