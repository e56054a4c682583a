"""File storage for personal pictures: sealed at rest, each file bound to its random name."""

import secrets
from collections.abc import Container, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from portal.common import clock, crypto

STRAY_AFTER = timedelta(hours=24)


def new_name(folder: str) -> str:
    """Return a random file name in `folder`: names never say whose file it is."""
    return f"{folder}/{secrets.token_hex(20)}"


def strays(folder: str, named: Container[str]) -> list[str]:
    """Return files of a day's age in `folder` that no row names: left by a process killed between file and row."""
    if not default_storage.exists(folder):
        return []
    names = (f"{folder}/{name}" for name in default_storage.listdir(folder)[1])
    return [name for name in names if name not in named and clock.now() - _written(name) > STRAY_AFTER]


def _written(name: str) -> datetime:
    moment = default_storage.get_modified_time(name)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class SealedStorage(FileSystemStorage):
    """Files on disk, encrypted with their name as associated data; a file put in another's place does not open."""

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        content.seek(0)
        sealed = crypto.seal(content.read(), context=f"file:{name}")
        return str(super()._save(name, ContentFile(sealed)))  # type: ignore[misc]

    def _open(self, name: str, mode: str = "rb") -> File:  # type: ignore[type-arg]
        with super()._open(name, mode) as file:  # type: ignore[misc]
            plain = crypto.open_sealed(file.read(), context=f"file:{name}")
        return ContentFile(plain, name=name)

    def reseal(self, name: str) -> bool:
        """Seal a file again with the current key; False when it has that key already."""
        path = Path(self.path(name))
        token = path.read_bytes()
        if crypto.key_id_of(token) == crypto.current_key_id():
            return False
        fresh = path.with_suffix(".rotating")
        fresh.write_bytes(crypto.seal(crypto.open_sealed(token, context=f"file:{name}"), context=f"file:{name}"))
        fresh.replace(path)
        return True

    def names(self) -> Iterator[str]:
        """Yield the name of every file."""
        root = Path(self.location)
        yield from (
            str(path.relative_to(root)) for path in sorted(root.rglob("*")) if path.is_file() and not path.suffix
        )

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002 - Django's own signature
        """Keep the given name: it is random, and the seal depends on it."""
        if self.exists(name):
            message = "a sealed file is never written over"
            raise FileExistsError(message)
        return name

    def url(self, name: str | None) -> Any:  # noqa: ARG002 - Django's own signature
        """Sealed files have no address: a view that checks rights serves them."""
        message = "sealed files have no public address"
        raise ValueError(message)
