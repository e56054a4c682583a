"""The project's own files, as the architecture tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "photos", "documents", "applications", "payments")
# Composition root: it joins the apps and may know all of them.
ROOT_MODULES = ("portal.settings", "portal.urls", "portal.celery", "portal.wsgi", "portal.asgi", "portal.supervisor")
APPS = (
    "portal.common",
    "portal.accounts",
    "portal.notifications",
    "photos",
    "documents",
    "applications",
    "payments",
    "portal.appointments",
    "portal.statistics",
    "portal.desk",
    "portal.home",
)


def modules() -> Iterator[Path]:
    """Yield every Python file of the packages that a person wrote."""
    for package in PACKAGES:
        for path in sorted((BASE / package).rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield path


def module_name(path: Path) -> str:
    parts = path.relative_to(BASE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def app_of(module: str) -> str:
    """Return the app a dotted name belongs to, or nothing."""
    return next((app for app in APPS if module == app or module.startswith(f"{app}.")), "")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def tracked() -> list[Path]:
    """Return the text files under version control that exist in the tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=BASE, check=True, capture_output=True, text=True).stdout
    paths = [BASE / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]
