"""Personal data at rest: sealed to its place, found by a blind index, rotated while the portal runs."""

import base64
import uuid
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from portal.accounts.models import Person, User
from portal.common import crypto
from portal.common.fields import BlindIndexField, SealedTextField
from portal.common.storage import new_name

PHONE = "13800138000"
OLD_KEY_ONLY = ["t1:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="]


@pytest.mark.parametrize("suite", [crypto.AES, crypto.SM4])
def test_a_seal_opens_in_its_own_place_only(suite: str) -> None:
    with override_settings(SEALING_SUITE=suite):
        token = crypto.seal("张三".encode(), context="row:1")
        assert crypto.open_sealed(token, context="row:1").decode() == "张三"
        with pytest.raises(crypto.SealBroken):
            crypto.open_sealed(token, context="row:2")
        with pytest.raises(crypto.SealBroken):
            crypto.open_sealed(token[:-1] + bytes([token[-1] ^ 1]), context="row:1")


def test_what_one_suite_sealed_opens_while_another_seals() -> None:
    with override_settings(SEALING_SUITE=crypto.SM4):
        token = crypto.seal(b"x", context="row:1")
    assert crypto.open_sealed(token, context="row:1") == b"x"


def test_no_two_seals_share_a_nonce_and_no_two_suites_a_key() -> None:
    start = len(b"A.t2.")
    nonces = {crypto.seal(b"x", context="row:1")[start : start + crypto.NONCE_BYTES] for _ in range(50)}
    assert len(nonces) == 50
    master = b"m" * 32
    assert crypto._suite_key(master, crypto.AES)[:16] != crypto._suite_key(master, crypto.SM4)


def test_each_sealed_column_of_each_table_and_row_is_a_place_of_its_own() -> None:
    fields = [f for model in apps.get_models() for f in model._meta.local_fields if isinstance(f, SealedTextField)]
    places = {field.context(field.model(pk=pk)) for field in fields for pk in (uuid.UUID(int=1), uuid.UUID(int=2))}
    assert len(places) == 2 * len(fields) > 20


@pytest.mark.parametrize(
    "typed", ["11010519491231002X", " 110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_every_spelling_of_a_value_has_one_index(typed: str) -> None:
    assert BlindIndexField.of(User, "phone", typed) == BlindIndexField.of(User, "phone", "11010519491231002X")


def test_an_index_needs_the_key_and_tells_nothing_across_columns() -> None:
    index = BlindIndexField.of(User, "phone", PHONE)
    assert BlindIndexField.of(Person, "citizen_number", PHONE) != index
    with override_settings(INDEX_KEY="b3RoZXIta2V5LW90aGVyLWtleS1vdGhlci1rZXktMTI="):
        assert BlindIndexField.of(User, "phone", PHONE) != index
    assert crypto.blind_index("accounts.User.phone", " ") == ""


def test_a_keyed_hash_tells_where_its_parts_end() -> None:
    key = settings.INDEX_KEY
    assert crypto.keyed_hash(key, "ab", "c") != crypto.keyed_hash(key, "a", "bc")


@pytest.mark.django_db
def test_rows_without_a_value_do_not_clash() -> None:
    one, other = User.objects.create(phone=""), User.objects.create(phone="")
    assert (one.phone_index, other.phone_index) == (None, None)


@pytest.mark.django_db
def test_no_serialiser_gets_a_plain_value() -> None:
    user = User.objects.create_citizen(phone=PHONE, password="long enough 1")
    assert PHONE not in serializers.serialize("json", [user])


@pytest.mark.django_db
def test_a_value_too_long_for_its_column_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 20 characters"), transaction.atomic():
        User.objects.create(phone="1" * 21)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "rubbish", [b"", b"A", b"A.t2.", b"Z.t2.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", b"A.gone." + b"x" * 40]
)
def test_rubbish_is_refused_with_one_error(rubbish: bytes) -> None:
    with pytest.raises(crypto.SealBroken):
        crypto.open_sealed(rubbish, context="row:1")


@pytest.mark.django_db
def test_a_row_holds_no_clear_text_and_is_found_by_its_index() -> None:
    user = User.objects.create_citizen(phone=PHONE, password="long enough 1")
    assert User.objects.get(phone_index=BlindIndexField.of(User, "phone", " 138 0013 8000 ")).phone == PHONE
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user")
        assert PHONE not in str(cursor.fetchall())
    assert user.phone == PHONE


@pytest.mark.django_db
def test_a_sealed_value_moved_to_another_row_does_not_open() -> None:
    one = User.objects.create_citizen(phone=PHONE, password="long enough 1")
    other = User.objects.create_citizen(phone="13900139000", password="long enough 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [_key(one.pk)])
        stolen = cursor.fetchone()[0]
        cursor.execute("UPDATE accounts_user SET phone = %s WHERE id = %s", [stolen, _key(other.pk)])
    fresh = User.objects.get(pk=other.pk)
    with pytest.raises(crypto.SealBroken):
        _ = fresh.phone


def _key(pk: uuid.UUID) -> str:
    return pk.hex if connection.vendor == "sqlite" else str(pk)


@pytest.mark.django_db
def test_plain_values_reach_the_database_by_no_query() -> None:
    User.objects.create_citizen(phone=PHONE, password="long enough 1")
    with pytest.raises(FieldError):
        User.objects.filter(phone=PHONE).exists()
    with pytest.raises(FieldError):
        User.objects.update(phone=PHONE)


@pytest.mark.django_db
def test_keys_are_rotated_once_and_the_old_key_can_go(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Files of its own: another test's may be sealed with a key that only that test knew.
    monkeypatch.setattr(default_storage, "location", str(tmp_path))
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path))
    with override_settings(SEALING_KEYS=OLD_KEY_ONLY):
        user = User.objects.create_citizen(phone=PHONE, password="long enough 1")
        default_storage.save(name := new_name("shots"), ContentFile(b"a face"))
    call_command("rotate_keys")
    capsys.readouterr()
    call_command("rotate_keys")
    assert "accounts.User: 0 rows" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user")
        token = base64.b64decode(cursor.fetchone()[0])
    assert crypto.key_id_of(token) == "t2"
    with override_settings(SEALING_KEYS=["t2:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="]):
        assert User.objects.get(pk=user.pk).phone == PHONE
        with default_storage.open(name) as file:
            assert file.read() == b"a face"


def test_a_file_is_sealed_to_its_name() -> None:
    name, other = new_name("shots"), new_name("shots")
    default_storage.save(name, ContentFile(b"a face"))
    assert b"a face" not in Path(default_storage.path(name)).read_bytes()
    with default_storage.open(name) as file:
        assert file.read() == b"a face"
    Path(default_storage.path(other)).write_bytes(Path(default_storage.path(name)).read_bytes())
    with pytest.raises(crypto.SealBroken):
        default_storage.open(other)
    with pytest.raises(FileExistsError):
        default_storage.save(name, ContentFile(b"another"))
