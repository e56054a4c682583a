"""A column whose name speaks of a person's data is sealed, indexed blindly, or listed here with the reason."""

import re

from django.apps import apps
from django.db import models

from portal.common.fields import BlindIndexField, SealedTextField
from tests.architecture import tree

PERSONAL = re.compile(
    r"citizen_number|document_number|passport|phone|mobile|e?mail|address|(^|_)name|surname|given|romanised|"
    r"birth|born|(^|_)sex($|_)|(^|_)nation|recipient|postcode|portrait|signature|face|answers|mrz|note|employer|guardian"
)
READABLE = (models.CharField, models.TextField, models.JSONField, models.DateField, models.BinaryField)
# model.field: why it may lie in clear.
IN_CLEAR = {
    "accounts.Authority.name": "name of an office",
    "accounts.ServicePoint.name": "name of an office",
    "accounts.ServicePoint.name_en": "name of an office",
    "accounts.ServicePoint.address": "address of an office",
    "accounts.ServicePoint.address_en": "address of an office",
    "accounts.ServicePoint.phone": "number of an office",
    "accounts.Enterprise.name": "name of a firm, as in the public register",
    "accounts.Officer.name": "officials act in public under their name",
    "common.CalendarDay.name": "name of a holiday",
    "common.Heartbeat.name": "name of a process",
    "statistics.CountingState.name": "name of a counting run",
}


def in_clear(fields: list[models.Field]) -> list[str]:  # type: ignore[type-arg]
    found = []
    for field in fields:
        kept = isinstance(field, SealedTextField | BlindIndexField | models.DateTimeField)
        if isinstance(field, READABLE) and not kept and PERSONAL.search(field.name) and not field.choices:
            found.append(f"{field.model._meta.label}.{field.name}")
    return found


def own_fields() -> list[models.Field]:  # type: ignore[type-arg]
    own = [m for m in apps.get_models(include_auto_created=True) if tree.app_of(m.__module__)]
    return [field for model in own for field in model._meta.local_fields]


def test_personal_columns_are_sealed() -> None:
    found = [name for name in in_clear(own_fields()) if name not in IN_CLEAR]
    assert not found, "seal these, or give the reason why not: " + ", ".join(found)


def test_the_exceptions_still_exist() -> None:
    assert IN_CLEAR.keys() <= set(in_clear(own_fields()))


def test_files_lie_in_sealed_storage() -> None:
    files = [field for field in own_fields() if isinstance(field, models.FileField)]
    assert not [str(field) for field in files if type(field.storage).__name__ != "SealedStorage"]


def test_a_column_in_clear_is_found() -> None:
    class Planted(models.Model):
        holder_name = models.CharField(max_length=10)
        phone = SealedTextField(max_plain=20)
        colour = models.CharField(max_length=10)

        class Meta:
            app_label = "planted"

        def __str__(self) -> str:
            return "planted"

    assert in_clear(list(Planted._meta.local_fields)) == ["planted.Planted.holder_name"]
