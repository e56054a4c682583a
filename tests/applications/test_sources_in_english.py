"""Laws and notices are named in the reader's language, wherever an applicant reads on what a decision rests."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications import eligibility, grounds, services
from applications.eligibility import Facts, Held, Want
from documents.services import current_revision, scope
from portal.common import catalogues, clock
from tests.factories import cases

HAN = re.compile(r"[\u4e00-\u9fff《》（）]")
BARRED = Facts(
    on=date(2026, 11, 20),
    born=date(2015, 1, 1),
    hukou_code="",
    state_employee=True,
    military=True,
    fingerprints=False,
    exit_barred=True,
    in_mainland=False,
    holds=(Held("PASSPORT", date(2036, 1, 1)), Held("HKM_PERMIT", date(2020, 1, 1))),
)


@pytest.fixture(scope="module", autouse=True)
def _catalogues() -> None:
    for source in catalogues.sources():
        catalogues.compile_if_changed(source)


@pytest.mark.django_db
def test_every_reason_against_filing_names_its_source_in_english() -> None:
    cases.ground()
    opened = scope(current_revision(clock.today()))
    wants = [
        Want("PASSPORT", "expiring"),
        Want("PASSPORT", "lost", identity_changed=True),
        Want("HKM_PERMIT", "pages_used"),
        Want("HKM_PERMIT", "expiring"),
        Want("TWN_PERMIT", "expiring"),
        Want("OTHER", "expiring"),
    ]
    reasons = eligibility.unmet(BARRED, wants, opened) + eligibility.unmet(BARRED, [], opened)
    listed = {f"E{n}" for n in range(1, 8)} | {f"X{n}" for n in range(1, 6)}
    assert {reason.code for reason in reasons} == listed | {"document_twice", "nothing_asked"}
    with translation.override("en"):
        assert [reason.code for reason in reasons if HAN.search(str(reason.source))] == []
    with translation.override("zh-hans"):
        assert all(HAN.search(str(reason.source)) for reason in reasons)


def test_every_ground_names_its_article_in_english() -> None:
    with translation.override("en"):
        articles = [str(row.article) for row in grounds.REFUSALS.values()]
        articles += [str(row.source) for row in grounds.CORRECTIONS.values()]
    assert [article for article in articles if HAN.search(article)] == []
    assert str(grounds.REFUSALS["P13-3"].article) == "《中华人民共和国护照法》第十三条第（三）项"


@pytest.mark.django_db
def test_a_decision_notice_in_english_names_its_laws_in_english() -> None:
    cases.ground()
    owner = cases.person()
    (row,) = cases.filed(owner)
    officer = cases.officer(row.authority)
    services.claim(row.pk, acting=officer)
    services.refuse(row.pk, acting=officer, code="P13-3", note="As found.")
    client = Client(headers={"accept-language": "en"})
    assert owner.user is not None
    client.force_login(owner.user)
    shown = client.get(reverse("applications:notice", args=[row.pk])).content.decode()
    assert "Passport Law of the People’s Republic of China, article 13(3)" in shown
    assert "Administrative Reconsideration Law of the People’s Republic of China, articles 20 and 24" in shown
    assert "Administrative Litigation Law of the People’s Republic of China, articles 45 and 46" in shown
    assert "《" not in shown
