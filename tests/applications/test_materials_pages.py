"""The page of papers: there only where something is needed, one file at a time, every refusal in full; the check."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications import attachments, pages
from applications.attachments.reading import LARGEST_BYTES
from applications.gateways.scanner.simulator import EICAR, SimulatedScanner
from applications.models import Application, Attachment, Submission
from applications.pages import Standing
from portal.accounts.gateways.register.simulator import LEDGER
from portal.accounts.gateways.shared.base import Register
from portal.accounts.gateways.shared.simulator import LEDGERS
from tests.factories import cases, papers

pytestmark = pytest.mark.django_db
FAMILY = {"HK": {"letter": "T", "option": "3m1"}}
VISIT = {"MO": {"letter": "G", "option": "3m1"}}


def begun(client: Client, name: str, trips: Mapping[str, Any]) -> Submission:
    """A draft whose endorsements were chosen on its pages."""
    cases.ground()
    person = cases.person(name)
    assert person.user is not None
    client.force_login(person.user)
    form = cases.draft(person, requests={}, endorsements={place: {} for place in trips}, pictures=False)
    for place, said in trips.items():
        for slug, part in zip(pages.slugs_of_endorsement(place), ("letter", "option"), strict=True):
            answer = client.post(f"/apply/{form.pk}/{slug}/", {part: said[part]})
            assert answer.status_code == 302, answer.content.decode()
    return fresh(form)


def fresh(form: Submission) -> Submission:
    return Submission.objects.select_related("beneficiary").get(pk=form.pk)


def send(client: Client, form: Submission, data: bytes, *, code: str = "relative_document", **more: str) -> str:
    sent = SimpleUploadedFile(more.pop("name", "证明.pdf"), data)
    posted = {"material": code, f"{code}-file": sent, **more}
    page = client.post(f"/apply/{form.pk}/materials/", posted, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def shown(client: Client, form: Submission) -> str:
    page = client.get(f"/apply/{form.pk}/materials/")
    assert page.status_code == 200
    return page.content.decode()


def standing(form: Submission) -> Standing:
    surveyed = pages.survey(fresh(form), pages.gather_shots(form))
    return next(item.standing for item in surveyed if item.page.slug == "materials")


def test_the_page_is_there_only_where_something_is_needed(client: Client) -> None:
    form = begun(client, "贺两地", VISIT)
    assert pages.find(form, "materials") is None
    assert client.get(f"/apply/{form.pk}/materials/").status_code == 302
    assert "所需材料" not in client.get(f"/apply/{form.pk}/").content.decode()
    assert form.findings["papers"][0]["said"] == "proven"


def test_what_a_register_answers_for_is_shown_and_not_asked(client: Client) -> None:
    form = begun(client, "赵测试", FAMILY)
    page = shown(client, form)
    assert "登记系统已经核验：姐姐，香港居民" in page
    assert 'name="relative_document-file"' in page
    assert 'name="kinship-file"' not in page
    assert "不超过 10 MB" in page
    assert standing(form) is Standing.OPEN


def test_a_file_is_taken_shown_handed_back_replaced_and_removed(client: Client) -> None:
    form = begun(client, "赵测试", FAMILY)
    page = send(client, form, papers.pdf())
    [row] = attachments.of(form.pk)
    assert "正在检查文件" in page
    assert standing(form) is Standing.WAITING
    assert "data-poll-done" not in client.get(f"/apply/{form.pk}/materials/state/").content.decode()
    papers.scanned(row)
    assert "data-poll-done" in client.get(f"/apply/{form.pk}/materials/state/").content.decode()
    assert standing(form) is Standing.DONE
    answer = client.get(f"/apply/{form.pk}/materials/{row.pk}/")
    assert answer.content == papers.pdf()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    replacing = client.get(f"/apply/{form.pk}/materials/?replace={row.pk}").content.decode()
    assert f'value="{row.pk}"' in replacing
    send(client, form, papers.photo(), name="b.jpg", **{"relative_document-replaces": str(row.pk)})
    [photo] = attachments.of(form.pk)
    papers.scanned(photo)
    picture = client.get(f"/apply/{form.pk}/materials/{photo.pk}/")
    assert picture["Content-Disposition"].startswith("inline;")
    client.post(f"/apply/{form.pk}/materials/", {"remove": str(photo.pk)})
    assert not attachments.of(form.pk)
    assert standing(form) is Standing.OPEN
    assert client.get(f"/apply/{form.pk}/materials/{photo.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"only words", ("证明.pdf", "PDF", "JPEG")),
        (papers.pdf()[:-8], ("证明.pdf", "不完整")),
        (papers.pdf() + b" " * LARGEST_BYTES, ("证明.pdf", "10.0 MB", "最多 10 MB", "请拍小一些")),
        (papers.pdf() + b" " * 2 * LARGEST_BYTES, ("证明.pdf", "20.0 MB", "最多 10 MB", "请拍小一些")),
        (b"", ("文件是空文件",)),
    ],
    ids=["words", "cut", "large", "larger than any upload", "empty"],
)
def test_a_refusal_names_file_limit_and_remedy_and_nothing_stays(
    client: Client, data: bytes, words: tuple[str, ...]
) -> None:
    form = begun(client, "赵测试", FAMILY)
    page = send(client, form, data)
    summary = page.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    assert "<title>错误：" in page
    assert 'href="#id_relative_document-file"' in summary
    assert 'id="id_relative_document-file"' in page
    assert all(word in summary for word in words), summary
    assert not Attachment.objects.exists()
    assert fresh(form).answers == form.answers


def test_no_file_and_no_such_paper_are_said(client: Client) -> None:
    form = begun(client, "赵测试", FAMILY)
    page = client.post(f"/apply/{form.pk}/materials/", {"material": "relative_document"}).content.decode()
    assert "请选择要上传的文件" in page
    assert "这张表现在不需要这种材料" in send(client, form, papers.pdf(), code="photo")
    assert client.post(f"/apply/{form.pk}/materials/", {"remove": "no-key"}).status_code == 404
    gone = client.post(f"/apply/{form.pk}/materials/", {"remove": str(form.pk)}).content.decode()
    assert "这个文件已经删掉了" in gone
    assert not Attachment.objects.exists()


def test_what_the_scanner_found_is_said_and_cannot_be_opened(client: Client) -> None:
    form = begun(client, "赵测试", FAMILY)
    row = papers.handed_in(form, form.beneficiary, "relative_document", papers.pdf(EICAR))
    assert "要换一个文件" in shown(client, form)
    assert standing(form) is Standing.MEND
    assert client.get(f"/apply/{form.pk}/materials/{row.pk}/").status_code == 404


def test_without_a_scanner_the_form_goes_on_and_nobody_opens_the_file(client: Client) -> None:
    SimulatedScanner.ledger.arm("down", -1)
    form = begun(client, "赵测试", FAMILY)
    row = papers.handed_in(form, form.beneficiary, "relative_document")
    assert "已上传，等检查" in shown(client, form)
    assert standing(form) is Standing.HUMAN
    assert client.get(f"/apply/{form.pk}/materials/{row.pk}/").status_code == 404


def test_a_silent_register_is_said_and_asked_again_when_the_page_opens(client: Client) -> None:
    LEDGERS[Register.RESIDENCE_PERMIT].arm("down", -1)
    form = begun(client, "贺两地", VISIT)
    page = shown(client, form)
    assert "有的登记系统现在没有应答" in page
    assert standing(form) is Standing.HUMAN
    LEDGERS[Register.RESIDENCE_PERMIT].arm("down", 0)
    gone = client.get(f"/apply/{form.pk}/materials/")
    assert (gone.status_code, gone.headers["Location"]) == (302, f"/apply/{form.pk}/")
    assert pages.find(fresh(form), "materials") is None


def test_the_population_register_away_breaks_nothing(client: Client) -> None:
    LEDGERS[Register.KINSHIP].arm("down", -1)
    form = begun(client, "赵测试", FAMILY)
    LEDGER.arm("down", -1)
    assert "有的登记系统现在没有应答" in shown(client, form)
    assert "正在检查文件" in send(client, form, papers.pdf())


def test_the_check_shows_every_paper_and_filing_names_what_is_missing(client: Client) -> None:
    form = begun(client, "赵测试", FAMILY)
    person = form.beneficiary
    cases.take(form.pk, cases.PORTRAIT, cases.portrait(), person)
    cases.take(form.pk, cases.SIGNATURE, cases.signature(), person)
    assert client.get(f"/apply/{form.pk}/check/").status_code == 302
    page = client.post(f"/apply/{form.pk}/check/", {"agreed": "on"}).content.decode()
    summary = page.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    assert f'href="/apply/{form.pk}/materials/?back=check"' in summary
    assert "还缺材料：港澳亲属的身份证件或居留许可" in summary
    assert not Application.objects.exists()
    papers.handed_in(form, person, "relative_document", name="身份证.pdf")
    page = client.get(f"/apply/{form.pk}/check/").content.decode()
    section = re.search(r"<h2>所需材料</h2>.*?</section>", page, re.DOTALL)
    assert section
    assert "姐姐，香港居民" in section[0]
    assert "身份证.pdf" in section[0]
    assert client.post(f"/apply/{form.pk}/check/", {"agreed": "on"}).status_code == 302
    assert Application.objects.get().status == "filed"
    closed = client.post(
        f"/apply/{form.pk}/materials/",
        {"material": "relative_document", "relative_document-file": SimpleUploadedFile("c.pdf", papers.pdf())},
    )
    assert closed.status_code == 409
    assert Attachment.objects.count() == 1


def test_somebody_elses_files_do_not_exist(client: Client) -> None:
    form = begun(client, "赵测试", FAMILY)
    row = papers.handed_in(form, form.beneficiary, "relative_document")
    other = cases.person("王演示", phone="13900000008")
    assert other.user is not None
    client.force_login(other.user)
    assert client.get(f"/apply/{form.pk}/materials/{row.pk}/").status_code == 404
    own = cases.draft(other, pictures=False)
    assert client.get(f"/apply/{own.pk}/materials/{row.pk}/").status_code == 404
    assert client.post(f"/apply/{form.pk}/materials/", {"remove": str(row.pk)}).status_code == 404
    row.refresh_from_db()
    assert row.is_clean
