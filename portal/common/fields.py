"""Model fields for personal data: sealed at rest, bound to their row, found by a blind index alone."""

import base64
import json
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from portal.common import crypto


class Sealed:
    """A value as it lies in the database, not opened yet."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token


class _Opening:
    """Attribute of a sealed field: opens the value when it is first read, so that unread data stays closed."""

    def __init__(self, field: "SealedTextField") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, owner: type | None = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        if isinstance(value, Sealed):
            value = self.field.open(value.token, row)
            row.__dict__[name] = value
        return value

    def __set__(self, row: models.Model, value: object) -> None:
        row.__dict__[self.field.attname] = value


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted at rest, with model, field and primary key as associated data.

    A ciphertext moved to another row or column does not open. Queries by plain value are refused:
    use the blind index beside the field.
    """

    def __init__(self, *args: Any, max_plain: int = 2000, **kwargs: Any) -> None:
        self.max_plain = max_plain
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Keep the field's own arguments in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "max_plain": self.max_plain}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        """Put the opening attribute in place."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opening(self))

    def context(self, row: models.Model) -> str:
        """Return the associated data of this field in `row`."""
        return f"{self.model._meta.label}.{self.attname}:{row.pk}"  # noqa: SLF001 - Django's public-by-custom Meta

    def open(self, token: str, row: models.Model) -> Any:
        """Return the plain value of a token lying in `row`; raises SealBroken."""
        if not token:
            return ""
        return self.from_plain(crypto.open_sealed(base64.b64decode(token), context=self.context(row)).decode())

    def to_plain(self, value: Any) -> str:
        """Return the value as text to be sealed."""
        return str(value)

    def from_plain(self, text: str) -> Any:
        """Return the value of an opened text."""
        return text

    def is_blank(self, value: object) -> bool:
        """Tell whether there is nothing to seal."""
        return value in ("", None)

    def from_db_value(self, value: str | None, *_: object) -> Sealed | None:
        """Keep the value closed until it is read."""
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001, ARG002 - Django's own signature
        """Seal the value for its row."""
        value = model_instance.__dict__.get(self.attname)
        if value is None and self.null:
            return None
        if isinstance(value, Sealed):
            return value
        if self.is_blank(value):
            return Sealed("")
        plain = self.to_plain(value)
        if len(plain) > self.max_plain:
            message = f"{self.model._meta.label}.{self.attname}: more than {self.max_plain} characters"  # noqa: SLF001
            raise ValueError(message)
        token = crypto.seal(plain.encode(), context=self.context(model_instance))
        return Sealed(base64.b64encode(token).decode())

    def get_prep_value(self, value: Any) -> str | None:
        """Let only sealed values reach the database."""
        if value is None:
            return None
        if isinstance(value, Sealed):
            return value.token
        if self.is_blank(value):
            # Says nothing of anybody; a migration fills a new column with it.
            return ""
        # A plain value here means a query or update() that would write or compare clear text.
        message = f"{self.attname} is sealed: it cannot be queried or updated by its plain value"
        raise FieldError(message)

    def value_to_string(self, obj: models.Model) -> str:
        """Serialisers get the sealed form, never the plain one."""
        return str(self.get_prep_value(self.pre_save(obj, add=False)) or "")


class SealedJSONField(SealedTextField):
    """JSON encrypted at rest like SealedTextField; an empty value reads as {}."""

    def __init__(self, *args: Any, max_plain: int = 200_000, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, max_plain=max_plain, **kwargs)

    def open(self, token: str, row: models.Model) -> Any:
        """Return the JSON of a token lying in `row`; raises SealBroken."""
        return super().open(token, row) if token else {}

    def to_plain(self, value: Any) -> str:
        """Return the value as compact JSON."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def from_plain(self, text: str) -> Any:
        """Return the value of a JSON text."""
        return json.loads(text)

    def is_blank(self, value: object) -> bool:
        """Tell whether there is nothing to seal."""
        return value is None or value == {}


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """Keyed index of the sealed field `source`, written whenever the row is saved."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Keep the field's own arguments in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001, ARG002 - Django's own signature
        """Write the index of the source's present value."""
        value = getattr(model_instance, self.source)
        index = self.of(type(model_instance), self.source, value or "")
        # NULL keeps "nothing given" out of a unique constraint.
        index_or_null = index or (None if self.null else "")
        setattr(model_instance, self.attname, index_or_null)
        return index_or_null

    @staticmethod
    def of(model: type[models.Model], source: str, value: str) -> str:
        """Return the index to look `value` up by."""
        return crypto.blind_index(f"{model._meta.label}.{source}", value)  # noqa: SLF001 - Django's public-by-custom Meta
