from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.common.lifecycle import Lifecycle, State, Transition
from portal.common.management.commands.draw_lifecycles import draw, tables


def test_a_table_is_drawn_with_roles_and_ends() -> None:
    table = Lifecycle(
        "case",
        states=[State("filed", "filed", "已提交"), State("closed", "closed", "已办结", open=False)],
        transitions=[
            Transition("file", ("",), "filed", ("citizen",), "提交"),
            Transition("close", ("filed",), "closed", ("officer", "system"), "办结"),
        ],
    )
    lines = draw(table).splitlines()
    assert "  [*] --> filed : file (citizen)" in lines
    assert "  filed --> closed : close (officer, system)" in lines
    assert "  closed : closed 已办结 ■" in lines


def test_every_apps_table_is_found() -> None:
    assert len({table.name for table in tables()}) >= 4


def test_drawings_that_fell_behind_are_noticed(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError):
        call_command("draw_lifecycles", "--check")
    call_command("draw_lifecycles")
    call_command("draw_lifecycles", "--check")


def test_the_drawings_in_the_docs_are_up_to_date() -> None:
    call_command("draw_lifecycles", "--check")
