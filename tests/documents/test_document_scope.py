"""Prices, pilot cities and rule revisions by day, and the loading of the data files."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from documents import loading, services
from documents.models import PilotCity, RuleRevision, Tariff

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
    found = services.pilot_city(code, on=on)
    assert (found.name if found else None) == name


@pytest.mark.usefixtures("catalogue")
def test_a_code_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="six digits"):
        services.pilot_city("Wuhan", on=date(2026, 1, 1))


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
        services.current_revision(date(2024, 5, 5))


def test_loading_twice_changes_nothing_and_an_edit_is_kept() -> None:
    first, second = StringIO(), StringIO()
    call_command("load_catalogue", stdout=first)
    assert "PilotCity: 31 added, 0 unchanged, 0 kept" in first.getvalue()
    assert "Tariff: 20 added" in first.getvalue()
    assert "RuleRevision: 2 added" in first.getvalue()
    Tariff.objects.filter(item="PASSPORT").update(fen=11000)
    errors = StringIO()
    call_command("load_catalogue", stdout=second, stderr=errors)
    assert "Tariff: 0 added, 19 unchanged, 1 kept" in second.getvalue()
    assert "RuleRevision: 0 added, 2 unchanged" in second.getvalue()
    assert "PASSPORT" in errors.getvalue()
    assert Tariff.objects.get(item="PASSPORT").fen == 11000


def test_a_city_that_leaves_makes_a_revision_of_its_own() -> None:
    loading.load()
    PilotCity.objects.filter(code="420100").update(effective_to=date(2027, 1, 1))
    loading.load()
    assert list(RuleRevision.objects.order_by("effective_from").values_list("label", flat=True)) == [
        "2024-05-06",
        "2025-11-20",
        "2027-01-01",
    ]
    assert not services.scope(services.current_revision(date(2027, 1, 1))).covers_city("420100")


@pytest.mark.usefixtures("catalogue")
def test_the_database_refuses_a_second_open_row_and_turned_dates() -> None:
    fresh = {"item": "PASSPORT", "fen": 1, "basis": "-"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Tariff.objects.create(**fresh, effective_from=date(2027, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Tariff.objects.create(**fresh, effective_from=date(2027, 1, 1), effective_to=date(2026, 1, 1))
    assert Tariff.objects.filter(item="PASSPORT").count() == 1
