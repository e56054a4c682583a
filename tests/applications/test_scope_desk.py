"""The scope on the workbench: drafted with a preview, decided by another supervisor, and what then happens."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications import eligibility, services
from applications.eligibility import Channel, Want
from applications.models import Application
from applications.preview import channel_for, facts_of, preview
from documents.models import RuleRevision, ScopeLine
from documents.services import current_revision, forget, revision_called, scope_on
from documents.services import scope as scope_of
from portal.accounts.models import Officer
from portal.accounts.services import list_people
from portal.common import clock
from portal.common.models import Event
from portal.common.unmet import Refused
from tests.factories import accounts, cases, scope

pytestmark = pytest.mark.django_db

ADD = reverse("admin:documents_rulerevision_add")
# Somebody with a passport that runs out in three months, in a city that is not open.
OUTSIDER, HOME = "华外地", "520100"


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()


def desk(who: Officer) -> Client:
    return accounts.sign_in(Client(), who)  # type: ignore[no-any-return]


def typed(**changes: Any) -> dict[str, Any]:
    moment = scope.tomorrow() + timedelta(hours=8)
    return {
        "act": "open",
        "channel": "online",
        "cities": "贵阳、330300",
        "kinds": ["PASSPORT"],
        "categories": ["replace", "reissue"],
        "groups": ["adult"],
        "effective_at_0": f"{moment:%Y-%m-%d}",
        "effective_at_1": f"{moment:%H:%M:%S}",
        "source": "测试公告第 2 号",
        "confidence": "H",
        **changes,
    }


def page_of(row: RuleRevision) -> str:
    return reverse("admin:documents_rulerevision_change", args=[row.pk])


def do(client: Client, row: RuleRevision, action: str, note: str = "按公告办理") -> Any:
    row.refresh_from_db()
    address = reverse("admin:documents_rulerevision_do", args=[row.pk, action])
    return client.post(address, {"note": note, "version": row.event_seq}, follow=True)


def test_one_supervisor_drafts_and_proposes_and_another_decides() -> None:
    first, second = scope.supervisor(), scope.supervisor()
    mine, other = desk(first), desk(second)
    assert mine.get(ADD).status_code == 200
    answer = mine.post(ADD, typed(), follow=True)
    row = RuleRevision.objects.get(is_loaded=False)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == page_of(row)
    assert "1 名演示人员可以改在网上办" in page
    assert OUTSIDER in page
    assert "开放，网上，温州市、贵阳市，普通护照，补发、换发，年满 16 周岁的人" in page
    assert reverse("admin:documents_rulerevision_do", args=[row.pk, "propose"]) in page
    do(mine, row, "propose")
    own = mine.get(page_of(row)).content.decode()
    assert reverse("admin:documents_rulerevision_do", args=[row.pk, "enact"]) not in own
    do(mine, row, "enact")
    row.refresh_from_db()
    assert (row.status, row.decided_by) == ("proposed", None)
    seen = other.get(page_of(row)).content.decode()
    assert "1 名演示人员可以改在网上办" in seen
    assert reverse("admin:documents_rulerevision_do", args=[row.pk, "enact"]) in seen
    do(other, row, "enact", "公告已经发布")
    row.refresh_from_db()
    assert (row.status, row.decided_by_id) == ("in_force", second.user_id)
    history = other.get(page_of(row)).content.decode()
    assert history.index(first.name) < history.index("公告已经发布")
    assert "起草" in history


def test_a_rejection_says_why() -> None:
    row = scope.proposed(scope.WENZHOU)
    client = desk(scope.supervisor())
    assert "理由" in do(client, row, "reject", " ").content.decode()
    row.refresh_from_db()
    assert row.status == "proposed"
    do(client, row, "reject", "材料不全")
    row.refresh_from_db()
    assert row.status == "rejected"
    assert "材料不全" in client.get(page_of(row)).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cities": "341400"}, "已经撤销"),
        ({"cities": "没有这个城"}, "没有认出这些城市：没有这个城"),
        ({"cities": "上海"}, "这些本来就是开放的：上海市 普通护照 换发"),
        ({"act": "close"}, "这些本来就没有开放"),
        ({"kinds": ["HRP"]}, "HRP"),
        ({"categories": ["first"]}, "first"),
        ({"effective_at_0": "2026-01-01"}, "生效时间已经过去"),
        ({"effective_at_1": ""}, "effective_at"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(changes: dict[str, Any], said: str) -> None:
    answer = desk(scope.supervisor()).post(ADD, typed(**changes))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert "errorlist" in page
    assert "测试公告第 2 号" in page
    assert typed(**changes)["cities"] in page
    assert not RuleRevision.objects.filter(is_loaded=False).exists()


@pytest.mark.parametrize(
    ("role", "authority"), [("supervisor", "330100"), ("officer", "000000"), ("auditor", "000000")]
)
def test_nobody_else_drafts_or_decides(role: str, authority: str) -> None:
    row = scope.proposed(scope.WENZHOU)
    lines = ScopeLine.objects.count()
    client = desk(accounts.official(role, authority=authority))
    assert client.post(ADD, typed()).status_code == 403
    do(client, row, "enact")
    row.refresh_from_db()
    assert row.status == "proposed"
    assert (RuleRevision.objects.filter(is_loaded=False).count(), ScopeLine.objects.count()) == (1, lines)


def test_the_status_cannot_be_typed() -> None:
    row = scope.proposed(scope.WENZHOU)
    desk(scope.supervisor()).post(page_of(row), {"status": "in_force", "label": "x", "_save": "1"})
    row.refresh_from_db()
    assert (row.status, row.decided_by) == ("proposed", None)


@pytest.mark.parametrize(
    ("cities", "changes", "people"),
    [
        ((HOME,), {}, 1),
        ((scope.WENZHOU,), {}, 0),
        ((HOME, "130600", "429004", "650100"), {"kinds": ("PASSPORT",), "categories": ("replace",)}, 4),
        (("330100",), {"groups": ("minor",)}, 2),
        (("330100",), {"groups": ("state_employee",)}, 1),
        (("110000",), {"groups": ("military",)}, 1),
        (("310000",), {"act": "close"}, 2),
    ],
)
def test_the_preview_tells_what_then_happens(cities: tuple[str, ...], changes: dict[str, Any], people: int) -> None:
    row = scope.enacted(*cities, **changes)
    closes = changes.get("act") == "close"
    told = preview(row)
    assert told.count(online=not closes) == people
    assert told.count(online=closes) == 0
    forget()
    with time_machine.travel(row.effective_at, tick=False):
        now = scope_of(current_revision(clock.today()))
        assert now.revision == row.label
        before = scope_of(revision_called("2025-11-20"))
        things = set(row.lines.values_list("kind", "category"))
        moved = set()
        for one in list_people():
            facts = facts_of(one.record)
            for kind, category in things:
                ways = [channel_for(facts, kind, category, opened) for opened in (before, now)]
                if ways[0] is not ways[1] and ways[0 if closes else 1] is Channel.ONLINE:
                    moved.add(one.record.name)
    assert len(moved) == people
    assert moved <= {one.name for one in told.switches}


def test_the_preview_looks_at_people_as_they_will_be() -> None:
    # Whoever has been asked about keeps their dates: in 200 days this passport has run out.
    cases.person(OUTSIDER)
    assert preview(scope.drafted(HOME)).count(online=True) == 1
    later = scope.tomorrow() + timedelta(days=200)
    assert preview(scope.drafted(HOME, effective_at=later)).count(online=True) == 0


def test_refused_in_the_morning_accepted_after_the_moment() -> None:
    person = cases.person(OUTSIDER)
    form = cases.draft(person)
    with pytest.raises(Refused) as caught:
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert {reason.code for reason in caught.value.unmet} == {"E1"}
    assert not Application.objects.exists()
    row = scope.enacted(HOME)
    forget()
    with clock.set_to(row.effective_at - timedelta(seconds=1)), pytest.raises(Refused):
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert not Application.objects.exists()
    with clock.set_to(row.effective_at):
        done = services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert [one.revision for one in done.applications] == [row.label]
    assert done.submission.revision == row.label


def test_what_was_filed_before_keeps_its_terms() -> None:
    person = cases.person()
    filed = cases.filed(person)[0]
    assert filed.revision == "2025-11-20"
    scope.in_force(scope.SHANGHAI, act="close")
    known = services.gather(person)
    want = [Want("PASSPORT", "expiring")]
    assert [r.code for r in eligibility.unmet(known.facts, want, scope_on(clock.today()))] == ["E1"]
    officer = cases.officer()
    services.claim(filed.pk, acting=officer)
    row = services.approve(filed.pk, acting=officer)
    assert (row.status, row.revision) == ("approved", "2025-11-20")
    assert Event.objects.filter(subject_id=row.pk, action="approve").exists()
