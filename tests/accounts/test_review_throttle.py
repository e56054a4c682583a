"""One account has one count of failed sign-ins, however its number is spelled."""

import pytest
from django.test import RequestFactory

from portal.accounts.models import User
from portal.accounts.signing import TRIES_BY_NAME, TooManyTries, check_password

pytestmark = pytest.mark.django_db
PHONE, PASSWORD = "13900000007", "correct horse battery"


def test_another_spelling_of_the_number_opens_no_new_window() -> None:
    User.objects.create_citizen(phone=PHONE, password=PASSWORD)
    request = RequestFactory().post("/")
    spellings = [PHONE[:n] + " " * n + PHONE[n:] for n in range(1, TRIES_BY_NAME)] + ["１３９０００００００７"]
    assert check_password(request, name=spellings[0], password=PASSWORD, address="192.0.2.1") is not None
    for name in spellings:
        assert check_password(request, name=name, password="wrong", address="192.0.2.1") is None
    with pytest.raises(TooManyTries):
        check_password(request, name=PHONE, password=PASSWORD, address="192.0.2.1")
