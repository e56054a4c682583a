"""`manage.py draw_lifecycles`: draw every transition table into docs/lifecycles.md; --check only compares."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.module_loading import module_has_submodule

from portal.common.lifecycle import NEW, Lifecycle

HEAD = """# The transition tables

Drawn by `manage.py draw_lifecycles` from the tables the engine reads; a test compares them.
"""


class Command(BaseCommand):
    """Writes the drawings."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        """Take the one switch."""
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *, check: bool, **_: object) -> None:
        """Draw or compare."""
        target = Path(settings.BASE_DIR) / "docs" / "lifecycles.md"
        with translation.override(settings.LANGUAGE_CODE):
            drawn = "\n".join([HEAD, *(draw(table) for table in tables())])
        if not check:
            target.write_text(drawn, "utf-8")
        elif not target.exists() or target.read_text("utf-8") != drawn:
            message = "docs/lifecycles.md is not up to date: run manage.py draw_lifecycles"
            raise CommandError(message)


def tables() -> Iterator[Lifecycle]:
    """Yield the lifecycle tables of every app, in the order of the apps."""
    for app in apps.get_app_configs():
        if app.name != "portal.common" and module_has_submodule(app.module, "lifecycle"):
            module = import_module(f"{app.name}.lifecycle")
            yield from (value for value in vars(module).values() if isinstance(value, Lifecycle))


def draw(table: Lifecycle) -> str:
    """Return one table as a Mermaid state diagram with its labels."""
    lines = [f"## {table.name}", "", "```mermaid", "stateDiagram-v2"]
    lines += [
        f"  {state.name} : {state.name} {state.label}{'' if state.open else ' ■'}" for state in table.states.values()
    ]
    for transition in table.transitions:
        for source in transition.sources:
            roles = ", ".join(transition.roles)
            lines.append(
                f"  {'[*]' if source == NEW else source} --> {transition.target} : {transition.action} ({roles})"
            )
    return "\n".join([*lines, "```", ""])
