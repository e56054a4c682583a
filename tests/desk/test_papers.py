"""Papers on the desk: what each is proven by; clean files for whoever holds the case, each look written down."""

import pytest
from django.urls import reverse

from applications import materials, services
from applications.gateways.scanner.simulator import SimulatedScanner
from applications.models import Application, Attachment, Submission
from portal.accounts.models import Officer
from portal.common import audit
from portal.common.models import AuditEntry
from tests.desk.conftest import SignIn
from tests.factories import accounts, cases, papers

FAMILY = {"HK": {"letter": "T", "option": "3m1"}}
CITY = "440100"


@pytest.fixture
def officer() -> Officer:
    return accounts.official(authority=CITY)


def form_with(data: bytes) -> tuple[Application, Attachment]:
    """An endorsement for a visit to relatives, one paper proven by a register, the other uploaded."""
    person = cases.person("赵测试")
    form = cases.draft(person, endorsements=FAMILY, requests={})
    form = materials.refresh(form, services.gather(person))
    row = papers.handed_in(form, person, "relative_document", data, name="姐姐的身份证.pdf")
    done = services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    return done.applications[0], row


def address(case: Application, row: Attachment) -> str:
    return reverse("desk:file", args=[case.pk, row.pk])


def opened(case: Application) -> int:
    return AuditEntry.objects.filter(chain=case.chain, action="file_opened").count()


def test_papers_are_shown_and_opened_only_to_whoever_holds_the_case(officer: Officer, enter: SignIn) -> None:
    case, row = form_with(papers.pdf())
    client = enter(officer)
    page = client.get(reverse("desk:review", args=[case.pk])).content.decode()
    assert "登记系统已经核验" in page
    assert "姐姐" not in page
    assert address(case, row) not in page
    refused = client.get(address(case, row))
    assert (refused.status_code, refused.headers["Location"]) == (302, reverse("desk:review", args=[case.pk]))
    assert opened(case) == 0
    services.claim(case.pk, acting=officer.acting)
    page = client.get(reverse("desk:review", args=[case.pk])).content.decode()
    assert "登记系统已经核验：姐姐，香港居民" in page
    assert "姐姐的身份证.pdf" in page
    answer = client.get(address(case, row))
    assert answer.content == papers.pdf()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert opened(case) == 1
    assert list(audit.verify()) == []


def test_a_picture_is_shown_as_we_encoded_it(officer: Officer, enter: SignIn) -> None:
    case, row = form_with(papers.photo())
    services.claim(case.pk, acting=officer.acting)
    answer = enter(officer).get(address(case, row))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"].startswith("inline;")
    assert papers.MARKER not in answer.content


def test_what_is_in_quarantine_is_said_and_cannot_be_opened(officer: Officer, enter: SignIn) -> None:
    SimulatedScanner.ledger.arm("down", -1)
    case, row = form_with(papers.pdf())
    services.claim(case.pk, acting=officer.acting)
    client = enter(officer)
    page = client.get(reverse("desk:review", args=[case.pk])).content.decode()
    assert "隔离中，不能打开" in page
    assert "可以等，也可以退回" in page
    assert client.get(address(case, row)).status_code == 404
    assert opened(case) == 0


def test_a_file_of_another_form_is_not_a_paper_of_this_case(officer: Officer, enter: SignIn) -> None:
    case, _row = form_with(papers.pdf())
    services.claim(case.pk, acting=officer.acting)
    other = cases.person("王演示", phone="13900000009")
    foreign = papers.handed_in(cases.draft(other, pictures=False), other, "relative_document")
    client = enter(officer)
    assert client.get(address(case, foreign)).status_code == 404
    assert opened(case) == 0


def test_an_officer_sends_it_back_for_its_papers(officer: Officer, enter: SignIn) -> None:
    case, _row = form_with(papers.pdf())
    services.claim(case.pk, acting=officer.acting)
    client = enter(officer)
    asked = reverse("desk:decide", args=[case.pk, "return"])
    assert "签注的材料缺少或者看不清" in client.get(asked).content.decode()
    page = client.get(asked).content.decode()
    version = page.partition('name="version" value="')[2].partition('"')[0]
    answer = client.post(asked, {"codes": ["C07"], "note": "看不清", "version": version})
    assert answer.status_code == 302, answer.content.decode()
    form = Submission.objects.get(pk=case.submission_id)
    assert services.reopened_pages(form) == {"materials"}
