"""The development pages: what the twins received, the knobs, and their absence anywhere else."""

import importlib
import sys

import pytest
from django.test import Client
from django.urls import NoReverseMatch, clear_url_caches, reverse
from pytest_django import Settings

import portal.urls
from portal.common import outbox
from portal.common.simulation import Ledger
from portal.notifications import channels

pytestmark = pytest.mark.django_db


@pytest.fixture
def address() -> str:
    return reverse("development:messages")


def test_the_messages_are_shown_in_full_newest_first(client: Client, address: str) -> None:
    for number in range(3):
        channels.gateway("sms").send("13800000001", f"第 {number} 条", "正文", key=f"k{number}")
    rows = client.get(address + "?format=json").json()["messages"]
    assert [row["title"] for row in rows] == ["第 2 条", "第 1 条", "第 0 条"]
    assert rows[0].keys() == {"channel", "to", "title", "body", "at", "reference", "outcome"}
    assert rows[0]["to"] == "13800000001"
    html = client.get(address).content.decode()
    assert "13800000001" in html
    assert "第 2 条" in html


def test_at_most_the_last_fifty_are_shown(client: Client, address: str) -> None:
    for number in range(60):
        channels.gateway("email").send("reader@example.com", str(number), "正文", key=f"k{number}")
    rows = client.get(address + "?format=json").json()["messages"]
    assert len(rows) == 50
    assert rows[0]["title"] == "59"


def test_a_fault_is_armed_and_disarmed(client: Client, address: str, sms: Ledger) -> None:
    post = reverse("development:faults")
    answer = client.post(post, {"system": "sms", "fault": "bounce", "times": "2"}, follow=True)
    assert sms.armed() == {"bounce": 2}
    assert "还会发生 2 次" in answer.content.decode()
    client.post(post, {"system": "sms", "fault": "bounce", "times": "-1"})
    assert sms.armed() == {"bounce": -1}
    client.post(post, {"system": "sms", "fault": "bounce", "times": "0"})
    assert sms.armed() == {}


def test_every_system_with_books_has_knobs(client: Client, address: str) -> None:
    Ledger("plant").arm("down", 0)
    html = client.get(address).content.decode()
    for name in ("plant", "sms", "email"):
        assert f'id="system-{name}"' in html
    client.post(reverse("development:faults"), {"system": "plant", "fault": "down", "times": "1"})
    assert Ledger("plant").armed() == {"down": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"system": "nobody", "fault": "down", "times": "1"},
        {"system": "../sms", "fault": "down", "times": "1"},
        {"system": "sms", "fault": "DROP TABLE", "times": "1"},
        {"system": "sms", "fault": "down", "times": "9999"},
        {"system": "sms", "fault": "down"},
        {},
    ],
)
def test_a_wrong_knob_is_refused_and_nothing_is_armed(wrong: dict[str, str], client: Client, sms: Ledger) -> None:
    answer = client.post(reverse("development:faults"), wrong)
    assert answer.status_code == 400
    assert sms.armed() == {}
    assert not Ledger("nobody").armed()


def test_a_knob_needs_the_forms_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("development:faults"), {"system": "sms", "fault": "down", "times": "1"})
    assert answer.status_code == 403


def test_elsewhere_the_pages_do_not_exist(client: Client, settings: Settings, address: str) -> None:
    settings.DEVELOPMENT_PAGES = False
    try:
        importlib.reload(sys.modules[portal.urls.__name__])
        clear_url_caches()
        with pytest.raises(NoReverseMatch):
            reverse("development:messages")
        assert client.get(address).status_code == 404
        assert client.post("/development/faults/", {"system": "sms", "fault": "down", "times": "1"}).status_code == 404
        assert Ledger("sms").armed() == {}
    finally:
        settings.DEVELOPMENT_PAGES = True
        importlib.reload(sys.modules[portal.urls.__name__])
        clear_url_caches()


def test_the_page_holds_no_number_in_its_address(client: Client, address: str, sms: Ledger) -> None:
    channels.gateway("sms").send("13800000001", "标题", "正文", key="k1")
    outbox.run_due()
    assert "phone" not in address
    assert 'href="?format=json"' in client.get(address).content.decode()
