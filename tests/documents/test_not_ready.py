"""A portal whose catalogue is not loaded says that it is not open yet; it does not fail."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_start_page_before_the_catalogue_is_loaded() -> None:
    answer = Client().get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
