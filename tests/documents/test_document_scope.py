"""Prices, pilot cities and rule revisions by day, and the loading of the data files."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from documents import loading, services
from documents.models import ScopeLine, Tariff
from portal.accounts.divisions import cities, city_of
from tests.factories import scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> None:
    loading.load()


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("item", "on", "fen"),
    [
        ("PASSPORT", date(2026, 11, 21), 12000),
        ("PASSPORT", date(2019, 7, 1), 12000),
        ("HKM_PERMIT", date(2026, 11, 21), 6000),
        ("TWN_PERMIT", date(2019, 12, 31), 8000),
        ("TWN_PERMIT", date(2020, 1, 1), 6000),
        ("PASSPORT_ANNOTATION", date(2026, 1, 1), 0),
        ("HKM_ENDORSEMENT_M_3Y_AND_OVER", date(2026, 1, 1), 24000),
    ],
)
def test_the_price_is_that_of_the_day_of_acceptance(item: str, on: date, fen: int) -> None:
    assert services.fee(item, accepted_on=on) == fen


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("item", "on"), [("PASSPORT", date(2019, 6, 30)), ("HRP", date(2026, 1, 1)), ("", date(2026, 1, 1))]
)
def test_a_missing_price_is_an_error_not_zero(item: str, on: date) -> None:
    with pytest.raises(services.PriceMissing) as caught:
        services.fee(item, accepted_on=on)
    assert (caught.value.item, caught.value.day) == (item, on)


@pytest.mark.usefixtures("catalogue")
def test_several_prices_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = services.fees({"PASSPORT", "HKM_PERMIT"}, accepted_on=date(2026, 11, 21))
    assert found == {"PASSPORT": 12000, "HKM_PERMIT": 6000}
    with pytest.raises(services.PriceMissing):
        services.fees({"PASSPORT", "HRP"}, accepted_on=date(2026, 11, 21))


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        ("420100", date(2025, 11, 19), None),
        ("420100", date(2025, 11, 20), "武汉市"),
        ("420106", date(2025, 11, 20), "武汉市"),
        ("110105", date(2024, 5, 6), "北京市"),
        ("110000", date(2024, 5, 5), None),
        ("500112", date(2026, 1, 1), "重庆市"),
        ("320281", date(2026, 1, 1), "无锡市"),
        # Not confirmed by the part of the announcement that is known: stays out.
        ("330300", date(2026, 11, 21), None),
        ("420200", date(2026, 11, 21), None),
    ],
)
def test_pilot_cities_by_day(code: str, on: date, name: str | None) -> None:
    opened = services.scope_on(on)
    assert opened.cities.get(city_of(code)) == name
    assert opened.covers_city(code) is (name is not None)
    listed = {city.code: city for city in services.open_cities(on)}
    assert (city_of(code) in listed) is (name is not None)


@pytest.mark.usefixtures("catalogue")
def test_a_city_says_since_when_and_in_which_language() -> None:
    wuhan = next(city for city in services.open_cities(date(2026, 1, 1)) if city.code == "420100")
    assert (wuhan.since, wuhan.label) == (date(2025, 11, 20), "武汉市")
    assert "2025 年 11 月 3 日公告" in wuhan.source
    with translation.override("en"):
        assert (wuhan.label, services.city_label("330300")) == ("Wuhan", "Wenzhou")


def test_every_city_has_an_english_name_of_its_own() -> None:
    codes = [city.code for city in cities()]
    assert all(services.english_name(code).isascii() or services.english_name(code)[0].isupper() for code in codes)
    assert not [code for code in codes if services.english_name(code) == services.chinese_name(code)]


@pytest.mark.usefixtures("catalogue")
def test_a_code_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="six digits"):
        services.scope_on(date(2026, 1, 1)).covers_city("Wuhan")


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("group", ["minor", "state_employee", "military"])
def test_other_groups_ship_closed(group: str) -> None:
    opened = services.scope_on(date(2026, 1, 1))
    assert not opened.opens_to(group)
    assert not opened.opens("PASSPORT", "replace", city="420100", group=group)
    assert opened.opens("PASSPORT", "replace", city="420106", group="adult")
    assert not opened.opens("PASSPORT", "endorse", city="420106", group="adult")


@pytest.mark.usefixtures("catalogue")
def test_devices_serve_the_whole_nation_and_are_no_online_service() -> None:
    opened = services.scope_on(date(2026, 1, 1))
    assert opened.opens("HKM_PERMIT", "endorse", city="330300", group="adult", channel="device")
    assert not opened.opens("HKM_PERMIT", "endorse", city="330300", group="adult")
    assert not opened.opens("HKM_PERMIT", "endorse", city="330300", group="minor", channel="device")
    assert not services.scope_on(date(2019, 3, 31)).openings


@pytest.mark.usefixtures("catalogue")
def test_an_application_keeps_the_scope_it_was_filed_under() -> None:
    early = services.scope(services.current_revision(date(2025, 11, 19)))
    late = services.scope(services.current_revision(date(2025, 11, 20)))
    assert (early.revision, late.revision) == ("2024-05-06", "2025-11-20")
    assert (len(early.cities), len(late.cities)) == (20, 31)
    assert not early.covers_city("420106")
    assert late.covers_city("420106")
    assert late.kinds == ("PASSPORT", "HKM_PERMIT", "TWN_PERMIT")
    assert late.reason("PASSPORT", "pages_used") is not None
    assert late.reason("HKM_PERMIT", "pages_used") is None
    assert late.reason("HRP", "lost") is None


@pytest.mark.usefixtures("catalogue")
def test_before_the_pilot_there_is_no_revision() -> None:
    with pytest.raises(services.RevisionMissing):
        services.current_revision(date(2019, 3, 31))
    assert services.scope_on(date(2024, 5, 5)).cities == {}


def test_loading_twice_changes_nothing_and_an_edit_is_kept() -> None:
    first, second = StringIO(), StringIO()
    call_command("load_catalogue", stdout=first)
    assert "Tariff: 20 added" in first.getvalue()
    assert "RuleRevision: 3 added, 0 unchanged, 0 kept" in first.getvalue()
    Tariff.objects.filter(item="PASSPORT").update(fen=11000)
    errors = StringIO()
    call_command("load_catalogue", stdout=second, stderr=errors)
    assert "Tariff: 0 added, 19 unchanged, 1 kept" in second.getvalue()
    assert "RuleRevision: 0 added, 3 unchanged" in second.getvalue()
    assert "PASSPORT" in errors.getvalue()
    assert Tariff.objects.get(item="PASSPORT").fen == 11000


@pytest.mark.usefixtures("catalogue")
def test_lines_that_differ_from_the_file_are_kept_and_named() -> None:
    with scope.unguarded():
        ScopeLine.objects.filter(revision__label="2025-11-20", city="420100").delete()
    errors, out = StringIO(), StringIO()
    call_command("load_catalogue", stdout=out, stderr=errors)
    assert "RuleRevision: 0 added, 2 unchanged, 1 kept" in out.getvalue()
    assert "2025-11-20" in errors.getvalue()
    assert not ScopeLine.objects.filter(city="420100").exists()
    assert services.current_revision(date(2026, 1, 1)).label == "2024-05-06", "what differs from its history is closed"


@pytest.mark.usefixtures("catalogue")
def test_the_scope_costs_two_queries_and_then_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        services.scope_on(date(2026, 1, 1))
    with django_assert_num_queries(0):
        services.scope_on(date(2024, 6, 1))
        services.open_cities(date(2026, 1, 1))


@pytest.mark.usefixtures("catalogue")
def test_the_database_refuses_a_second_open_row_and_turned_dates() -> None:
    fresh = {"item": "PASSPORT", "fen": 1, "basis": "-"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Tariff.objects.create(**fresh, effective_from=date(2027, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Tariff.objects.create(**fresh, effective_from=date(2027, 1, 1), effective_to=date(2026, 1, 1))
    assert Tariff.objects.filter(item="PASSPORT").count() == 1
