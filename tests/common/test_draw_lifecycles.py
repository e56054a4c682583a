from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.common import lifecycle
from portal.common.lifecycle import Lifecycle, State, Transition
from portal.common.management.commands.draw_lifecycles import drawing


def test_a_table_is_drawn_with_roles_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "tables", {})
    Lifecycle(
        "case",
        states=[State("filed", "filed", "已提交"), State("closed", "closed", "已办结", open=False)],
        transitions=[
            Transition("file", ("",), "filed", ("citizen",), "提交"),
            Transition("close", ("filed",), "closed", ("officer", "system"), "办结"),
        ],
    )
    lines = [line.strip() for line in drawing().splitlines()]
    assert "[*] --> filed: file (citizen)" in lines
    assert "filed --> closed: close (officer, system)" in lines
    assert "closed --> [*]" in lines


def test_every_apps_table_is_known() -> None:
    assert len(lifecycle.tables) >= 4


def test_drawings_that_fell_behind_are_noticed(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError):
        call_command("draw_lifecycles", "--check")
    call_command("draw_lifecycles")
    call_command("draw_lifecycles", "--check")
