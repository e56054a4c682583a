"""`manage.py draw_lifecycles`: draw every lifecycle table as a diagram into docs/lifecycles.md."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from portal.common import lifecycle

HEAD = "# Lifecycles\n\nDrawn from the transition tables by `manage.py draw_lifecycles`; `--check` compares.\n"


def drawing() -> str:
    """Return the tables as Markdown with one state diagram each."""
    parts = [HEAD]
    for name, table in sorted(lifecycle.tables.items()):
        lines = [f"## {name}\n", "```mermaid", "stateDiagram-v2"]
        lines += [f"    {state.name}: {state.label} ({state.name})" for state in table.states.values()]
        for step in table.transitions:
            roles = ", ".join(step.roles)
            lines += [f"    {source or '[*]'} --> {step.target}: {step.action} ({roles})" for source in step.sources]
        lines += [f"    {state.name} --> [*]" for state in table.states.values() if not state.open]
        parts.append("\n".join([*lines, "```\n"]))
    return "\n".join(parts)


class Command(BaseCommand):
    """Draws the lifecycles."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one switch."""
        parser.add_argument("--check", action="store_true", help="only compare; exit 1 when the file is out of date")

    def handle(self, *, check: bool, **_: object) -> None:
        """Write the file, or compare it."""
        path = Path(settings.BASE_DIR) / "docs" / "lifecycles.md"
        with override(settings.LANGUAGE_CODE):
            wanted = drawing()
        if check:
            if not path.is_file() or path.read_text() != wanted:
                raise CommandError("docs/lifecycles.md is out of date: run manage.py draw_lifecycles", returncode=1)
            return
        path.write_text(wanted)
        self.stdout.write(f"{len(lifecycle.tables)} tables drawn")
