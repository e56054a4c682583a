"""Counts on labelled photographs that are not part of the project; skipped where they are absent."""

import csv
from pathlib import Path

import pytest

from photos.analysis import analyse
from photos.reading import read

FACES = Path(__file__).resolve().parents[3] / "shared" / "faces"
pytestmark = pytest.mark.skipif(not (FACES / "labels.csv").exists(), reason="the labelled photographs are not here")


def test_faces_are_counted_on_labelled_photographs() -> None:
    wrong: dict[str, list[str]] = {"none": [], "one": [], "several": []}
    totals = dict.fromkeys(wrong, 0)
    with (FACES / "labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found = len(analyse(read((FACES / row["file"]).read_bytes()).rgb).faces)
            kind = {"0": "none", "1": "one"}.get(row["faces"], "several")
            totals[kind] += 1
            right = found == int(row["faces"]) if kind != "several" else found > 1
            if not right:
                wrong[kind].append(row["file"])
    assert len(wrong["one"]) <= totals["one"] // 50
    assert wrong["several"] == []
    assert wrong["none"] == []
