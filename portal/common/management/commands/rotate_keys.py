"""`manage.py rotate_keys`: seal again, with the current key, whatever an older key sealed."""

import base64
from collections.abc import Iterator

from django.apps import apps
from django.core.files.storage import storages
from django.core.management.base import BaseCommand
from django.db import models, transaction

from portal.common import crypto
from portal.common.fields import Sealed, SealedTextField
from portal.common.storage import SealedStorage


class Command(BaseCommand):
    """Rotates sealed columns and sealed files, a row at a time, while the portal runs."""

    help = __doc__

    def handle(self, **_: object) -> None:
        """Rotate everything and report."""
        current = crypto.current_key_id()
        for model in apps.get_models():
            fields = [field for field in model._meta.local_fields if isinstance(field, SealedTextField)]  # noqa: SLF001
            if fields:
                done = sum(self._rotate(model, pk, fields, current) for pk in self._keys(model))
                self.stdout.write(f"{model._meta.label}: {done} rows sealed with {current}")  # noqa: SLF001

        storage = storages["default"]
        if isinstance(storage, SealedStorage):
            files = sum(storage.reseal(name) for name in storage.names())
            self.stdout.write(f"files: {files} sealed with {current}")

    def _keys(self, model: type[models.Model]) -> Iterator[object]:
        yield from model._base_manager.order_by("pk").values_list("pk", flat=True).iterator()  # noqa: SLF001

    def _rotate(self, model: type[models.Model], pk: object, fields: list[SealedTextField], current: str) -> bool:
        with transaction.atomic():
            row = model._base_manager.select_for_update().filter(pk=pk).first()  # noqa: SLF001
            if row is None:
                return False
            old = [f for f in fields if self._is_old(row.__dict__[f.attname], current)]
            for field in old:
                getattr(row, field.attname)
            if old:
                # A plain save of these columns seals them again; the blind index beside them does not change.
                row.save(update_fields=[f.name for f in old])
            return bool(old)

    @staticmethod
    def _is_old(value: object, current: str) -> bool:
        return (
            isinstance(value, Sealed)
            and bool(value.token)
            and crypto.key_id_of(base64.b64decode(value.token)) != current
        )
