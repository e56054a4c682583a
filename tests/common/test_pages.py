"""Pages and headers of the ground floor: health, failures, appearance, caching, throttles, masks, logs."""

import logging
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from portal.common import clock, heartbeat, logs, masking, tasks, throttle
from portal.common.gateway import GatewayDown
from portal.common.middleware import FailureBoundary
from portal.common.models import Heartbeat, Promise
from portal.common.simulation import Ledger


@pytest.mark.django_db
def test_health_needs_every_process() -> None:
    client = Client()
    first = client.get("/healthz")
    assert (first.status_code, first.json()["worker_default_age_seconds"]) == (503, None)
    heartbeat.beat("beat")
    tasks.worker_heartbeat("default")
    no_photos = client.get("/healthz")
    assert (no_photos.status_code, no_photos.json()["worker_photos_age_seconds"]) == (503, None)
    tasks.worker_heartbeat("photos")
    good = client.get("/healthz")
    assert (good.status_code, good.json()["status"]) == (200, "ok")
    assert good.json()["oldest_waiting_seconds"] == 0
    moment = clock.now()
    Promise.objects.create(topic="x", key="1", created_at=moment, due_at=moment - timedelta(seconds=90))
    assert client.get("/healthz").json()["oldest_waiting_seconds"] >= 90
    Heartbeat.objects.filter(name="beat").update(at=moment - timedelta(minutes=5))
    stale = client.get("/healthz")
    assert stale.status_code == 503
    assert stale.json()["beat_age_seconds"] >= 300


@pytest.mark.django_db
def test_health_names_the_year_to_load() -> None:
    assert clock.today().year in Client().get("/healthz").json()["calendar_years_to_load"]


def test_a_lost_database_is_503_with_a_time_to_come_back() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise OperationalError

    boundary = FailureBoundary(view)
    response = boundary.process_exception(RequestFactory().get("/"), OperationalError("secret 13800138000"))
    assert response is not None
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert b"13800138000" not in response.content
    assert boundary.process_exception(RequestFactory().get("/"), ValueError()) is None


@pytest.mark.django_db
def test_large_print_is_kept_and_leads_back() -> None:
    client = Client()
    response = client.post("/appearance/", {"mode": "elder"}, headers={"referer": "http://testserver/documents/"})
    assert response["Location"] == "http://testserver/documents/"
    assert client.cookies["appearance"].value == "elder.light.normal"
    away = client.post("/appearance/", {"theme": "dark"}, headers={"referer": "http://elsewhere.example/"})
    assert away["Location"] == "/"
    assert client.cookies["appearance"].value == "elder.dark.normal"
    client.post("/appearance/", {"mode": "rubbish"})
    assert client.cookies["appearance"].value == "elder.dark.normal"


@pytest.mark.django_db
def test_pages_are_not_stored_and_carry_a_strict_policy() -> None:
    response = Client().get("/healthz")
    assert response["Cache-Control"] == "no-store"
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_throttle_counts_and_ends() -> None:
    tries = [throttle.spend("test", key="someone", limit=3, seconds=60) for _ in range(5)]
    assert tries == [True, True, True, False, False]
    assert throttle.spend("test", key="somebody else", limit=3, seconds=60)
    throttle.forget("test", key="someone")
    assert throttle.spend("test", key="someone", limit=3, seconds=60)
    assert not any("someone" in key for key in cache._cache)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("mask", "plain", "masked"),
    [
        (masking.mask_citizen_number, "11010519491231002X", "1101**********002X"),
        (masking.mask_phone, "13800138000", "138****8000"),
        (masking.mask_name, "李晓明", "李**"),
        (masking.mask_document_number, "E12345678", "E1234****"),
        (masking.mask_document_number, "", ""),
        (masking.mask_name, "", ""),
    ],
)
def test_masks(mask: object, plain: str, masked: str) -> None:
    assert mask(plain) == masked  # type: ignore[operator]


def test_logs_hide_what_looks_personal_and_keep_one_line() -> None:
    personal = ("11010519491231002X", "13800138000", "E12345678")
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "id %s\nphone %s doc %s", personal, None)
    assert logs.HidePersonalData().filter(record)
    line = logs.OneLine().format(record)
    assert "1949" not in line
    assert "138" not in line
    assert "E1234" not in line
    assert "\n" not in line


def test_a_twin_books_once_and_fails_on_demand() -> None:
    ledger = Ledger("plant")
    first, fresh = ledger.once("k", {"phone": "13800138000"})
    again, second = ledger.once("k", {"phone": "other"})
    assert (fresh, second, again.body) == (True, False, first.body)
    assert ledger.count("k") == 2
    ledger.arm("down", 2)
    for _ in range(2):
        with pytest.raises(GatewayDown):
            ledger.answer_or_fail()
    ledger.answer_or_fail()
    ledger.update("k", state="done", number="1")
    entry = ledger.get("k")
    assert entry is not None
    assert (entry.state, entry.body["number"], entry.body["phone"]) == ("done", "1", "13800138000")


@pytest.mark.django_db
def test_health_says_in_words_what_to_do() -> None:
    year = clock.today().year
    Promise.objects.create(topic="x", key="1", created_at=clock.now(), due_at=clock.now(), dead_at=clock.now())
    said = Client().get("/healthz").json()["to_do"]
    assert any(f"calendar-{year}.json" in line for line in said)
    assert any("given up" in line for line in said)
