"""The inbox belongs to its reader: unread counts, reading, marking, masks, and nobody else's messages."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.common import outbox
from portal.notifications.models import Message
from tests.notifications.conftest import Tell


@pytest.fixture
def page(client: Client, reader: User) -> Client:
    client.force_login(reader)
    return client


def test_an_empty_inbox_says_what_will_come(page: Client) -> None:
    answer = page.get(reverse("notifications:inbox"))
    assert answer.status_code == 200
    assert "还没有消息" in answer.content.decode()


def test_the_inbox_shows_words_and_masked_addresses(page: Client, told: Message, reader: User) -> None:
    html = page.get(reverse("notifications:inbox")).content.decode()
    assert "4201 0126 1109 017 已批准" in html
    assert "138****0001" in html
    assert "r***@example.com" in html
    assert reader.phone not in html
    assert reader.email not in html
    assert '<span class="p-count">1<' in html


def test_opening_is_reading(page: Client, told: Message) -> None:
    address = reverse("notifications:message", args=[told.pk])
    html = page.get(address).content.decode()
    told.refresh_from_db()
    first = told.read_at
    assert first is not None
    assert "请在 2026-11-20 前缴费。" in html
    assert "138****0001" in html
    assert "p-count" not in html
    page.get(address)
    told.refresh_from_db()
    assert told.read_at == first


def test_another_persons_message_looks_like_none_and_stays_unread(client: Client, told: Message) -> None:
    stranger = User.objects.create_citizen(phone="13800000002", password="correct horse battery")
    client.force_login(stranger)
    foreign = client.get(reverse("notifications:message", args=[told.pk]))
    absent = client.get(reverse("notifications:message", args=[uuid.uuid4()]))
    assert foreign.status_code == absent.status_code == 404
    told.refresh_from_db()
    assert told.read_at is None
    client.post(reverse("notifications:mark_all_read"))
    told.refresh_from_db()
    assert told.read_at is None
    assert "已批准" not in client.get(reverse("notifications:inbox")).content.decode()


@pytest.mark.parametrize(("method", "name"), [("get", "inbox"), ("post", "mark_all_read")])
def test_nobody_reads_without_signing_in(client: Client, told: Message, method: str, name: str) -> None:
    answer = getattr(client, method)(reverse(f"notifications:{name}"))
    assert answer.status_code == 302
    assert Message.objects.unread().count() == 1


def test_marking_everything_read_takes_a_post(page: Client, tell: Tell) -> None:
    for _ in range(3):
        tell()
    outbox.run_due()
    address = reverse("notifications:mark_all_read")
    assert page.get(address).status_code == 405
    assert Message.objects.unread().count() == 3
    answer = page.post(address, follow=True)
    assert Message.objects.unread().count() == 0
    assert "3 条消息已标为已读" in answer.content.decode()


def test_long_lists_come_in_pages(page: Client, tell: Tell) -> None:
    for _ in range(21):
        tell()
    outbox.run_due()
    html = page.get(reverse("notifications:inbox")).content.decode()
    assert "?page=2" in html
    assert html.count("已批准") == 20
    assert page.get(reverse("notifications:inbox") + "?page=nonsense").status_code == 200
    assert page.get(reverse("notifications:inbox") + "?page=2").content.decode().count("已批准") == 1


def test_the_list_costs_the_same_for_one_message_and_for_twenty(
    page: Client, tell: Tell, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        tell()
    outbox.run_due()
    page.get(reverse("notifications:inbox"))
    with django_assert_max_num_queries(6):
        page.get(reverse("notifications:inbox"))


@pytest.mark.django_db
def test_the_count_costs_nothing_where_it_is_not_shown(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get(reverse("development:messages") + "?format=json").status_code == 200
