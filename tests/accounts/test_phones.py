import pytest

from portal.accounts import phones
from portal.common.unmet import Refused


@pytest.mark.parametrize(
    "typed",
    ["13800000001", "138 0000 0001", "138-0000-0001", "+86 13800000001", "008613800000001", "１３８００００　０００１"],
)
def test_a_number_is_read_as_people_type_it(typed: str) -> None:
    assert phones.read(typed) == "13800000001"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone.missing"),
        (" - ", "phone.missing"),
        ("1380000000a", "phone.characters"),
        ("138\x0000000001", "phone.characters"),
        ("1380000000", "phone.length"),
        ("138000000012", "phone.length"),
        ("12800000001", "phone.range"),
        ("01088888888", "phone.range"),
        ("²³800000001", "phone.range"),
    ],
)
def test_a_wrong_number_names_field_limit_and_remedy(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        phones.read(typed)
    (unmet,) = refused.value.unmet
    assert (unmet.code, unmet.field) == (code, "phone")
    assert str(unmet.remedy)
