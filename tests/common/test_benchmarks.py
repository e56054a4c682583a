"""What a benchmark says of itself: the keys others read, and figures that come from what was measured."""

import dataclasses
from itertools import cycle

import pytest

from benchmarks.figures import PAIRS, Spent, compare

# With the name, the keys of a line.
KEYS = {"ours", "floor", "ratio", "unit", "pairs", "cpu_ms", "queries"}


def test_a_line_has_the_keys_that_others_read_and_the_medians_of_the_pairs() -> None:
    ours, floor = cycle([Spent(10, 4.0, 0.2), Spent(10, 5.0, 0.4)]), cycle([Spent(10, 1.0, 0.1)])
    line = dataclasses.asdict(compare(lambda: next(ours), lambda: next(floor), queries=3))
    assert line.keys() >= KEYS
    # The first of each only warms up: five of ours follow, three of them the slow ones.
    assert (line["ours"], line["floor"], line["cpu_ms"]) == (2.0, 10.0, 40.0)
    assert line["ratio"] == pytest.approx(0.2)
    assert (line["pairs"], line["unit"], line["queries"]) == (PAIRS, "1/s", 3)
