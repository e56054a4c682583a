"""Sealing of personal data (AES-256-GCM, SM4-GCM as a second suite) and keyed blind indexes for finding it."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
TAG_BYTES = 16
AES, SM4 = "A", "S"
KEY_BYTES = {AES: 32, SM4: 16}


class SealBroken(Exception):
    """A sealed value does not open: wrong key, wrong place or changed bytes."""


@lru_cache
def _master_keys(entries: tuple[str, ...]) -> dict[str, bytes]:
    keys = {}
    for entry in entries:
        key_id, _, encoded = entry.partition(":")
        keys[key_id] = base64.b64decode(encoded, validate=True)
    return keys


@lru_cache
def _suite_key(master: bytes, suite: str) -> bytes:
    # Each suite gets a key of its own, so that a weakness of one does not touch the other.
    derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES[suite], salt=None, info=b"seal:" + suite.encode())
    return derive.derive(master)


def _cipher(key: bytes, suite: str, mode: modes.GCM) -> Cipher[modes.GCM]:
    return Cipher(algorithms.AES(key) if suite == AES else algorithms.SM4(key), mode)


def current_key_id() -> str:
    """Return the id of the key that seals now."""
    return str(settings.SEALING_KEYS[0]).partition(":")[0]


def key_id_of(token: bytes) -> str:
    """Return the id of the key that sealed `token`."""
    return token.split(b".", 2)[1].decode()


def seal(data: bytes, *, context: str) -> bytes:
    """Encrypt `data` for one place; `context` (row and field, or file name) is authenticated with it.

    The token reads `suite.key id.nonce + ciphertext + tag`.
    """
    suite = settings.SEALING_SUITE
    key_id = current_key_id()
    key = _suite_key(_master_keys(tuple(settings.SEALING_KEYS))[key_id], suite)
    nonce = secrets.token_bytes(NONCE_BYTES)
    encryptor = _cipher(key, suite, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(context.encode())
    body = encryptor.update(data) + encryptor.finalize()
    return f"{suite}.{key_id}.".encode() + nonce + body + encryptor.tag


def open_sealed(token: bytes, *, context: str) -> bytes:
    """Decrypt a token made for `context`; raises SealBroken for anything else."""
    try:
        suite_name, key_id, rest = token.split(b".", 2)
        suite = suite_name.decode()
        key = _suite_key(_master_keys(tuple(settings.SEALING_KEYS))[key_id.decode()], suite)
        nonce, body, tag = rest[:NONCE_BYTES], rest[NONCE_BYTES:-TAG_BYTES], rest[-TAG_BYTES:]
        decryptor = _cipher(key, suite, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(context.encode())
        return decryptor.update(body) + decryptor.finalize()
    except (ValueError, KeyError, InvalidTag) as error:
        raise SealBroken from error


def keyed_hash(key: str, *parts: str | bytes) -> str:
    """Return the hexadecimal HMAC-SHA256 of the parts, each preceded by its length so that no two lists collide."""
    mac = hmac.new(base64.b64decode(key), digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        mac.update(len(data).to_bytes(8, "big") + data)
    return mac.hexdigest()


def normalised(value: str) -> str:
    """Return the one spelling under which a value is indexed: NFKC, no blanks, capitals."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


def blind_index(label: str, value: str) -> str:
    """Return the keyed index under which `value` can be found without being readable; '' stays ''."""
    spelling = normalised(value)
    return keyed_hash(settings.INDEX_KEY, label, spelling) if spelling else ""
