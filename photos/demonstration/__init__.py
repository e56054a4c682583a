"""The portrait the project ships for demonstrations and tests."""

from pathlib import Path

PORTRAIT = Path(__file__).parent / "portrait.jpg"
