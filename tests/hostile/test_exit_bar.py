"""Of an exit bar nothing shows but the article: not who asked for it, not why, on no page and in no message."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from applications import casework, facts, services
from applications.models import Application
from portal.accounts.models import Person
from portal.common import outbox
from portal.common.models import AuditEntry, Event
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import accounts, cases

pytestmark = pytest.mark.django_db

BARRED, FREE = "喻限制", "王演示"
TWIN = Path(settings.BASE_DIR) / "portal/accounts/gateways/register/people.toml"
# What only somebody who knew more than the article could write.
TELLING = ("法院", "检察", "民事", "刑事", "案件", "边控", "布控", "债", "court", "debt")
ARTICLE = "《中华人民共和国出境入境管理法》第十二条"


def planted() -> str:
    """The reason the twin has on file."""
    rows = tomllib.loads(TWIN.read_text(encoding="utf-8"))["person"]
    return str(next(row["bar_reason"] for row in rows if row["name"] == BARRED))


def leaks(answer: Any) -> list[str]:
    page = answer.content.decode()
    # The words by which anybody may go to court against a decision stand on every notice of a refusal.
    page = page.replace("人民法院", "")
    return [word for word in (planted(), *TELLING) if word in page]


def test_the_register_does_not_answer_with_a_reason() -> None:
    record = accounts.record(BARRED)
    assert record.exit_barred
    assert planted() not in str(record.__dict__.values())


def test_a_barred_person_reads_the_article_and_no_more() -> None:
    cases.ground()
    person = cases.person(BARRED)
    client = accounts.sign_in(Client(), person)
    form = cases.draft(person)
    addresses = [reverse(name) for name in ("home:documents", "applications:start", "applications:list")]
    addresses += [reverse("notifications:inbox"), reverse("applications:tasks", args=[form.pk])]
    slugs = ("documents", "reason-passport", "personal", "name", "contact", "delivery")
    addresses += [reverse("applications:page", args=[form.pk, slug]) for slug in slugs]
    addresses.append(reverse("applications:check", args=[form.pk]))
    assert {address: leaks(client.get(address)) for address in addresses} == {address: [] for address in addresses}

    refused = client.post(addresses[-1], {"agreed": "on"})
    assert leaks(refused) == []
    assert "按法律规定暂时不能办理" in refused.content.decode()
    assert ARTICLE in client.get(reverse("applications:page", args=[form.pk, "documents"])).content.decode()
    assert not Application.objects.exists()
    outbox.run_due()
    assert not [row for row in Message.objects.filter(user=person.user) if planted() in str(row.params)]


@pytest.fixture
def barred_since(monkeypatch: pytest.MonkeyPatch) -> Application:
    """A case whose applicant was barred after filing."""
    cases.ground()
    row = cases.filed(cases.person(FREE))[0]
    free = facts.register_facts

    def barred(person: Person) -> Any:
        return replace(free(person), exit_barred=True)

    monkeypatch.setattr(facts, "register_facts", barred)
    monkeypatch.setattr(casework, "register_facts", barred)
    return row


def test_only_the_officer_who_decides_learns_that_there_is_a_bar(barred_since: Application) -> None:
    holder, other = (accounts.official(authority=barred_since.authority) for _ in range(2))
    auditor = accounts.official("auditor", authority=barred_since.authority)
    services.claim(barred_since.pk, acting=holder.acting)
    review = reverse("desk:review", args=[barred_since.pk])
    pages = {who: accounts.sign_in(Client(), who).get(review) for who in (holder, other, auditor)}
    said = {who: "按法律规定暂时不能办理" in page.content.decode() for who, page in pages.items()}
    assert said == {holder: True, other: False, auditor: False}
    assert [leaks(page) for page in pages.values()] == [[], [], []]


def test_the_refusal_names_the_article_alone(barred_since: Application) -> None:
    officer = accounts.official(authority=barred_since.authority).acting
    services.claim(barred_since.pk, acting=officer)
    with pytest.raises(Refused) as refused:
        services.approve(barred_since.pk, acting=officer)
    assert [one.code for one in refused.value.unmet] == ["X4"]
    services.refuse(barred_since.pk, acting=officer, code="EEL12", note="依法")
    outbox.run_due()
    client = accounts.sign_in(Client(), barred_since.person)
    reference = barred_since.submission.reference
    for address in (
        reverse("applications:notice", args=[barred_since.pk]),
        reverse("applications:track", args=[reference]),
        reverse("notifications:inbox"),
    ):
        assert leaks(client.get(address)) == [], address
    told = [str(row.params) for row in Message.objects.all()]
    told += [f"{row.codes} {row.params}" for row in Event.objects.all()]
    told += [str(row.content) for row in AuditEntry.objects.all()]
    assert not [text for text in told if "exit" in text or "X4" in text or planted() in text]
